//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod again;
mod all_events;
mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod by_end;
mod bytes_of_processes;
mod cached;
mod chunk_map;
mod clock_idle;
mod contexts;
mod copies;
mod debounce;
mod deep_sum;
mod dispatch_loop;
mod ends_open_channel;
mod ends_wait_for;
mod explain;
mod find_room;
mod held_too_long;
mod holes;
mod how_many;
mod how_many_fit;
mod idle;
mod in_request;
mod join_all;
mod last_lines;
mod latch;
mod listing;
mod longest_turn;
mod lookout;
mod may_it_wait;
mod may_read;
mod moment;
mod news_latch;
mod once_phases;
mod orders;
mod own_line;
mod own_lock;
mod patience;
mod policies_checkpoints;
mod policies_eligible;
mod policies_fits;
mod policies_idle;
mod policies_machine;
mod policies_marks;
mod policies_older;
mod policies_own;
mod policies_quantum;
mod policies_ratio;
mod policies_slowdown;
mod policies_steps;
mod policies_waiting;
mod prefix_sums;
mod private_sections;
mod publish;
mod python_turns;
mod queue_append;
mod read_argument;
mod repaired;
mod reply;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod setting;
mod sieve;
mod signed_less;
mod small_loop;
mod small_shell;
mod stack_chain;
mod stack_tops;
mod stacks_needed;
mod supervise;
mod table_tickets;
mod take_turns;
mod tell_ready;
mod trace_lives;
mod trap_arrows;
mod try_once;
mod two_semaphores;
mod wait_status;
mod wait_until;
mod waiting_gate;
mod who_goes_on;
mod who_holds;
mod who_may_enter;
mod within;
mod zeroes_in_elf;

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
    again
    all_events
    all_or_none
    apart
    arrows
    ask_again
    at_the_end
    by_end
    bytes_of_processes
    cached
    chunk_map
    clock_idle
    contexts
    copies
    debounce
    deep_sum
    dispatch_loop
    ends_open_channel
    ends_wait_for
    explain
    find_room
    held_too_long
    holes
    how_many
    how_many_fit
    idle
    in_request
    join_all
    last_lines
    latch
    listing
    longest_turn
    lookout
    may_it_wait
    may_read
    moment
    news_latch
    once_phases
    orders
    own_line
    own_lock
    patience
    policies_checkpoints
    policies_eligible
    policies_fits
    policies_idle
    policies_machine
    policies_marks
    policies_older
    policies_own
    policies_quantum
    policies_ratio
    policies_slowdown
    policies_steps
    policies_waiting
    prefix_sums
    private_sections
    publish
    python_turns
    queue_append
    read_argument
    repaired
    reply
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    setting
    sieve
    signed_less
    small_loop
    small_shell
    stack_chain
    stack_tops
    stacks_needed
    supervise
    table_tickets
    take_turns
    tell_ready
    trace_lives
    trap_arrows
    try_once
    two_semaphores
    wait_status
    wait_until
    waiting_gate
    who_goes_on
    who_holds
    who_may_enter
    within
    zeroes_in_elf
}
