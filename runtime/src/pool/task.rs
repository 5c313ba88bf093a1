//! One task: what is to be called, how far it is, and what came of it.
//!
//! The pool and the future share it. The pool knows that it is [`Work`], and the
//! future that there is a [`Promise`] in it.

use std::cell::{Cell, RefCell};
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Owner, Signal};

use super::TaskError;
use super::awaits::AwaitedTask;
use super::completion::Watcher;
use super::workers::Workers;
use crate::current;
use crate::error::Refused;
use crate::panic::{Payload, contain, go_on_unwinding, is_kill, unwind_killed};
use crate::sync::core_bound::Idle;
use crate::sync::exclusive::Holder;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

/// A function to be called once, and what is promised to the one that has the
/// future.
// ANCHOR: task
struct Task<F, T> {
    function: Cell<Option<F>>,
    promise: Promise<T>,
}
// ANCHOR_END: task

/// For who does it.
// ANCHOR: work
pub(super) trait Work {
    /// Does it, unless it was cancelled. Unwinds if the worker is killed.
    fn run(&self);

    /// It will not be done, for this reason. False if it was begun before. True, and
    /// nothing happens, if it was never to be done.
    fn give_up(&self, why: TaskError) -> bool;

    /// Who could finish it, in words. `None` if it is done.
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> Option<String>;
}

/// For who waits for it.
pub(super) trait Promised<T>: Work {
    fn promise(&self) -> &Promise<T>;
}
// ANCHOR_END: work

/// What came of a task, or will.
// ANCHOR: promise
pub(super) struct Promise<T> {
    progress: Object<Progress>,
    result: RefCell<Option<Result<T, TaskError>>>,
    /// Almost always nobody listens.
    listeners: RefCell<Option<Box<Listeners<T>>>>,
    /// Until it is done, if the pool is no daemon's.
    awaited: AwaitedTask,
}
// ANCHOR_END: promise

/// Whom it concerns what comes of a task, besides those who wait for it alone.
// ANCHOR: listeners
struct Listeners<T> {
    callbacks: Vec<Callback<T>>,
    /// Those that wait for this one among others.
    watchers: Vec<Watcher>,
}
// ANCHOR_END: listeners

impl<T> Default for Listeners<T> {
    fn default() -> Self {
        Self {
            callbacks: Vec::new(),
            watchers: Vec::new(),
        }
    }
}

// ANCHOR: phase
pub(super) type Callback<T> = Box<dyn FnOnce(&Result<T, TaskError>)>;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Pending,
    Running,
    /// Cancelled ones are done too.
    Done,
}

struct Progress {
    phase: Cell<Phase>,
    worker: Cell<Option<Holder>>,
    line: WaitQueue,
    pool: Rc<Workers>,
}
// ANCHOR_END: phase

/// A task that nobody has begun, submitted at that line of the program.
// ANCHOR: make
pub(super) fn make<F, T>(
    at: &'static Location<'static>,
    function: F,
    pool: &Rc<Workers>,
) -> Rc<impl Promised<T> + use<F, T>>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    current::gives_away::<F>();
    let progress = Progress {
        phase: Cell::new(Phase::Pending),
        worker: Cell::new(None),
        line: WaitQueue::new(),
        pool: Rc::clone(pool),
    };
    Rc::new(Task {
        function: Cell::new(Some(function)),
        promise: Promise {
            progress: Object::made_at(at, "Task", None, progress),
            result: RefCell::new(None),
            listeners: RefCell::new(None),
            awaited: AwaitedTask::new(pool.is_daemon()),
        },
    })
}
// ANCHOR_END: make

impl<F, T> Work for Task<F, T>
where
    F: FnOnce() -> T,
    T: 'static,
{
    // ANCHOR: run
    fn run(&self) {
        let Some(function) = self.function.take() else {
            return;
        };
        self.promise.begin();
        let result = match catch_unwind(AssertUnwindSafe(function)) {
            Ok(value) => Ok(value),
            Err(kill) if is_kill(&kill) => {
                drop(self.promise.finish(Err(TaskError::Killed)));
                resume_unwind(kill)
            }
            Err(payload) => Err(TaskError::Panicked(payload)),
        };
        current::gives_away::<T>();
        go_on_unwinding(self.promise.finish(result));
    }
    // ANCHOR_END: run

    // ANCHOR: give_up
    fn give_up(&self, why: TaskError) -> bool {
        match self.function.take() {
            Some(function) => {
                // Until the callbacks were called, those that wait do so for this one.
                self.promise.take_over();
                let kill = self.promise.finish(Err(why));
                let dropped = contain(|| drop(function));
                go_on_unwinding(dropped.err().or(kill));
                true
            }
            None => self.promise.was_given_up(),
        }
    }
    // ANCHOR_END: give_up

    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> Option<String> {
        self.promise.could_end(name)
    }
}

// ANCHOR: promised
impl<F, T> Promised<T> for Task<F, T>
where
    F: FnOnce() -> T,
    T: 'static,
{
    fn promise(&self) -> &Promise<T> {
        &self.promise
    }
}
// ANCHOR_END: promised

impl<T> Promise<T> {
    pub(super) fn phase(&self) -> Phase {
        self.progress.with(|progress| progress.phase.get())
    }

