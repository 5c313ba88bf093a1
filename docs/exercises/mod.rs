//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod by_end;
mod carets;
mod climbing;
mod contexts;
mod explain;
mod find_room;
mod how_many;
mod how_many_fit;
mod idle;
mod in_order;
mod in_quotes;
mod in_request;
mod join_all;
mod last_lines;
mod listing;
mod lookout;
mod may_read;
mod moment;
mod orders;
mod renamed;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod setting;
mod settled;
mod signed_less;
mod small_loop;
mod supervise;
mod take_turns;
mod trap_arrows;
mod two_passes;
mod wait_until;
mod who_holds;
mod within;

/// An exercise, and its two checks.
pub(crate) struct Exercise {
    pub(crate) name: &'static str,
    pub(crate) start: fn(),
    pub(crate) solution: fn(),
}

macro_rules! exercises {
    ($($name:ident)*) => {
        /// All of them.
        pub(crate) const EXERCISES: &[Exercise] = &[$(Exercise {
            name: stringify!($name),
            start: $name::check_start,
            solution: $name::check_solution,
        }),*];
    };
}

exercises! {
    all_or_none
    apart
    arrows
    ask_again
    at_the_end
    by_end
    carets
    climbing
    contexts
    explain
    find_room
    how_many
    how_many_fit
    idle
    in_order
    in_quotes
    in_request
    join_all
    last_lines
    listing
    lookout
    may_read
    moment
    orders
    renamed
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    setting
    settled
    signed_less
    small_loop
    supervise
    take_turns
    trap_arrows
    two_passes
    wait_until
    who_holds
    within
}
