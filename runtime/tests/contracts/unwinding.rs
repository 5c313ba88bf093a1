//! Never switch while a thread unwinds: std counts panics for each OS thread,
//! so everybody else would see `panicking()`. A thread that unwinds, from a
//! panic or from a kill, keeps the CPU until it has ended or caught it.
//!
//! Each sentence, and the test that has its name:
//!
//! - No arrow is taken while a thread unwinds:
//!   `no_arrow_is_taken_while_a_thread_unwinds`.
//! - Yield, sleep and park return at once:
//!   `yield_sleep_and_park_return_at_once_while_unwinding`.
//! - There is one warning a thread, by the log:
//!   `a_thread_that_unwinds_is_warned_once_by_the_log`.
//! - `join` gives an `Err` that says so: `join_gives_an_err_that_says_so`.
//! - A timed join is refused as a join is. With no time it does not wait, and
//!   gives `TimedOut`: `a_timed_join_is_refused_and_without_time_it_times_out`.
//!   There are no other timed forms, and no try forms yet.
//! - What would have to wait panics with a typed payload:
//!   `what_would_have_to_wait_panics_with_a_typed_payload`,
//!   `scope/refused.rs::in_a_scope_a_destructor_may_spawn_and_may_not_join_while_it_unwinds`.
//! - What need not wait works as ever:
//!   `to_join_a_thread_that_has_ended_works_while_unwinding`,
//!   `a_thread_that_unwinds_can_spawn_start_unpark_and_kill_others`.
//! - A panic inside one thread never changes what another sees of
//!   `panicking()`: `a_panic_never_changes_what_another_sees_of_panicking`.
//! - It poisons nothing of others: `a_panic_poisons_nothing_of_others`.
//! - It costs nobody else a turn: `a_panic_costs_nobody_else_a_turn`.
//! - When it has caught its panic, a thread can wait again:
//!   `a_thread_that_has_caught_its_panic_can_wait_again`.
//! - A kill does not take the place of a panic:
//!   `a_thread_that_is_killed_while_it_unwinds_keeps_its_own_panic`.
//!
//! All of these take a panic and a kill, where there is a difference.

mod itself;
mod others;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use runtime::thread::{self, Builder, JoinHandle, Killed};

use crate::support::OnDrop;

const SECOND: Duration = Duration::from_secs(1);

/// The payload of panics that nobody wants to read of.
#[derive(Debug, PartialEq)]
struct Wanted;

/// Why a thread unwinds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Why {
    Panic,
    Kill,
}

const BOTH: [Why; 2] = [Why::Panic, Why::Kill];

impl Why {
    /// Starts a thread that unwinds, with a destructor on its stack that does
    /// `work` meanwhile.
    fn unwinds(self, work: impl FnMut() + 'static) -> JoinHandle<()> {
        self.unwinds_as(Builder::new(), work)
    }

    fn unwinds_as(self, builder: Builder, mut work: impl FnMut() + 'static) -> JoinHandle<()> {
        let sub = builder.spawn(move || {
            let _on_stack = OnDrop(move || {
                assert!(thread::panicking());
                work();
            });
            match self {
                Why::Panic => resume_unwind(Box::new(Wanted)),
                Why::Kill => {
                    thread::current().kill();
                    thread::park();
                }
            }
        });
        sub.unwrap()
    }

    /// Asserts that the thread has ended so.
    #[track_caller]
    fn was_it(self, thread: JoinHandle<()>) {
        let reason = thread.join().unwrap_err();
        match self {
            Why::Panic => assert_eq!(reason.downcast_ref(), Some(&Wanted)),
            Why::Kill => assert_eq!(reason.downcast_ref(), Some(&Killed)),
        }
    }
}

/// What `work` panics with.
#[track_caller]
fn caught<T>(work: impl FnOnce() -> T) -> Box<dyn Any + Send> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => payload,
    }
}

/// All that gives up the CPU and has no result.
const WAITS: [fn(); 8] = [
    thread::yield_now,
    runtime::hint::spin_loop,
    || thread::sleep(Duration::ZERO),
    || thread::sleep(SECOND),
    || thread::sleep(Duration::MAX),
    thread::park,
    || thread::park_timeout(SECOND),
    // To catch what does not come changes nothing.
    || catch_unwind(thread::yield_now).unwrap(),
];
