//! The arrows of the diagram, one method each.
//!
//! A [`Kernel`] is told what happens and writes it down. It runs nothing: a
//! machine takes the context that [`Kernel::dispatch`] hands out, runs it
//! until it gives up the CPU, and says which arrow follows. While a context is
//! out, nothing in the table is borrowed, so the running thread may itself
//! create (arrow 1) and wake (arrow 5) others.
//!
//! ```
//! use kernel_sim::kernel::Kernel;
//! use kernel_sim::kernel::pcb::{Context, Priority};
//! use kernel_sim::kernel::wait::NoObject;
//!
//! /// A thread that has so many turns to go.
//! struct Turns(u32);
//!
//! impl Context for Turns {
//!     type Identity = &'static str;
//!     type Object = NoObject;
//! }
//!
//! let mut kernel = Kernel::default();
//! for (name, turns) in [("a", 1), ("b", 3), ("c", 2)] {
//!     let pid = kernel.create(Turns(turns), Priority::NORMAL, name);
//!     kernel.admit(pid).unwrap();                                    // 1
//! }
//!
//! let mut order = String::new();
//! while let Some(mut thread) = kernel.dispatch() {                   // 2
//!     order.push_str(kernel.get(thread.pid()).unwrap().identity());
//!     thread.context.0 -= 1;
//!     if thread.context.0 > 0 {
//!         kernel.preempt(thread);                                    // 3
//!     } else {
//!         let pid = thread.pid();
//!         kernel.exit(thread);                                       // 6
//!         kernel.reap(pid).unwrap();                                 // 7
//!     }
//! }
//! assert_eq!(order, "abcbcb");
//! ```

use std::mem;

pub mod attributes;
pub mod clock;
mod create;
pub mod history;
mod illegal;
mod look_ahead;
mod news;
pub mod pcb;
pub mod pid;
pub mod policy;
mod preempt;
mod query;
pub mod queue;
mod rings;
mod running;
pub mod state;
mod table;
mod timer;
pub mod trace;
pub mod wait;
mod wait_for;

pub use create::RESERVED;
pub use illegal::Illegal;
pub use look_ahead::{Lookout, Upcoming};
pub use news::Idle;
pub use running::Running;

use clock::Clock;
use history::History;
use log::LevelFilter;
use pcb::{Context, Pcb};
use pid::Pid;
use policy::Scheduler;
use queue::Queue;
use state::{Arrow, State};
use table::Table;
use timer::Timers;
use trace::Event;
use wait::{Object, Signal, Wait, WaitReason};

/// The PCB table, the ready queue, the sleepers, and the arrows between them.
// ANCHOR: kernel
#[derive(Debug)]
pub struct Kernel<C: Context> {
    table: Table<C>,
    scheduler: Scheduler,
    timers: Timers,
    clock: Clock,
    /// How many times a thread was given the CPU.
    dispatches: u64,
    /// The dispatch before which the clock has to be read for the sleepers.
    next_look: u64,
    events: Vec<Event>,
    /// How many threads wait for objects.
    objects_awaited: usize,
    /// Where threads wait for memory.
    for_memory: Queue,
    /// Which events to write down.
    listening: LevelFilter,
    /// If somebody wants it.
    history: Option<History>,
    /// Which arrows are for one of these two.
    heard: LevelFilter,
}
// ANCHOR_END: kernel

// ANCHOR: default
impl<C: Context> Default for Kernel<C> {
    /// Round-robin under virtual time.
    fn default() -> Self {
        Self::new(Clock::virtual_time(), Scheduler::default())
    }
}
// ANCHOR_END: default

/// The arrows.
impl<C: Context> Kernel<C> {
    /// A kernel without threads.
    // ANCHOR: new
    pub fn new(clock: Clock, scheduler: Scheduler) -> Self {
        Self {
            table: Table::default(),
            scheduler,
            timers: Timers::default(),
            clock,
            dispatches: 0,
            next_look: u64::MAX,
            events: Vec::new(),
            objects_awaited: 0,
            for_memory: Queue::new(),
            listening: LevelFilter::Off,
            history: None,
            heard: LevelFilter::Off,
        }
    }
    // ANCHOR_END: new

