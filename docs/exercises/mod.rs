//! The exercises of the book: each module has a `start`, which compiles and is wrong, and a
//! `solution`, and two functions that panic unless they are right.

mod again;
mod all_events;
mod all_or_none;
mod apart;
mod arrows;
mod ask_again;
mod at_the_end;
mod bill;
mod by_end;
mod bytes_of_processes;
mod cached;
mod carets;
mod chunk_map;
mod climbing;
mod clock_idle;
mod contexts;
mod copies;
mod debounce;
mod deep_sum;
mod dispatch_loop;
mod distance;
mod ends_open_channel;
mod ends_wait_for;
mod explain;
mod fair_store;
mod find_room;
mod first_good;
mod gate_semaphores;
mod held_too_long;
mod holes;
mod how_many;
mod how_many_fit;
mod idle;
mod in_one_pool;
mod in_order;
mod in_quotes;
mod in_request;
mod join_all;
mod last_lines;
mod latch;
mod let_go_first;
mod letters;
mod listing;
mod longest_turn;
mod longest_wait;
mod lookout;
mod may_it_wait;
mod may_read;
mod moment;
mod narrowest;
mod news_latch;
mod numeric;
mod once_phases;
mod one_queue;
mod one_screen;
mod order_variables;
mod orders;
mod own_line;
mod own_lock;
mod patience;
mod place;
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
mod pool_time;
mod prefix_sums;
mod private_sections;
mod publish;
mod python_turns;
mod queue_append;
mod reaches;
mod read_argument;
mod renamed;
mod repaired;
mod reply;
mod retarget;
mod run_until_end;
mod same_call;
mod scoped_map;
mod segment;
mod serve_all;
mod setting;
mod settle;
mod settled;
mod shared_board;
mod sieve;
mod signed_less;
mod small_loop;
mod small_pipe;
mod small_shell;
mod stack_chain;
mod stack_tops;
mod stacks_needed;
mod steal_half;
mod supervise;
mod swap_registers;
mod table_tickets;
mod take_turns;
mod tell_ready;
mod tiny_assembler;
mod trace_lives;
mod trap_arrows;
mod try_once;
mod two_halves;
mod two_passes;
mod two_semaphores;
mod wait_status;
mod wait_until;
mod waiting_gate;
mod where_is;
mod who_goes_on;
mod who_holds;
mod who_may_enter;
mod who_said;
mod within;
mod work_makes_work;
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
    bill
    by_end
    bytes_of_processes
    cached
    carets
    chunk_map
    climbing
    clock_idle
    contexts
    copies
    debounce
    deep_sum
    dispatch_loop
    distance
    ends_open_channel
    ends_wait_for
    explain
    fair_store
    find_room
    first_good
    gate_semaphores
    held_too_long
    holes
    how_many
    how_many_fit
    idle
    in_one_pool
    in_order
    in_quotes
    in_request
    join_all
    last_lines
    latch
    let_go_first
    letters
    listing
    longest_turn
    longest_wait
    lookout
    may_it_wait
    may_read
    moment
    narrowest
    news_latch
    numeric
    once_phases
    one_queue
    one_screen
    order_variables
    orders
    own_line
    own_lock
    patience
    place
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
    pool_time
    prefix_sums
    private_sections
    publish
    python_turns
    queue_append
    reaches
    read_argument
    renamed
    repaired
    reply
    retarget
    run_until_end
    same_call
    scoped_map
    segment
    serve_all
    setting
    settle
    settled
    shared_board
    sieve
    signed_less
    small_loop
    small_pipe
    small_shell
    stack_chain
    stack_tops
    stacks_needed
    steal_half
    supervise
    swap_registers
    table_tickets
    take_turns
    tell_ready
    tiny_assembler
    trace_lives
    trap_arrows
    try_once
    two_halves
    two_passes
    two_semaphores
    wait_status
    wait_until
    waiting_gate
    where_is
    who_goes_on
    who_holds
    who_may_enter
    who_said
    within
    work_makes_work
    zeroes_in_elf
}
