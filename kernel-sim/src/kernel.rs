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
//!
//! /// A thread that has so many turns to go.
//! struct Turns(u32);
//!
//! impl Context for Turns {
//!     type Identity = &'static str;
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

use std::fmt;
use std::mem;
use std::time::Duration;

pub mod clock;
pub mod pcb;
pub mod pid;
pub mod policy;
mod queue;
pub mod state;
mod table;
mod timer;
pub mod trace;
pub mod wait;

use clock::{Clock, Instant};
use pcb::{Context, Pcb, Priority};
use pid::Pid;
use policy::Scheduler;
use state::{Arrow, State, StateName};
use table::Table;
use timer::Timers;
use trace::Event;
use wait::{Signal, Wait, WaitReason};

/// The PCB table, the ready queue, the sleepers, and the arrows between them.
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
}

/// The thread that has the CPU: its saved context, on loan from the kernel.
///
/// It goes back with the arrow by which the thread leaves the CPU, and there
/// is no other way to leave. Only [`Kernel::dispatch`] makes one, so a thread
/// that is not running can be neither preempted nor blocked nor ended.
#[derive(Debug)]
#[must_use = "a dispatched thread has to be preempted, blocked or ended"]
pub struct Running<C> {
    pid: Pid,
    /// What the thread is to be told.
    pub signal: Signal,
    /// What the machine loads into its CPU.
    pub context: C,
}

impl<C> Running<C> {
    /// Whose context this is.
    #[inline]
    pub fn pid(&self) -> Pid {
        self.pid
    }
}

impl<C: Context> Default for Kernel<C> {
    /// Round-robin under virtual time.
    fn default() -> Self {
        Self::new(Clock::virtual_time(), Scheduler::default())
    }
}

/// The arrows.
impl<C: Context> Kernel<C> {
    /// A kernel without threads.
    pub fn new(clock: Clock, scheduler: Scheduler) -> Self {
        Self {
            table: Table::default(),
            scheduler,
            timers: Timers::default(),
            clock,
            dispatches: 0,
            next_look: u64::MAX,
            events: Vec::new(),
        }
    }

    /// The pid that the next [`Kernel::create`] will give, for identities that
    /// contain it.
    #[inline]
    pub fn next_pid(&self) -> Pid {
        self.table.next_pid()
    }

    /// Makes a PCB: → New.
    #[inline]
    pub fn create(&mut self, context: C, priority: Priority, identity: C::Identity) -> Pid {
        let pid = self.table.next_pid();
        self.timers.reserve(pid.slot());
        let now = self.dispatches;
        self.table
            .insert(Pcb::new(pid, context, identity, priority, now));
        self.record(Arrow::Create, pid, |_| String::new());
        pid
    }

    /// Arrow 0: New → gone. Gives the context of a thread that nobody will
    /// start back to who made it. All who wait for its end are woken (5).
    pub fn discard(&mut self, pid: Pid) -> Result<C, Illegal> {
        self.check(pid, Arrow::Discard)?;
        self.record(Arrow::Discard, pid, |_| "never started".into());
        self.wake_joiners(pid.slot());
        Ok(self.table.remove(pid.slot()).take_context())
    }

    /// Arrow 1: New → Ready. The thread takes its place among the ready ones.
    #[inline]
    pub fn admit(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.check(pid, Arrow::Admit)?;
        let pcb = &mut self.table[pid.slot()];
        let context = pcb.take_context();
        pcb.enter(State::Ready(context), self.dispatches);
        self.scheduler
            .ready(&mut self.table, pid.slot(), Arrow::Admit);
        self.record(Arrow::Admit, pid, |_| String::new());
        Ok(())
    }

    /// Arrow 2: Ready → Running. The policy says who; sleepers that are due
    /// are woken before it is asked. `None` if nobody is ready: see
    /// [`Kernel::idle`] for what to do then.
    ///
    /// The kernel does not count CPUs. A machine that has two may dispatch two
    /// threads before it gives back the first.
    #[inline(always)]
    pub fn dispatch(&mut self) -> Option<Running<C>> {
        if self.dispatches >= self.next_look {
            self.wake_due();
        }
        let slot = self.scheduler.next(&mut self.table)?;
        Some(self.dispatch_slot(slot))
    }

    /// Arrow 2 for one thread, past the policy: for a machine that shuts down
    /// and ends its threads one by one. `None` if the thread is not ready.
    pub fn dispatch_only(&mut self, pid: Pid) -> Option<Running<C>> {
        self.check(pid, Arrow::Dispatch).ok()?;
        self.scheduler.remove(&mut self.table, pid.slot());
        Some(self.dispatch_slot(pid.slot()))
    }

    #[inline(always)]
    fn dispatch_slot(&mut self, slot: u32) -> Running<C> {
        self.dispatches += 1;
        let pcb = &mut self.table[slot];
        let context = pcb.take_context();
        pcb.enter(State::Running, self.dispatches);
        let signal = match pcb.killed {
            true => Signal::Kill,
            false => mem::replace(&mut pcb.signal, Signal::Continue),
        };
        pcb.switches += 1;
        let pid = pcb.pid;
        self.record(Arrow::Dispatch, pid, |_| match signal {
            Signal::Continue => String::new(),
            Signal::TimedOut => "told that its time is up".into(),
            Signal::Kill => "told to unwind and end".into(),
        });
        Running {
            pid,
            signal,
            context,
        }
    }