    /// Arrow 1: New → Ready. The thread takes its place among the ready ones.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// assert_eq!(kernel.ready(), [pid]);
    /// assert!(kernel.admit(pid).is_err(), "it is not New any more");
    /// ```
    // ANCHOR: admit
    #[inline]
    pub fn admit(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.check(pid, Arrow::Admit)?;
        let pcb = &mut self.table[pid.slot()];
        let context = pcb.take_context();
        pcb.enter(State::Ready(context), self.dispatches);
        self.line_up(pid.slot(), Arrow::Admit);
        self.record(Arrow::Admit, pid, |_| String::new());
        Ok(())
    }
    // ANCHOR_END: admit

    /// Arrow 2: Ready → Running. The policy says who; sleepers that are due
    /// are woken before it is asked. `None` if nobody is ready: see
    /// [`Kernel::idle`] for what to do then.
    ///
    /// The kernel does not count CPUs. A machine that has two may dispatch two
    /// threads before it gives back the first.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::state::StateName;
    /// # use kernel_sim::kernel::wait::Signal;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// assert_eq!((thread.pid(), thread.signal), (pid, Signal::Continue));
    /// assert_eq!(kernel.get(pid).unwrap().state().name(), StateName::Running);
    /// ```
    // ANCHOR: dispatch
    #[inline(always)]
    pub fn dispatch(&mut self) -> Option<Running<C>> {
        if self.dispatches >= self.next_look {
            self.wake_due();
        }
        let slot = self.choose()?;
        Some(self.dispatch_slot(slot))
    }
    // ANCHOR_END: dispatch

    /// Arrow 2 for one thread, past the policy: for a machine that shuts down
    /// and ends its threads one by one. `None` if the thread is not ready.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let [_, last] = ["first", "last"].map(|name| {
    ///     let pid = kernel.create((), Priority::NORMAL, name);
    ///     kernel.admit(pid).unwrap();
    ///     pid
    /// });
    /// assert_eq!(kernel.dispatch_only(last).unwrap().pid(), last);
    /// assert!(kernel.dispatch_only(last).is_none(), "it is running");
    /// ```
    // ANCHOR: dispatch_only
    pub fn dispatch_only(&mut self, pid: Pid) -> Option<Running<C>> {
        self.check(pid, Arrow::Dispatch).ok()?;
        self.choose_only(pid.slot());
        Some(self.dispatch_slot(pid.slot()))
    }
    // ANCHOR_END: dispatch_only

    // ANCHOR: dispatch_slot
    #[inline(always)]
    fn dispatch_slot(&mut self, slot: u32) -> Running<C> {
        let dispatch = self.dispatches + 1;
        self.dispatches = dispatch;
        let pcb = &mut self.table[slot];
        let State::Ready(context) = mem::replace(&mut pcb.state, State::Running) else {
            unreachable!("the policy chooses among the ready ones");
        };
        pcb.since = dispatch;
        let signal = pcb.take_signal();
        pcb.switches += 1;
        let pid = pcb.pid;
        self.record(Arrow::Dispatch, pid, |_| match signal {
            Signal::Continue | Signal::TimedOut => String::new(),
            Signal::Kill { .. } => "told to unwind and end".into(),
        });
        Running {
            pid,
            dispatch,
            signal,
            context,
        }
    }
    // ANCHOR_END: dispatch_slot

