//! What the tests of things to wait for need.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::time::Duration;

use runtime::error::SyncError;
use runtime::policy::{Arrow, Attributes, Instant, Pid, Policy, Scheduler};
use runtime::thread::{self, Builder, JoinHandle};
use runtime::{Clock, Deadlock, RunError, report};

use crate::support::{Counter, OnDrop, run};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// What a dispatch takes in virtual time.
pub(crate) const MICROSECOND: Duration = Duration::from_micros(1);

/// Runs `main`, which must come to no end, and gives the report.
#[track_caller]
pub(crate) fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    match runtime::Builder::new().clock(Clock::Virtual).run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
    }
}

/// What `work` is refused with.
#[track_caller]
pub(crate) fn refused<T>(work: impl FnOnce() -> T) -> SyncError {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => *payload.downcast().expect("it was refused"),
    }
}

pub(crate) fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

/// The state of the thread of that name, which has no spaces.
#[track_caller]
pub(crate) fn state_of(name: &str) -> String {
    let table = report::ps();
    let rows = table.lines().map(|line| line.split_whitespace());
    let mut rows = rows.map(Iterator::collect::<Vec<_>>);
    rows.find(|row| row[1] == name).expect(name)[2].to_owned()
}

/// Does `work` in a destructor of a thread that unwinds: once because of a
/// panic, and once because of a kill.
#[track_caller]
pub(crate) fn while_unwinding(work: impl Fn() + Clone + 'static) {
    for kill in [false, true] {
        let (done, work) = (Counter::default(), work.clone());
        let counts = done.clone();
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || {
                assert!(thread::panicking());
                work();
                counts.add();
            });
            if kill {
                thread::current().kill();
                thread::park();
            }
            resume_unwind(Box::new("a panic that the test wants"));
        });
        sub.join().unwrap_err();
        assert_eq!(done.get(), 1);
    }
}

/// Does `meanwhile` here, after `first` has been done in a runtime on another
/// OS thread and while that runtime is still there.
#[track_caller]
pub(crate) fn elsewhere(first: fn(), meanwhile: impl FnOnce()) {
    let (say_done, done) = mpsc::channel();
    let (say_enough, enough) = mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        run(move || {
            first();
            say_done.send(()).unwrap();
            let _ = enough.recv();
        });
    });
    done.recv().unwrap();
    meanwhile();
    drop(say_enough);
    other.join().unwrap();
}

/// A policy that gives main a turn, and breaks down when it is asked again.
#[derive(Debug)]
struct Broken(Option<Pid>);

impl Policy for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        self.0 = Some(thread);
    }
    fn next(&mut self, _: Instant) -> Option<Pid> {
        let main = self.0.take();
        main.or_else(|| resume_unwind(Box::new("broken")))
    }
    fn remove(&mut self, _: Pid) {}
    fn in_order(&self) -> Vec<Pid> {
        Vec::new()
    }
}

/// Runs `main` in a runtime that breaks down as soon as it waits: whatever it
/// has on its stack is lost, and it waits for ever.
#[track_caller]
pub(crate) fn lost_waiting(main: fn()) {
    let policy: Box<dyn Policy> = Box::new(Broken(None));
    let builder = runtime::Builder::new().policy(Scheduler::from(policy));
    let broken = catch_unwind(AssertUnwindSafe(|| builder.run(main)));
    assert_eq!(broken.unwrap_err().downcast_ref(), Some(&"broken"));
}