    /// Whether a task whose function is gone was never begun. It is pending still as
    /// long as its callbacks are called.
    // ANCHOR: begin
    fn was_given_up(&self) -> bool {
        let given_up =
            |result: &Result<T, _>| matches!(result, Err(TaskError::Cancelled | TaskError::Broken));
        self.phase() == Phase::Pending || self.peek(given_up) == Some(true)
    }

    fn begin(&self) {
        self.progress
            .with(|progress| progress.phase.set(Phase::Running));
        self.take_over();
    }

    /// The running thread is the one that will finish it.
    fn take_over(&self) {
        let worker = Some(Holder::here());
        self.progress.with(|progress| progress.worker.set(worker));
    }
    // ANCHOR_END: begin

    /// Calls the callbacks, and then lets those go on that wait. If the thread was
    /// killed in a callback, its payload comes back.
    // ANCHOR: finish
    fn finish(&self, result: Result<T, TaskError>) -> Option<Payload> {
        let mut killed = None;
        // Others may come while these are called.
        loop {
            let callbacks = match &mut *self.listeners.borrow_mut() {
                Some(listeners) => mem::take(&mut listeners.callbacks),
                None => break,
            };
            if callbacks.is_empty() {
                break;
            }
            for callback in callbacks {
                if let Err(payload) = contain(|| callback(&result)) {
                    killed = Some(payload);
                }
            }
        }
        *self.result.borrow_mut() = Some(result);
        self.progress.with(|progress| {
            progress.phase.set(Phase::Done);
            progress.worker.set(None);
            if !progress.line.is_empty() {
                wake(|waker| waker.all(&progress.line));
            }
        });
        if let Some(listeners) = self.listeners.take() {
            listeners.watchers.into_iter().for_each(Watcher::tell);
        }
        self.awaited.done();
        killed
    }
    // ANCHOR_END: finish

    /// Calls a callback now, for what has come of the task.
    // ANCHOR: listen
    fn tell(&self, callback: Callback<T>) -> Result<(), Payload> {
        match &*self.result.borrow() {
            Some(result) => contain(|| callback(result)),
            None => unreachable!("whoever takes the result has the future"),
        }
    }

    pub(super) fn add_callback(&self, callback: Callback<T>) {
        match self.phase() {
            Phase::Done => go_on_unwinding(self.tell(callback).err()),
            Phase::Pending | Phase::Running => {
                let mut listeners = self.listeners.borrow_mut();
                listeners.get_or_insert_default().callbacks.push(callback);
            }
        }
    }

    /// Tells `watcher` when it is done, which may be now.
    pub(super) fn watch(&self, watcher: Watcher) {
        match self.phase() {
            Phase::Done => watcher.tell(),
            Phase::Pending | Phase::Running => {
                let mut listeners = self.listeners.borrow_mut();
                let watchers = &mut listeners.get_or_insert_default().watchers;
                // Those that have given up stand here until the next one comes.
                watchers.retain(Watcher::is_there);
                watchers.push(watcher);
            }
        }
    }
    // ANCHOR_END: listen

    /// Waits until it is done, no longer than `timeout`. False if it is not.
    // ANCHOR: wait
    #[track_caller]
    pub(super) fn wait(&self, timeout: Option<Duration>) -> bool {
        if self.phase() == Phase::Done {
            return true;
        }
        match self.progress.wait(|progress| &progress.line, timeout) {
            Ok(Signal::Continue) => true,
            Ok(Signal::TimedOut) => self.phase() == Phase::Done,
            Ok(Signal::Kill { .. }) => unwind_killed(),
            Err(Refused::Unwinding) if timeout.is_some() => false,
            Err(why) => self.progress.refuse(why),
        }
    }

    /// What came of it, if it is done. Whoever takes it has the only future.
    pub(super) fn take(&self) -> Option<Result<T, TaskError>> {
        self.result.take()
    }

    /// Calls `look` with what came of it, if it is done.
    pub(super) fn peek<R>(&self, look: impl FnOnce(&Result<T, TaskError>) -> R) -> Option<R> {
        self.result.borrow().as_ref().map(look)
    }
    // ANCHOR_END: wait

    // ANCHOR: could_end
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> Option<String> {
        let task = &self.progress.label;
        match self.phase() {
            Phase::Pending => Some(format!("{}, for {task}", self.progress.could_end(name))),
            Phase::Running => {
                let worker = self.progress.with(|progress| progress.worker.get());
                let owner = worker.and_then(|worker| worker.firm_owner());
                let find = |owner| current::core(|core| core.kernel.borrow().thread_of(&owner));
                let worker = owner.and_then(find).map_or("its worker".into(), name);
                Some(format!("only {worker}, by finishing {task}"))
            }
            Phase::Done => None,
        }
    }
    // ANCHOR_END: could_end
}

// ANCHOR: idle
impl Idle for Progress {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}
// ANCHOR_END: idle

// ANCHOR: progress_state
impl State for Progress {
    /// The worker that does it. Before that, anybody may be the one.
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        if let Some(owner) = self.worker.get().and_then(|worker| worker.firm_owner()) {
            visit(owner);
        }
    }

    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        self.pool.could_begin(name)
    }

    fn verb(&self, _line: &WaitQueue) -> &'static str {
        "done by"
    }

    fn letting_go(&self) -> &'static str {
        "finishing it"
    }
}
// ANCHOR_END: progress_state
