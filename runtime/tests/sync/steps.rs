//! What the tests of several primitives need.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{Refused, SyncError};
use runtime::policy::{self, Arrow, Attributes, Pid, Policy, Scheduler, StaticPriority};
use runtime::thread::{self, Builder, JoinHandle, Killed, Thread};
use runtime::time::Instant;
use runtime::{Clock, Deadlock, RunError};

use crate::model;
use crate::support::{Counter, OnDrop, run};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A thread of that name.
#[track_caller]
pub(crate) fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

#[track_caller]
pub(crate) fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

/// The state of the thread of that name, as the PCB table has it.
#[track_caller]
pub(crate) fn state_of(thread: &str) -> String {
    let table = runtime::report::ps();
    let columns = |line: &str| -> Vec<String> { line.split_whitespace().map(Into::into).collect() };
    let row = table.lines().map(columns).find(|row| row[1] == thread);
    row.expect("it has not ended").swap_remove(2)
}

/// Yields so often that all who can go on have done so.
pub(crate) fn let_others_run() {
    (0..20).for_each(|_| thread::yield_now());
}

/// What `call` is refused with.
#[track_caller]
pub(crate) fn refused<R>(call: impl FnOnce() -> R) -> SyncError {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("it was not refused"),
        Err(payload) => *payload.downcast().expect("a SyncError"),
    }
}

/// The ring with which `call` is refused, in words.
#[track_caller]
pub(crate) fn ring_of<R>(call: impl FnOnce() -> R) -> String {
    match refused(call).why {
        Refused::Ring(ring) => ring.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Runs `main`, which must come to no end, and gives the report.
#[track_caller]
pub(crate) fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    match runtime::Builder::new().clock(Clock::Virtual).run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
    }
}

/// Who could end the wait of the thread of that name.
#[track_caller]
pub(crate) fn who_could_end(report: &Deadlock, thread: &str) -> String {
    let found = report.waiting.iter().find(|wait| wait.name == thread);
    found.expect("it waits").could_end.clone()
}

/// Calls `work` in a destructor, once in a thread that panics and once in one
/// that is killed.
#[track_caller]
pub(crate) fn while_unwinding(work: impl Fn() + Clone + 'static) {
    let done = Counter::default();
    for kill in [false, true] {
        let (work, done) = (work.clone(), done.clone());
        let sub = thread::spawn(move || {
            let _on_unwind = OnDrop(|| {
                assert!(std::thread::panicking());
                work();
                done.add();
            });
            match kill {
                false => panic!("on purpose"),
                true => thread::current().kill(),
            }
            thread::yield_now();
        });
        sub.join().unwrap_err();
    }
    assert_eq!(done.get(), 2);
}

/// First come, first served, until it panics because it is told to.
#[derive(Debug, Default)]
struct Breakable {
    order: StaticPriority,
    is_broken: Rc<Cell<bool>>,
}

impl Policy for Breakable {
    fn name(&self) -> &'static str {
        "breakable"
    }
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: policy::Instant) {
        self.order.ready(thread, attributes, arrow, now);
    }
    fn next(&mut self, now: policy::Instant) -> Option<Pid> {
        match self.is_broken.get() {
            true => resume_unwind(Box::new("broken")),
            false => self.order.next(now),
        }
    }
    fn remove(&mut self, thread: Pid) {
        self.order.remove(thread);
    }
    fn in_order(&self) -> Vec<Pid> {
        self.order.in_order()
    }
}

/// Runs `main`, which is given a flag. Once that is set, nobody gets the CPU any
/// more: the run is over, and nobody in it comes to an end.
#[track_caller]
pub(crate) fn cut_short(main: impl FnOnce(Rc<Cell<bool>>) + 'static) {
    let policy = Breakable::default();
    let over = Rc::clone(&policy.is_broken);
    let policy: Box<dyn Policy> = Box::new(policy);
    let builder = runtime::Builder::new().policy(Scheduler::from(policy));
    let broken = catch_unwind(AssertUnwindSafe(|| builder.run(move || main(over))));
    assert_eq!(broken.unwrap_err().downcast_ref(), Some(&"broken"));
}