    /// Arrow 3: Running → Ready. The thread goes to the end of the line.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    #[inline(always)]
    pub fn preempt(&mut self, thread: Running<C>) {
        let pid = thread.pid;
        let now = self.dispatches;
        self.running(pid).enter(State::Ready(thread.context), now);
        self.scheduler
            .ready(&mut self.table, pid.slot(), Arrow::Preempt);
        self.record(Arrow::Preempt, pid, |_| "gave up the CPU".into());
    }

    /// Arrow 4: Running → Waiting.
    ///
    /// A wait that is over before it began ends at once, by arrow 5: to join a
    /// thread that has ended, to park with a token, to wait when killed.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    #[inline(always)]
    pub fn block(&mut self, thread: Running<C>, wait: Wait) {
        let pid = thread.pid;
        let now = self.dispatches;
        self.running(pid)
            .enter(State::Waiting(thread.context, wait), now);
        if let Some(deadline) = wait.deadline {
            self.timers.insert(pid.slot(), deadline);
            // Never later than it was: somebody else may be due before.
            let look = self.clock.look_again(self.dispatches, deadline);
            self.next_look = self.next_look.min(look);
        }
        let in_vain = match wait.reason {
            WaitReason::Sleep => false,
            WaitReason::Park => mem::take(&mut self.table[pid.slot()].token),
            WaitReason::Join(target) => !self.join_queue(target, |queue, table| {
                queue.push(table, pid.slot());
            }),
        };
        self.record(Arrow::Block, pid, |kernel| kernel.describe(&wait));
        if self.table[pid.slot()].killed {
            self.wake_slot(pid.slot(), Signal::Kill);
        } else if in_vain {
            self.wake_slot(pid.slot(), Signal::Continue);
        }
    }

    /// Arrow 5: Waiting → Ready, because what the thread waited for has come.
    pub fn wake(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.check(pid, Arrow::Wake)?;
        self.wake_slot(pid.slot(), Signal::Continue);
        Ok(())
    }

    /// Arrow 6: Running → Terminated. All who wait for the end of this thread
    /// are woken (5), first come first. The context stays with the caller.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    #[inline]
    pub fn exit(&mut self, thread: Running<C>) -> C {
        let now = self.dispatches;
        self.running(thread.pid).enter(State::Terminated, now);
        self.record(Arrow::Exit, thread.pid, |_| String::new());
        self.wake_joiners(thread.pid.slot());
        thread.context
    }

    /// Arrow 7: Terminated → gone. The slot is free; the pid stays spent.
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
}

/// News for threads, and what follows from it.
impl<C: Context> Kernel<C> {
    /// Tells a thread to unwind and end. If it waits it is woken (5); with its
    /// next dispatch (2), and every one after that, it gets [`Signal::Kill`].
    /// No effect on a thread that has ended.
    pub fn kill(&mut self, pid: Pid) {
        let Some(pcb) = self.table.get_mut(pid) else {
            return;
        };
        match pcb.state {
            State::Terminated => return,
            _ => pcb.killed = true,
        }
        if let State::Waiting(..) = pcb.state {
            self.wake_slot(pid.slot(), Signal::Kill);
        }
    }

    /// Ends the thread's park (5), or its next one. Tokens do not add up, as
    /// with `std::thread::park`. No effect on a thread that has ended.
    pub fn unpark(&mut self, pid: Pid) {
        let Some(pcb) = self.table.get_mut(pid) else {
            return;
        };
        match pcb.state {
            State::Waiting(
                _,
                Wait {
                    reason: WaitReason::Park,
                    ..
                },
            ) => {
                self.wake_slot(pid.slot(), Signal::Continue);
            }
            State::Terminated => {}
            _ => pcb.token = true,
        }
    }

    /// What a CPU does for which [`Kernel::dispatch`] found nobody. Leaps to
    /// the next deadline if time is virtual.
    pub fn idle(&mut self) -> Idle {
        let Some(deadline) = self.timers.earliest() else {
            return Idle::Forever;
        };
        // Whatever the clock says then, the next dispatch shall look at it.
        self.next_look = self.dispatches;
        match self.clock.leap_to(self.dispatches, deadline) {
            Ok(()) | Err(Duration::ZERO) => Idle::No,
            Err(left) => Idle::For(left),
        }
    }

    /// Moves a thread from Waiting to Ready (5) and takes it out of whatever
    /// line and clock it waited in.
    fn wake_slot(&mut self, slot: u32, signal: Signal) {
        let pcb = &mut self.table[slot];
        let State::Waiting(context, wait) = mem::replace(&mut pcb.state, State::Running) else {
            unreachable!("only waiting threads are woken");
        };
        pcb.state = State::Ready(context);
        pcb.signal = signal;
        pcb.since = self.dispatches;
        let pid = pcb.pid;
        if wait.deadline.is_some() {
            self.timers.remove(slot);
        }
        if let WaitReason::Join(target) = wait.reason {
            self.join_queue(target, |queue, table| queue.remove(table, slot));
        }
        self.scheduler.ready(&mut self.table, slot, Arrow::Wake);
        self.record(Arrow::Wake, pid, |kernel| {
            kernel.describe_end(&wait, signal)
        });
    }

