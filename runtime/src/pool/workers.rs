//! Those who do the tasks of one pool, and the line in which the tasks wait.
//!
//! A mutex and a condition variable, as in every textbook: a worker waits on the
//! condition until there is a task or the pool is closed.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;
use std::{io, mem};

use kernel_sim::kernel::pid::Pid;

use super::awaits::IdleWorker;
use super::limit::Limit;
use super::task::Work;
use super::{Pending, SubmitError, TaskError};
use crate::current;
use crate::panic::{contain, drop_quietly, go_on_unwinding, is_kill};
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::thread::{self, Thread};

// ANCHOR: workers
pub(super) struct Workers {
    plan: Plan,
    desk: Mutex<Desk>,
    /// There is a task, or the pool is closed.
    work: Condvar,
}
// ANCHOR_END: workers

/// What a pool is to be.
// ANCHOR: plan
pub(super) struct Plan {
    pub(super) made_at: &'static Location<'static>,
    /// How many workers there can be.
    pub(super) max: usize,
    pub(super) prefix: String,
    pub(super) daemon: bool,
    pub(super) initializer: Option<Rc<dyn Fn()>>,
}
// ANCHOR_END: plan

/// Where tasks are left and taken. Nobody waits while it has it.
// ANCHOR: desk
struct Desk {
    pending: VecDeque<Rc<dyn Work>>,
    /// Those that have not ended, with their numbers.
    workers: Vec<(usize, Thread)>,
    /// How many more are being made.
    hiring: usize,
    /// How many were ever made: the next one's number.
    made: usize,
    /// How many of them wait for a task.
    idle: usize,
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Yes,
    ShutDown,
    Broken,
}

impl Desk {
    /// Whether one more worker is to be made, which is then announced.
    fn hires(&mut self, max: usize) -> bool {
        let hires =
            self.pending.len() > self.idle + self.hiring && self.workers.len() + self.hiring < max;
        self.hiring += usize::from(hires);
        hires
    }
}
// ANCHOR_END: desk

impl Workers {
    // ANCHOR: new
    #[track_caller]
    pub(super) fn new(plan: Plan) -> Self {
        let desk = Desk {
            pending: VecDeque::new(),
            workers: Vec::new(),
            hiring: 0,
            made: 0,
            idle: 0,
            open: Open::Yes,
        };
        Self {
            desk: Mutex::named("tasks of a pool", desk),
            work: Condvar::named("tasks of a pool"),
            plan,
        }
    }
    // ANCHOR_END: new

    pub(super) fn max(&self) -> usize {
        self.plan.max
    }

    pub(super) fn is_daemon(&self) -> bool {
        self.plan.daemon
    }

    pub(super) fn name(&self) -> &str {
        &self.plan.prefix
    }

    // ANCHOR: submit
    pub(super) fn submit(self: &Rc<Self>, task: Rc<dyn Work>) -> Result<(), SubmitError> {
        // Refuses where there could be no worker.
        current::core(|_| ());
        let mut desk = self.desk();
        match desk.open {
            Open::Yes => desk.pending.push_back(Rc::clone(&task)),
            Open::ShutDown => return Err(SubmitError::ShutDown),
            Open::Broken => return Err(SubmitError::Broken),
        }
        let (notifies, hires) = (desk.idle > 0, desk.hires(self.plan.max));
        // The log hears of both, and may submit too.
        drop(desk);
        if notifies {
            self.work.let_on(1);
        }
        match hires {
            true => self.hire_for(&task),
            false => Ok(()),
        }
    }
    // ANCHOR_END: submit

    /// One more worker, for that task. If there is none then, the task was not taken.
    // ANCHOR: hire_for
    #[cold]
    fn hire_for(self: &Rc<Self>, task: &Rc<dyn Work>) -> Result<(), SubmitError> {
        let withdraws = Withdraws(self, task);
        self.hire().map_err(SubmitError::NoWorker)?;
        mem::forget(withdraws);
        Ok(())
    }