/// Calls `work` on another OS thread.
#[track_caller]
pub(crate) fn on_os_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::spawn(work).join().unwrap()
}

/// What `call` gives, or the error with which it is refused. A kill goes on.
fn unless_refused<R>(call: impl FnOnce() -> R) -> Result<R, SyncError> {
    let payload = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => return Ok(result),
        Err(payload) => payload,
    };
    match payload.downcast() {
        Ok(error) => Err(*error),
        Err(other) => resume_unwind(other),
    }
}

/// A random program on the runtime: the threads 1, 2 and so on.
#[derive(Default)]
pub(crate) struct Program {
    start: Cell<Option<Instant>>,
    threads: RefCell<Vec<Thread>>,
    /// Those that are in a call which may wait.
    calling: RefCell<Vec<usize>>,
    journal: RefCell<Vec<String>>,
}

impl Program {
    /// Runs so many threads to their end, each of which does `perform`. Gives
    /// all that happened, in order.
    pub(crate) fn run(threads: usize, perform: impl Fn(&Self, usize) + 'static) -> Vec<String> {
        let program = Rc::new(Self::default());
        let main = Rc::clone(&program);
        run(move || {
            main.start.set(Some(Instant::now()));
            let perform = Rc::new(perform);
            for me in 1..=threads {
                let (program, perform) = (Rc::clone(&main), Rc::clone(&perform));
                let gone = Rc::clone(&main);
                let gone = OnDrop(move || gone.say(me, "gone"));
                let sub = thread::spawn(move || {
                    let _gone = gone;
                    perform(&program, me);
                });
                main.threads.borrow_mut().push(sub.thread().clone());
            }
            thread::sleep(model::THE_END);
            (1..=threads).for_each(|who| main.kill(who));
        });
        program.journal.take()
    }

    /// Writes down what a thread has done, and when.
    pub(crate) fn say(&self, me: usize, text: &str) {
        let start = self.start.get().expect("main has begun");
        let micros = start.elapsed().as_micros();
        let line = format!("{micros}: {me} {text}");
        self.journal.borrow_mut().push(line);
    }

    /// Makes a call that may wait. Gives the error if it is refused.
    pub(crate) fn calls<R>(&self, me: usize, call: impl FnOnce() -> R) -> Result<R, SyncError> {
        self.calling.borrow_mut().push(me);
        let _returns = OnDrop(|| self.calling.borrow_mut().retain(|&who| who != me));
        unless_refused(call)
    }

    /// Kills the n-th of those that are in a call, as far as there are so many.
    pub(crate) fn kill_calling(&self, n: usize) {
        let who = self.calling.borrow().get(n).copied();
        who.into_iter().for_each(|who| self.kill(who));
    }

    /// Kills the thread of that number, if there is one.
    pub(crate) fn kill(&self, who: usize) {
        let thread = self.threads.borrow().get(who - 1).cloned();
        if let Some(thread) = thread {
            thread.kill();
        }
    }
}

/// Whether a type has a trait, without asking for it.
macro_rules! has {
    ($type:ty: $bound:path) => {{
        struct Probe<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        trait Otherwise {
            const ANSWER: bool = false;
        }
        impl<T: ?Sized> Otherwise for Probe<T> {}
        #[allow(dead_code)]
        impl<T: ?Sized + $bound> Probe<T> {
            const ANSWER: bool = true;
        }
        <Probe<$type>>::ANSWER
    }};
}

/// Whether it is Send, Sync, UnwindSafe, RefUnwindSafe and Unpin.
macro_rules! auto_traits {
    ($type:ty) => {
        [
            $crate::steps::has!($type: Send),
            $crate::steps::has!($type: Sync),
            $crate::steps::has!($type: std::panic::UnwindSafe),
            $crate::steps::has!($type: std::panic::RefUnwindSafe),
            $crate::steps::has!($type: Unpin),
        ]
    };
}

pub(crate) use {auto_traits, has};
