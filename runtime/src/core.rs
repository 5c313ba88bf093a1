//! All that one `run` owns: the kernel, the stacks, and a few counters.
//!
//! Everything here belongs to one OS thread. The kernel is borrowed for the
//! length of one call and never across a switch or a call into the program.

use std::cell::{Cell, OnceCell, RefCell, RefMut};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use std::vec;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::trace;
use kernel_sim::kernel::wait::{ScopeId, WaitReason};
use log::{Level, LevelFilter};

use crate::ahead::Ahead;
use crate::current::{self, Beginning, Pace};
use crate::error::Ring;
use crate::fiber::Fiber;
use crate::handle::{self, Message};
use crate::inbox::Inbox;
use crate::moment::Moment;
use crate::place::{self, Place};
use crate::report;
use crate::stack::{FiberPool, GuardPages, StackSize, StackWaits, is_reviewed_at};
use crate::sync::wait_queue::Awaited;
use crate::thread::Thread;
use crate::thread::task::Task;

// ANCHOR: core
pub(crate) struct Core {
    /// Tells this run from all others of the process.
    pub(crate) id: Place,
    pub(crate) kernel: RefCell<Kernel<Context>>,
    pub(crate) fibers: RefCell<FiberPool>,
    pub(crate) stack_waits: StackWaits,
    pub(crate) ahead: RefCell<Ahead>,
    /// What the fiber that is resumed next shall run, if it is idle.
    pub(crate) beginning: Cell<Option<Beginning>>,
    /// What other OS threads ask for.
    pub(crate) inbox: Arc<Inbox<Message>>,
    /// Whether time passes only when somebody lets it.
    pub(crate) is_time_made: bool,
    /// Whether turns have an end.
    has_quantum: bool,
    /// For threads that do not say otherwise.
    pub(crate) stack_size: StackSize,
    pub(crate) main: OnceCell<Thread>,
    /// Threads to be started at the end, the last one first.
    pub(crate) exit_hooks: RefCell<Vec<Thread>>,
    /// The N of the last `Thread-N`.
    pub(crate) last_number: Cell<u64>,
    /// How many pools without a name were made.
    pub(crate) pools: Cell<usize>,
    /// How many started threads that are no daemons have not ended.
    pub(crate) awaited: Cell<usize>,
    /// The log's level when the kernel was last told to what to listen.
    log_level: Cell<LevelFilter>,
    /// The number for the next scope.
    next_scope: Cell<NonZeroU64>,
    /// Whether it was said that a ring of waits may never open.
    warned_of_ring: Cell<bool>,
    /// How the main thread came to its end, if not by itself.
    pub(crate) main_cut_short: Cell<Option<CutShort>>,
    /// Whether the program is over and nothing new may start.
    pub(crate) shutting_down: Cell<bool>,
}
// ANCHOR_END: core

/// What the kernel keeps for a thread that is not running: where it will go on.
///
/// One word, because it moves with each switch: with two, a switch takes twice
/// as long.
// ANCHOR: context
pub(crate) enum Context {
    /// At its beginning. It has no stack yet.
    Fresh,
    /// In the middle, on its stack.
    Suspended(Fiber),
}
// ANCHOR_END: context

// ANCHOR: is_firm
impl pcb::Context for Context {
    type Identity = Arc<Task>;
    type Object = Awaited;

    /// A guard can be moved to another thread, and nobody is told. It can only
    /// have happened if the owner has given something away since it got it.
    fn is_firm(stamp: u64, who: &Arc<Task>) -> bool {
        Moment::from_stamp(stamp).surely_not_before(who.last_gift.get())
    }
}
// ANCHOR_END: is_firm

/// The main thread's ident: it is made first.
// ANCHOR: cut_short
pub(crate) const MAIN: u64 = 1;

/// Why the main thread did not come to its end by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CutShort {
    NoStack,
    Killed,
}
// ANCHOR_END: cut_short

/// Something unwound through the loop, a logger or a policy: whoever is left
/// will never run again. Their stacks are lost; their joiners are not.
// ANCHOR: drop_core
impl Drop for Core {
    fn drop(&mut self) {
        self.close_doors();
        let left: Vec<_> = self
            .kernel
            .get_mut()
            .iter()
            .map(|pcb| pcb.identity().clone())
            .collect();
        for task in left {
            task.give_up();
        }
    }
}
// ANCHOR_END: drop_core

/// Messages of which those that nobody will read are answered all the same.
// ANCHOR: batch
struct Batch(vec::IntoIter<Message>);

impl Drop for Batch {
    fn drop(&mut self) {
        for message in &mut self.0 {
            if let Message::Spawn(task, _) = message {
                task.give_up();
            }
        }
    }
}
// ANCHOR_END: batch

