//! `Thread::kill`, and daemons at the end of the run.
//!
//! Each sentence, and the test that has its name; `a.rs::b` is a test that
//! stands elsewhere.
//!
//! The way of a killed thread, in `arrows`:
//!
//! - It is woken (5), dispatched (2) with the kill, and exits (6); there is no
//!   other arrow: `a_killed_thread_is_woken_dispatched_with_the_kill_and_exits_and_there_is_no_other_arrow`.
//! - So are daemons at the end:
//!   `a_daemon_that_is_left_at_the_end_is_killed_along_the_same_arrows`.
//! - It unwinds by a private payload:
//!   `a_killed_thread_unwinds_by_a_payload_that_is_private`.
//! - That skips the panic hook:
//!   `the_unwinding_of_a_killed_thread_skips_the_panic_hook`.
//!
//! Where the kill is raised, and what comes of it, in `raised`:
//!
//! - It ends every kind of wait:
//!   `a_killed_thread_is_woken_from_every_kind_of_wait`,
//!   `a_token_does_not_save_a_killed_thread_from_its_park`.
//! - It is sticky: `a_kill_is_sticky_every_later_blocking_call_raises_it_again`,
//!   `a_join_that_stops_the_os_thread_raises_it_too`.
//! - The joiner gets `Err` with `Killed`:
//!   `the_joiner_gets_err_with_the_public_payload_killed`,
//!   `the_joiner_of_a_daemon_that_was_killed_at_the_end_gets_killed`.
//! - A thread may be killed twice: `a_thread_that_is_killed_twice_is_killed_once`.
//! - And kill itself: `a_thread_that_kills_itself_goes_on_until_it_gives_up_the_cpu`,
//!   `a_killed_thread_that_does_not_give_up_the_cpu_leaves_its_result`.
//! - And when it has ended: `to_kill_a_thread_that_has_ended_has_no_effect`.
//! - Others may wait for it:
//!   `while_another_waits_for_a_killed_thread_it_learns_that_it_has_ended`,
//!   `a_joiner_that_is_killed_leaves_the_line_to_the_others`.
//! - It may be the main thread:
//!   `when_main_is_killed_run_fails_after_all_others_have_ended`.
//! - The kill may come from another OS thread:
//!   `doors/foreign.rs::a_kill_from_outside_reaches_every_kind_of_wait`,
//!   `main_can_be_killed_from_outside`,
//!   `doors/guests.rs::a_guest_whose_spawning_is_still_under_way_can_be_joined_killed_and_unparked`.
//!
//! Who cannot be unwound, in `given_up` and `panic_abort`:
//!
//! - A thread that swallows it a hundred times ends, say in a loop that catches
//!   panics: `a_thread_that_swallows_it_a_hundred_times_ends`,
//!   `a_thread_that_swallows_it_a_hundred_times_and_comes_to_its_end_leaves_its_result`,
//!   `when_main_is_given_up_run_fails_after_all_others_have_ended`.
//! - Its stack is leaked: `the_stack_of_a_thread_that_is_given_up_is_leaked`.
//! - That is reported: `the_loss_of_a_stack_is_reported`.
//! - So ends every kill under `panic=abort`:
//!   `every_kill_under_panic_abort_ends_with_the_stack_leaked_and_a_report`.
//! - In a scope it aborts:
//!   `scope/given_up.rs::a_thread_that_swallows_its_kill_a_hundred_times_aborts`.
//!
//! Who has not run, in `never_dispatched`:
//!
//! - A thread that was never dispatched drops its closure as itself, on a stack:
//!   `a_thread_that_was_never_dispatched_drops_its_closure_as_itself_on_a_stack`,
//!   `a_thread_that_is_killed_before_it_is_started_ends_when_it_is`.
//! - A thread in state New is dropped with its last handle:
//!   `a_thread_in_state_new_is_dropped_with_its_last_handle_by_arrow_0`.
//! - Spawning during shutdown is refused: `spawning_during_shutdown_is_refused`,
//!   `doors/ending.rs::spawning_through_a_handle_while_daemons_unwind_is_refused`,
//!   `scope/refused.rs::when_the_run_is_ending_a_scope_is_empty`.
//!
//! A hand-off to a thread that is killed, or whose time is up, before it runs is
//! not lost, in `hand_off`:
//!
//! - A token: `a_token_is_not_lost_if_the_time_is_up_before_the_thread_runs`,
//!   `a_token_is_not_kept_twice_if_it_came_before_the_time_was_up`,
//!   `a_token_for_a_thread_that_is_killed_before_it_runs_is_passed_on_by_its_destructors`.
//! - The end of a thread: `an_end_is_not_lost_if_the_time_is_up_before_the_joiner_runs`,
//!   `an_end_is_not_lost_if_the_joiner_is_killed_before_it_runs`,
//!   `a_result_is_dropped_once_if_its_joiner_is_killed_before_it_runs`.
//! - The end of a scope:
//!   `the_end_of_a_scope_is_not_lost_if_its_owner_is_killed_before_it_runs`.
//!
//! What stood on the stack, in `unwound`:
//!
//! - A kill poisons nothing of this crate, which has nothing that could be
//!   poisoned. std's locks take it for a panic, as they ask `panicking`:
//!   `a_kill_poisons_nothing_but_the_std_mutexes_whose_guards_it_unwinds`.
//! - Destructors do as they like:
//!   `the_destructors_of_a_killed_thread_may_sleep_yield_lock_join_and_spawn`,
//!   `the_destructors_of_a_killed_thread_may_catch_panics_of_their_own`.
//! - They may kill: `a_destructor_may_kill_other_threads`.
//!
//! `scope` catches the kill, kills its threads, waits until all have ended, and
//! unwinds on: `scope/kills.rs`, above all
//! `when_the_owner_is_killed_in_the_function_its_threads_end_before_it_unwinds_on`,
//! `when_the_owner_is_killed_at_the_end_of_the_scope_its_threads_end_before_it_unwinds`,
//! `an_owner_that_is_killed_again_still_waits`.