    /// Makes the worker that was announced by [`Desk::hires`]. Fails if there is none
    /// then.
    fn hire(self: &Rc<Self>) -> io::Result<()> {
        let _hiring = Hiring(self);
        let mut desk = self.desk();
        let number = desk.made;
        desk.made += 1;
        drop(desk);
        let name = format!("{}_{number}", self.plan.prefix);
        let builder = thread::Builder::new().name(name).daemon(self.plan.daemon);
        let workers = Rc::clone(self);
        let leaves = Leaves { workers, number };
        let hired = builder.spawn_quietly(move || {
            let leaves = leaves;
            leaves.workers.work();
        });
        let mut desk = self.desk();
        match hired {
            Ok(worker) => desk.workers.push((number, worker.thread().clone())),
            Err(error) if desk.workers.is_empty() => return Err(error),
            // The others will do it.
            Err(_) => {}
        }
        Ok(())
    }
    // ANCHOR_END: hire_for

    /// What a worker does from its beginning to its end.
    // ANCHOR: work
    fn work(self: &Rc<Self>) {
        if let Some(initializer) = &self.plan.initializer
            && let Err(payload) = catch_unwind(AssertUnwindSafe(|| initializer()))
        {
            if is_kill(&payload) {
                resume_unwind(payload);
            }
            drop_quietly(payload);
            self.end(Open::Broken, || TaskError::Broken);
            return;
        }
        while let Some(task) = self.next() {
            task.run();
            go_on_unwinding(contain(|| drop(task)).err());
        }
    }
    // ANCHOR_END: work

    /// Waits for a task. `None` if none will come.
    // ANCHOR: next
    fn next(&self) -> Option<Rc<dyn Work>> {
        let mut desk = self.desk();
        loop {
            if let Some(task) = desk.pending.pop_front() {
                return Some(task);
            }
            if desk.open != Open::Yes {
                return None;
            }
            desk.idle += 1;
            let idle = Idle(self);
            let not_awaited = (!self.plan.daemon).then(IdleWorker::new);
            desk = locked(self.work.wait_quietly(desk));
            desk.idle -= 1;
            mem::forget(idle);
            drop(not_awaited);
        }
    }
    // ANCHOR_END: next

    /// Nothing more is taken.
    // ANCHOR: close
    pub(super) fn close(&self, pending: Pending) {
        match pending {
            Pending::Finish => {
                let mut desk = self.desk();
                if desk.open == Open::Yes {
                    desk.open = Open::ShutDown;
                }
                // The log hears of what comes, and may ask the pool something.
                drop(desk);
                self.work.let_on(usize::MAX);
            }
            Pending::Cancel => self.end(Open::ShutDown, || TaskError::Cancelled),
        }
    }

    /// Nothing more is taken, and what has not begun never will.
    fn end(&self, open: Open, why: fn() -> TaskError) {
        let mut desk = self.desk();
        if desk.open != Open::Broken {
            desk.open = open;
        }
        let pending = mem::take(&mut desk.pending);
        drop(desk);
        // The log hears of it, and may panic: those that wait for the tasks are told.
        let let_on = || self.work.let_on(usize::MAX);
        let mut unwinds = catch_unwind(AssertUnwindSafe(let_on)).err();
        for task in pending {
            let gives_up = || task.give_up(why());
            unwinds = unwinds.or(catch_unwind(AssertUnwindSafe(gives_up)).err());
            unwinds = unwinds.or(contain(|| drop(task)).err());
        }
        go_on_unwinding(unwinds);
    }
    // ANCHOR_END: close

    /// Whether no worker is left.
    pub(super) fn have_ended(&self) -> bool {
        self.desk().workers.is_empty()
    }

    /// Waits until all workers but the caller have ended, where that is possible, and
    /// no longer than `timeout`. False if some are left.
    // ANCHOR: join
    pub(super) fn join(&self, timeout: Option<Duration>) -> bool {
        let limit = Limit::after(timeout);
        loop {
            let me = thread::try_current().map(|me| me.ident());
            let desk = self.desk();
            let threads = desk.workers.iter().map(|(_, thread)| thread);
            let mut others = threads.filter(|it| Some(it.ident()) != me);
            let other = others.next().cloned();
            drop(desk);
            let Some(other) = other else {
                return self.have_ended();
            };
            let joined = match limit.left() {
                Some(left) => other.join_timeout(left),
                None => other.join(),
            };
            match joined {
                // One whose stack was given up has not left by itself.
                Ok(()) => self.desk().workers.retain(|(_, it)| it.is_alive_now()),
                Err(_) => return false,
            }
        }
    }
    // ANCHOR_END: join