impl Core {
    // ANCHOR: new
    pub(crate) fn new(
        clock: Clock,
        scheduler: Scheduler,
        quantum: Option<Duration>,
        stack_size: StackSize,
        guards: GuardPages,
    ) -> Self {
        Self {
            id: place::new_run(),
            is_time_made: !matches!(clock, Clock::Real { .. }),
            has_quantum: quantum.is_some(),
            kernel: RefCell::new(Kernel::new(
                clock,
                match quantum {
                    Some(quantum) => scheduler.with_quantum(quantum),
                    None => scheduler,
                },
            )),
            fibers: RefCell::new(FiberPool::new(guards)),
            ahead: RefCell::default(),
            stack_waits: StackWaits::default(),
            beginning: Cell::new(None),
            inbox: Arc::new(Inbox::new()),
            stack_size,
            main: OnceCell::new(),
            exit_hooks: RefCell::default(),
            last_number: Cell::new(0),
            pools: Cell::new(0),
            awaited: Cell::new(0),
            log_level: Cell::new(LevelFilter::Off),
            next_scope: Cell::new(NonZeroU64::MIN),
            warned_of_ring: Cell::new(false),
            main_cut_short: Cell::new(None),
            shutting_down: Cell::new(false),
        }
    }
    // ANCHOR_END: new

    /// What threads that compute have to do with time.
    // ANCHOR: pace
    pub(crate) fn pace(&self) -> Pace {
        match (self.has_quantum, self.is_time_made) {
            (true, _) => Pace::Timed,
            (false, true) => Pace::Counted,
            (false, false) => Pace::Untimed,
        }
    }
    // ANCHOR_END: pace

    /// Makes a thread in state New, whose task was made for the next pid; and starts
    /// it, if it is marked as started.
    // ANCHOR: create
    #[inline]
    pub(crate) fn create(&self, attributes: Attributes, task: Arc<Task>) {
        let (starts, is_awaited) = (task.is_started(), !task.daemon);
        // The log was asked when the pid was, and must not be now: it is the
        // program's, and might spawn.
        let mut kernel = self.kernel.borrow_mut();
        if Ahead::helps(&kernel) {
            let slot = kernel.next_pid().slot();
            self.ahead.borrow_mut().note_fresh(slot, &task);
        }
        let pid = kernel.create(Context::Fresh, attributes, task);
        if starts {
            kernel.admit(pid).expect("it is new"); // 1
            self.awaited
                .set(self.awaited.get() + usize::from(is_awaited));
        }
        drop(kernel);
        self.log_events();
    }

    /// Starts a thread that is marked as started: arrow 1, admit.
    #[inline]
    pub(crate) fn admit(&self, task: &Task) {
        let admitted = self.kernel().admit(task.pid());
        admitted.expect("a thread is marked as started once");
        if !task.daemon {
            self.awaited.set(self.awaited.get() + 1);
        }
        self.log_events();
    }
    // ANCHOR_END: create

    /// Whether the running thread, which yields, is alone in wanting the CPU.
    /// Then it has yielded already: arrows 3 and 2, without a switch.
    // ANCHOR: yields_alone
    #[inline(always)]
    pub(crate) fn yields_alone(&self, pid: Pid) -> bool {
        if self.inbox.has_mail() || self.log_has_changed() {
            return false;
        }
        let dispatch = self.kernel.borrow_mut().preempt_alone(pid);
        if dispatch.is_some_and(is_reviewed_at) {
            self.fibers.borrow_mut().review();
        }
        dispatch
            .map(|dispatch| current::begin_turn(dispatch, true))
            .is_some()
    }
    // ANCHOR_END: yields_alone

    /// Does what other OS threads have asked for.
    // ANCHOR: deliver
    #[cold]
    pub(crate) fn deliver(&self) {
        let mut batch = Batch(self.inbox.take().into_iter());
        for message in batch.0.by_ref() {
            match message {
                Message::Spawn(task, attributes) => {
                    // Without asking the log, which may panic, and this message
                    // is in nobody's hands.
                    let mut kernel = self.kernel.borrow_mut();
                    let (ident, identity) = (task.ident, Arc::clone(&task));
                    let pid = kernel.create_reserved(ident, Context::Fresh, attributes, identity);
                    drop(kernel);
                    task.pid.set(Some(pid));
                    self.admit(&task);
                }
                Message::Start(task) => self.admit(&task),
                Message::Unpark(task) => self.tell_kernel(|kernel| kernel.unpark(task.pid())),
                Message::Kill(task) => self.tell_kernel(|kernel| kernel.kill(task.pid())),
                Message::Discard(task) => self.discard(&task),
                Message::HangUp(channel) => channel.hang_up(),
                Message::Warn(message) => current::say(Level::Warn, message),
                Message::Ps(reply) => drop(reply.send(report::ps())),
            }
        }
    }
    // ANCHOR_END: deliver

