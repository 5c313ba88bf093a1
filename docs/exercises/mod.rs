//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod bill;
mod by_end;
mod contexts;
mod explain;
mod find_room;
mod how_many;
mod how_many_fit;
mod idle;
mod in_request;
mod join_all;
mod last_lines;
mod letters;
mod listing;
mod longest_wait;
mod lookout;
mod may_read;
mod moment;
mod one_queue;
mod one_screen;
mod orders;
mod publish;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod serve_all;
mod setting;
mod signed_less;
mod small_loop;
mod small_pipe;
mod supervise;
mod take_turns;
mod trap_arrows;
mod wait_until;
mod who_holds;
mod who_said;
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
    bill
    by_end
    contexts
    explain
    find_room
    how_many
    how_many_fit
    idle
    in_request
    join_all
    last_lines
    letters
    listing
    longest_wait
    lookout
    may_read
    moment
    one_queue
    one_screen
    orders
    publish
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    serve_all
    setting
    signed_less
    small_loop
    small_pipe
    supervise
    take_turns
    trap_arrows
    wait_until
    who_holds
    who_said
    within
}
