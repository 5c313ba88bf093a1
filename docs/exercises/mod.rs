//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod by_end;
mod contexts;
mod distance;
mod explain;
mod find_room;
mod how_many;
mod how_many_fit;
mod idle;
mod in_request;
mod join_all;
mod last_lines;
mod listing;
mod lookout;
mod may_read;
mod moment;
mod narrowest;
mod numeric;
mod order_variables;
mod orders;
mod place;
mod reaches;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod setting;
mod settle;
mod signed_less;
mod small_loop;
mod supervise;
mod swap_registers;
mod take_turns;
mod tiny_assembler;
mod trap_arrows;
mod two_halves;
mod wait_until;
mod where_is;
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
    contexts
    distance
    explain
    find_room
    how_many
    how_many_fit
    idle
    in_request
    join_all
    last_lines
    listing
    lookout
    may_read
    moment
    narrowest
    numeric
    order_variables
    orders
    place
    reaches
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    setting
    settle
    signed_less
    small_loop
    supervise
    swap_registers
    take_turns
    tiny_assembler
    trap_arrows
    two_halves
    wait_until
    where_is
    who_holds
    within
}
