//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod by_end;
mod contexts;
mod explain;
mod fair_store;
mod find_room;
mod first_good;
mod how_many;
mod how_many_fit;
mod idle;
mod in_one_pool;
mod in_request;
mod join_all;
mod last_lines;
mod let_go_first;
mod listing;
mod lookout;
mod may_read;
mod moment;
mod orders;
mod pool_time;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod setting;
mod signed_less;
mod small_loop;
mod steal_half;
mod supervise;
mod take_turns;
mod trap_arrows;
mod two_semaphores;
mod wait_until;
mod who_holds;
mod within;
mod work_makes_work;

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
    explain
    fair_store
    find_room
    first_good
    how_many
    how_many_fit
    idle
    in_one_pool
    in_request
    join_all
    last_lines
    let_go_first
    listing
    lookout
    may_read
    moment
    orders
    pool_time
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    setting
    signed_less
    small_loop
    steal_half
    supervise
    take_turns
    trap_arrows
    two_semaphores
    wait_until
    who_holds
    within
    work_makes_work
}