    /// Arrow 4: Running → Waiting.
    ///
    /// A wait that is over before it began ends at once, by arrow 5: to join a
    /// thread that has ended, to park with a token, to wait when killed.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::state::StateName;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.block(thread, Wait { reason: WaitReason::Park, deadline: None });
    /// assert_eq!(kernel.get(pid).unwrap().state().name(), StateName::Waiting);
    /// ```
    // ANCHOR: block
    #[inline(always)]
    pub fn block(&mut self, thread: Running<C>, wait: Wait<C::Object>) {
        let pid = thread.pid;
        let now = self.dispatches;
        let pcb = self.running(pid);
        let killed = pcb.killed;
        pcb.enter(State::Waiting(thread.context, wait.clone()), now);
        self.turn_ends(pid, Arrow::Block);
        if let Some(deadline) = wait.deadline {
            self.timers.insert(pid.slot(), deadline);
            // Never later than it was: somebody else may be due before.
            let look = self.clock.look_again(self.dispatches, deadline);
            self.next_look = self.next_look.min(look);
        }
        let in_vain = match &wait.reason {
            WaitReason::Sleep | WaitReason::Scope(_) | WaitReason::KilledScope(_) => false,
            WaitReason::Park => mem::take(&mut self.table[pid.slot()].token),
            WaitReason::Join(target) => !self.join_queue(*target, |queue, table| {
                queue.push(table, pid.slot());
            }),
            WaitReason::Object(object) => {
                self.objects_awaited += 1;
                self.change(object.queue(), |queue, table| queue.push(table, pid.slot()));
                false
            }
            WaitReason::Memory => {
                self.for_memory.push(&mut self.table, pid.slot());
                false
            }
        };
        self.record(Arrow::Block, pid, move |kernel| {
            kernel.describe_wait_of(pid)
        });
        if killed && wait.reason.is_killable() {
            self.wake_slot(pid.slot(), Signal::Kill { handed: false });
        } else if in_vain {
            self.wake_slot(pid.slot(), Signal::Continue);
        }
    }
    // ANCHOR_END: block

    /// Arrow 5: Waiting → Ready, because what the thread waited for has come.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.block(thread, Wait { reason: WaitReason::Sleep, deadline: None });
    /// kernel.wake(pid).unwrap();
    /// assert_eq!(kernel.ready(), [pid]);
    /// ```
    // ANCHOR: wake
    pub fn wake(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.check(pid, Arrow::Wake)?;
        self.wake_slot(pid.slot(), Signal::Continue);
        Ok(())
    }
    // ANCHOR_END: wake

    /// Arrow 6: Running → Terminated. All who wait for the end of this thread
    /// are woken (5), first come first. The context stays with the caller.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::state::StateName;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.exit(thread);
    /// assert_eq!(kernel.get(pid).unwrap().state().name(), StateName::Terminated);
    /// ```
    // ANCHOR: exit
    #[inline(always)]
    pub fn exit(&mut self, thread: Running<C>) -> C {
        let now = self.dispatches;
        self.running(thread.pid).enter(State::Terminated, now);
        self.turn_ends(thread.pid, Arrow::Exit);
        self.record(Arrow::Exit, thread.pid, |_| String::new());
        self.wake_joiners(thread.pid.slot());
        thread.context
    }
    // ANCHOR_END: exit

    /// Arrow 7: Terminated → gone. The slot is free; the pid stays spent.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.exit(thread);
    /// assert_eq!(kernel.reap(pid), Ok("worker"));
    /// assert!(kernel.get(pid).is_none());
    /// ```
    // ANCHOR: reap
    #[inline]
    pub fn reap(&mut self, pid: Pid) -> Result<C::Identity, Illegal> {
        self.check(pid, Arrow::Reap)?;
        self.record(Arrow::Reap, pid, |_| String::new());
        let Pcb {
            identity, state, ..
        } = self.table.remove(pid.slot());
        mem::forget(state); // Terminated holds nothing.
        Ok(identity)
    }
    // ANCHOR_END: reap

    /// The PCB of a thread that has the CPU.
    // ANCHOR: running
    #[inline(always)]
    fn running(&mut self, pid: Pid) -> &mut Pcb<C> {
        match self.table.get_mut(pid) {
            Some(pcb) if matches!(pcb.state, State::Running) => pcb,
            _ => not_running(pid),
        }
    }
    // ANCHOR_END: running

    // ANCHOR: check
    #[inline]
    pub(super) fn check(&self, pid: Pid, arrow: Arrow) -> Result<(), Illegal> {
        let found = self.table.get(pid).map(|pcb| pcb.state.name());
        match found {
            Some(_) if found == arrow.from() => Ok(()),
            _ => Err(Illegal { pid, arrow, found }),
        }
    }
    // ANCHOR_END: check
}

// ANCHOR: not_running
#[cold]
fn not_running(pid: Pid) -> ! {
    panic!("{pid:?} was not dispatched by this kernel")
}
// ANCHOR_END: not_running