    /// Lets nobody in any more. Who came too late is told so.
    // ANCHOR: close_doors
    pub(crate) fn close_doors(&self) {
        handle::unregister(self);
        drop(Batch(self.inbox.close().into_iter()));
    }
    // ANCHOR_END: close_doors

    /// Arrow 0, for a thread whose last handle is gone. What it was made for is
    /// dropped here.
    // ANCHOR: discard
    pub(crate) fn discard(&self, task: &Task) {
        if !task.is_started() {
            let _ = self.tell_kernel(|kernel| kernel.discard(task.pid()));
            task.work.forget();
        }
    }
    // ANCHOR_END: discard

    /// A name for one more scope.
    // ANCHOR: next_scope
    pub(crate) fn next_scope(&self) -> ScopeId {
        let scope = self.next_scope.get();
        self.next_scope.set(scope.saturating_add(1));
        ScopeId(scope)
    }
    // ANCHOR_END: next_scope

    /// The ring of waits that would close if `waiter` waited for `reason`
    /// without a deadline.
    // ANCHOR: ring
    #[inline]
    pub(crate) fn ring(&self, waiter: Pid, reason: WaitReason<Awaited>) -> Option<Ring> {
        let possible = self.kernel.borrow().possible_ring(waiter, reason)?;
        self.certain_ring(waiter, reason, &possible)
    }

    /// If it is not certain that the ring never opens, this says so, once in a run.
    #[cold]
    fn certain_ring(
        &self,
        waiter: Pid,
        reason: WaitReason<Awaited>,
        possible: &[Pid],
    ) -> Option<Ring> {
        let kernel = self.kernel.borrow();
        if let Some(ring) = kernel.ring(waiter, reason) {
            return Some(Ring::new(kernel.describe_ring(&ring, reason)));
        }
        let words = kernel.describe_ring(possible, reason);
        drop(kernel);
        if !self.warned_of_ring.replace(true) {
            let unless = "unless somebody else has been given one of the guards";
            let message = format!("this wait may never end: {words}, {unless}");
            // By the loop, when the thread waits: the log may let go of the very
            // lock, and nobody would stand in its line yet.
            let _ = self.inbox.post(Message::Warn(message));
        }
        None
    }
    // ANCHOR_END: ring

    /// The thread of that pid, if it is still there.
    // ANCHOR: task
    pub(crate) fn task(&self, pid: Pid) -> Option<Arc<Task>> {
        let kernel = self.kernel.borrow();
        kernel.get(pid).map(|pcb| Arc::clone(pcb.identity()))
    }
    // ANCHOR_END: task

    /// Does `work` with the kernel, and then logs the arrows that it took: if the
    /// log panics, the work has been done.
    // ANCHOR: tell_kernel
    #[inline(always)]
    pub(crate) fn tell_kernel<R>(&self, work: impl FnOnce(&mut Kernel<Context>) -> R) -> R {
        let mut kernel = self.kernel.borrow_mut();
        let result = work(&mut kernel);
        let has_events = kernel.has_events();
        drop(kernel);
        if has_events {
            self.log_events_now();
        }
        result
    }
    // ANCHOR_END: tell_kernel

    /// Whether threads can be woken. In a policy they cannot, and a panic says so;
    /// but if it unwinds by that, what it drops then leaves others waiting.
    // ANCHOR: can_wake
    #[inline(always)]
    pub(crate) fn can_wake(&self) -> bool {
        self.kernel.try_borrow_mut().is_ok() || !std::thread::panicking()
    }
    // ANCHOR_END: can_wake

    /// The kernel, for one call that is not one into the program. If the log's
    /// level has changed, the kernel is told before.
    // ANCHOR: listen
    #[inline]
    pub(crate) fn kernel(&self) -> RefMut<'_, Kernel<Context>> {
        if self.log_has_changed() {
            self.listen();
        }
        self.kernel.borrow_mut()
    }

    #[inline]
    pub(crate) fn log_has_changed(&self) -> bool {
        log::max_level() != self.log_level.get()
    }

    /// Asks the log, which is the program's, without a borrow.
    #[cold]
    fn listen(&self) {
        self.log_level.set(log::max_level());
        let mut level = LevelFilter::Off;
        current::on_loop_stack(|| level = trace::level_of_log());
        self.kernel.borrow_mut().listen(level);
    }

    /// Logs the arrows since the last call, on the loop's stack and without a
    /// borrow: a logger may need much stack, and may call into the runtime.
    #[inline]
    pub(crate) fn log_events(&self) {
        if self.kernel.borrow().has_events() {
            self.log_events_now();
        }
    }

    #[cold]
    pub(crate) fn log_events_now(&self) {
        let events = self.kernel.borrow_mut().take_events();
        current::on_loop_stack(move || {
            for event in &events {
                event.log();
            }
        });
    }
    // ANCHOR_END: listen
}