    /// Who has it keeps the CPU until it has let go, so it is always free: also for those
    /// who unwind, and could not wait for it.
    // ANCHOR: locks
    fn desk(&self) -> MutexGuard<'_, Desk> {
        locked(self.desk.lock_quietly())
    }
    // ANCHOR_END: locks

    /// Who could begin a task that nobody has begun, in words.
    // ANCHOR: could_begin
    pub(super) fn could_begin(&self, name: &dyn Fn(Pid) -> String) -> String {
        let at = self.plan.made_at;
        let pool = format!(
            "ThreadPool '{}' ({}:{})",
            self.plan.prefix,
            at.file(),
            at.line()
        );
        let Ok(desk) = self.desk.try_lock() else {
            return format!("a worker of {pool}, by beginning it");
        };
        let workers = desk.workers.iter().map(|(_, it)| name(it.task().pid()));
        let workers: Vec<_> = workers.collect();
        match (desk.idle, workers.len()) {
            (0, 0) => format!("nobody: no worker of {pool} is left"),
            (0, number) => format!(
                "a worker of {pool}, by beginning it; but all {number} are in the middle of another \
                 task: {}",
                workers.join(" and ")
            ),
            _ => format!("a worker of {pool}, by beginning it"),
        }
    }
    // ANCHOR_END: could_begin
}

/// Nobody panics while it has the desk.
// ANCHOR: locked
fn locked<G>(desk: Result<G, PoisonError<G>>) -> G {
    desk.unwrap_or_else(PoisonError::into_inner)
}
// ANCHOR_END: locked

/// A worker that waits for a task, and is killed.
// ANCHOR: idle
struct Idle<'a>(&'a Workers);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.desk().idle -= 1;
    }
}
// ANCHOR_END: idle

/// A worker is being made, or was not: the program may panic when it is to inherit
/// something.
// ANCHOR: hiring
struct Hiring<'a>(&'a Workers);

impl Drop for Hiring<'_> {
    fn drop(&mut self) {
        self.0.desk().hiring -= 1;
    }
}
// ANCHOR_END: hiring

/// A task for which there is no worker is not taken.
// ANCHOR: withdraws
struct Withdraws<'a>(&'a Workers, &'a Rc<dyn Work>);

impl Drop for Withdraws<'_> {
    fn drop(&mut self) {
        let Self(workers, task) = self;
        let mut desk = workers.desk();
        if desk.workers.is_empty() {
            desk.pending.retain(|pending| !Rc::ptr_eq(pending, task));
        }
    }
}
// ANCHOR_END: withdraws

/// A worker on its way out, or one that was killed before it began. If tasks are left,
/// somebody else has to do them.
// ANCHOR: leaves
struct Leaves {
    workers: Rc<Workers>,
    number: usize,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        let Self { workers, number } = self;
        let mut desk = workers.desk();
        let before = desk.workers.len();
        desk.workers.retain(|(it, _)| it != number);
        if desk.workers.len() == before {
            // It could not be made.
            return;
        }
        let hires = desk.hires(workers.plan.max);
        let is_last = desk.workers.is_empty();
        drop(desk);
        // It had no stack, and nor would the next one have: see `NoStack`.
        if thread::try_current().is_none() {
            if is_last {
                workers.end(Open::Broken, || TaskError::Broken);
            }
            return;
        }
        if hires
            && !matches!(
                catch_unwind(AssertUnwindSafe(|| workers.hire())),
                Ok(Ok(()))
            )
        {
            workers.end(Open::ShutDown, || TaskError::Cancelled);
        }
    }
}
// ANCHOR_END: leaves