    /// Wakes all who wait for the end of the thread in `slot`, first come first.
    #[inline]
    fn wake_joiners(&mut self, slot: u32) {
        while let Some(joiner) = self.table[slot].joiners.first() {
            self.wake_slot(joiner, Signal::Continue);
        }
    }

    #[cold]
    fn wake_due(&mut self) {
        let now = self.clock.now(self.dispatches);
        while let Some(slot) = self.timers.pop_due(now) {
            self.wake_slot(slot, Signal::TimedOut);
        }
        self.next_look = match self.timers.earliest() {
            Some(deadline) => self.clock.look_again(self.dispatches, deadline),
            None => u64::MAX,
        };
    }

    /// Works on the line of those who wait for the end of `target`. False if
    /// that thread has ended.
    fn join_queue(
        &mut self,
        target: Pid,
        work: impl FnOnce(&mut queue::Queue, &mut Table<C>),
    ) -> bool {
        let slot = target.slot();
        let mut queue = match self.table.get(target) {
            Some(pcb) if pcb.state.name() != StateName::Terminated => pcb.joiners,
            // The last joiners are just being woken, by arrow 6.
            Some(pcb) if pcb.joiners.first().is_some() => pcb.joiners,
            _ => return false,
        };
        work(&mut queue, &mut self.table);
        self.table[slot].joiners = queue;
        true
    }

    /// The PCB of a thread that has the CPU.
    #[inline(always)]
    fn running(&mut self, pid: Pid) -> &mut Pcb<C> {
        match self.table.get_mut(pid) {
            Some(pcb) if matches!(pcb.state, State::Running) => pcb,
            _ => panic!("{pid:?} was not dispatched by this kernel"),
        }
    }

    #[inline]
    fn check(&self, pid: Pid, arrow: Arrow) -> Result<(), Illegal> {
        let found = self.table.get(pid).map(|pcb| pcb.state.name());
        match found {
            Some(_) if found == arrow.from() => Ok(()),
            _ => Err(Illegal { pid, arrow, found }),
        }
    }
}

/// Questions.
impl<C: Context> Kernel<C> {
    /// The PCB of that thread; `None` once it was reaped or discarded.
    #[inline]
    pub fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.table.get(pid)
    }

    /// All PCBs, in order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = &Pcb<C>> {
        self.table.iter()
    }

    /// How many PCBs there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no PCB.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ready threads, in the order in which they would run.
    pub fn ready(&self) -> Vec<Pid> {
        self.scheduler.in_order(&self.table)
    }

    /// The threads that wait for the end of this one, the first first.
    pub fn joiners(&self, pid: Pid) -> Vec<Pid> {
        self.table.get(pid).map_or(Vec::new(), |pcb| {
            let slots = pcb.joiners.iter(&self.table);
            slots.map(|slot| self.table[slot].pid).collect()
        })
    }

    /// The kernel's time. Under the real clock this costs about 25 ns.
    pub fn now(&self) -> Instant {
        self.clock.now(self.dispatches)
    }

    /// The number of the last dispatch; 0 before the first.
    pub fn dispatches(&self) -> u64 {
        self.dispatches
    }

    /// The policy, which displays as its name.
    pub fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }
}

/// What is left for a CPU that found nobody ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Nothing: somebody is due now. Dispatch again.
    No,
    /// To wait so long, and then to dispatch again.
    For(Duration),
    /// To wait for somebody from outside: nobody sleeps.
    Forever,
}

/// An arrow was asked for that does not start where the thread is.
///
/// ```
/// # use kernel_sim::kernel::Kernel;
/// # use kernel_sim::kernel::pcb::{Context, Priority};
/// # struct Token;
/// # impl Context for Token { type Identity = &'static str; }
/// let mut kernel = Kernel::<Token>::default();
/// let pid = kernel.create(Token, Priority::NORMAL, "worker");
/// kernel.admit(pid).unwrap();
/// assert_eq!(
///     kernel.admit(pid).unwrap_err().to_string(),
///     "arrow '1 admit' starts at New, but thread 1 is Ready"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The thread that was to be moved.
    pub pid: Pid,
    /// The arrow that was asked for.
    pub arrow: Arrow,
    /// Where the thread is; `None` if it is gone.
    pub found: Option<StateName>,
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, arrow, found } = self;
        if let Some(from) = arrow.from() {
            write!(f, "arrow '{arrow}' starts at {from}, but ")?;
        }
        match found {
            Some(state) => write!(f, "thread {} is {state}", pid.ident()),
            None => write!(f, "thread {} is gone", pid.ident()),
        }
    }
}

impl std::error::Error for Illegal {}