mod arrows;
mod given_up;
mod hand_off;
mod never_dispatched;
mod panic_abort;
mod raised;
mod unwound;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use runtime::thread::{self, Builder, JoinHandle, Killed};

const SECOND: Duration = Duration::from_secs(1);

/// A way to give up the CPU: what it is called, and what it does.
type Wait = (&'static str, Box<dyn Fn()>);

/// All calls after which the caller waits, but for the end of a scope.
fn waits() -> Vec<Wait> {
    let endless = Builder::new().daemon(true).spawn(thread::park);
    let endless = endless.unwrap().thread().clone();
    let other = endless.clone();
    vec![
        ("sleep", Box::new(|| thread::sleep(SECOND))),
        ("sleep for ever", Box::new(|| thread::sleep(Duration::MAX))),
        ("park", Box::new(thread::park)),
        ("park_timeout", Box::new(|| thread::park_timeout(SECOND))),
        ("join", Box::new(move || endless.join().unwrap())),
        (
            "join_timeout",
            Box::new(move || other.join_timeout(SECOND).unwrap()),
        ),
    ]
}

/// All calls after which the caller is ready.
fn yields() -> Vec<Wait> {
    vec![
        ("yield_now", Box::new(thread::yield_now)),
        ("spin_loop", Box::new(|| runtime::hint::spin_loop())),
        (
            "sleep for no time",
            Box::new(|| thread::sleep(Duration::ZERO)),
        ),
    ]
}

/// All calls that give up the CPU.
fn blocking_calls() -> Vec<Wait> {
    let end_of_scope = || thread::scope(|scope| drop(scope.spawn(thread::park)));
    let scope: Wait = ("end of a scope", Box::new(end_of_scope));
    waits().into_iter().chain(yields()).chain([scope]).collect()
}

/// Does `work` again and again.
fn forever(work: fn()) {
    loop {
        work();
    }
}

fn named(name: &str) -> Builder {
    Builder::new().name(name.into())
}

/// Whether `call` raises a kill, which is swallowed here.
fn raises_kill(call: &dyn Fn()) -> bool {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(()) => false,
        // A panic would have a message.
        Err(payload) => !payload.is::<&str>() && !payload.is::<String>(),
    }
}

#[track_caller]
fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

/// The state of the thread of that name, as the PCB table has it.
#[track_caller]
fn state_of(thread: &str) -> String {
    let table = runtime::report::ps();
    let columns = |line: &str| -> Vec<String> { line.split_whitespace().map(Into::into).collect() };
    let row = table.lines().map(columns).find(|row| row[1] == thread);
    row.expect("it has not ended").swap_remove(2)
}
