//! The process control block: all that the kernel knows of one thread.

use std::fmt;
use std::mem;

use super::clock::Instant;
use super::pid::Pid;
use super::queue::Queue;
use super::state::State;
use super::wait::{NoObject, Object, ScopeId, Signal};

/// What a kernel manages: a saved context, and what stays in the PCB while
/// the context is in the CPU.
///
/// The simulated computer saves registers, and whose they are; the green
/// threads save a stack. The tests of this crate save a number.
///
/// A machine whose locks can be let go of by others than those who took them says in
/// [`Context::is_firm`] whether one was: it compares what it has put into the stamp with what has
/// happened since.
///
/// ```
/// use std::cell::Cell;
/// use std::fmt;
///
/// use kernel_sim::kernel::pcb::Context;
/// use kernel_sim::kernel::wait::NoObject;
///
/// #[derive(Debug)]
/// struct Thread {
///     name: &'static str,
///     /// How often it has given something away.
///     given_away: Cell<u64>,
/// }
///
/// struct Token;
///
/// impl Context for Token {
///     type Identity = Thread;
///     # type Object = NoObject;
///
///     /// The stamp was the count when the thread took the lock.
///     fn is_firm(stamp: u64, who: &Thread) -> bool {
///         stamp == who.given_away.get()
///     }
/// }
/// # impl fmt::Display for Thread {
/// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
/// #         f.write_str(self.name)
/// #     }
/// # }
/// ```
// ANCHOR: context
pub trait Context {
    /// Who the thread is for people and for its machine: present in every
    /// state, and displayed as the thread's name.
    type Identity: fmt::Display + fmt::Debug;

    /// What threads wait for besides time and each other.
    type Object: Object;

    /// Whether nobody but `who`, the owner of an object whose grip has that stamp,
    /// can let go of it. Asked only while there is a PCB of that thread.
    fn is_firm(stamp: u64, who: &Self::Identity) -> bool {
        let _ = (stamp, who);
        true
    }

    /// How the trace and the reports write a moment. By default in seconds; a machine
    /// that counts in something else says it in that.
    fn show(moment: Instant) -> String {
        moment.to_string()
    }
}
// ANCHOR_END: context

/// A context that holds nothing: enough to watch a kernel at work.
// ANCHOR: unit_context
impl Context for () {
    type Identity = &'static str;
    type Object = NoObject;
}
// ANCHOR_END: unit_context

/// How urgent a thread is, 0 to 31. A more urgent one has the higher number.
///
/// Only policies that look at priorities mind; round-robin does not.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
///
/// assert_eq!(Priority::new(16), Some(Priority::NORMAL));
/// assert_eq!(Priority::new(32), None);
/// assert!(Priority::HIGHEST > Priority::NORMAL);
/// ```
// ANCHOR: priority
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// 0: runs when nobody else wants to.
    pub const LOWEST: Priority = Priority(0);
    /// 16: what a thread has unless somebody says otherwise.
    pub const NORMAL: Priority = Priority(16);
    /// 31.
    pub const HIGHEST: Priority = Priority(31);

    /// The priority of that number, if it is one of 0 to 31.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= Self::HIGHEST.0 {
            Some(Priority(number))
        } else {
            None
        }
    }

    /// The number, 0 to 31.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}
// ANCHOR_END: priority

/// One thread, as the kernel sees it. The fields are grouped by who writes them. What
/// only policies look at lies beside: see [`Kernel::attributes`](super::Kernel::attributes).
///
/// ```
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::kernel::state::StateName;
///
/// let mut kernel = Kernel::default();
/// let pid = kernel.create((), Priority::HIGHEST, "worker");
/// kernel.admit(pid).unwrap();
///
/// let pcb = kernel.get(pid).unwrap();
/// assert_eq!((pcb.pid(), *pcb.identity()), (pid, "worker"));
/// assert_eq!(pcb.state().name(), StateName::Ready);
/// assert_eq!((pcb.since(), pcb.switches(), pcb.killed()), (0, 0, false));
/// ```
// ANCHOR: pcb
#[derive(Debug)]
pub struct Pcb<C: Context> {
    // Written once, by `create`.
    pub(super) pid: Pid,
    /// The number of the dispatch during which it was made.
    pub(super) created: u64,
    pub(super) identity: C::Identity,

    // Written by the arrows.
    pub(super) state: State<C>,
    /// The number of the dispatch during which the state was entered.
    pub(super) since: u64,
    pub(super) switches: u64,

    // Written by `put_in_scope`.
    pub(super) scope: Option<ScopeId>,

    // Written by whoever has news for the thread, read by the next dispatch.
    signal: Signal,
    /// Once true, for ever true. Then `signal` is a kill.
    pub(super) killed: bool,
    /// An unpark that came before its park.
    pub(super) token: bool,

    // Written by those who wait for the end of this thread.
    pub(super) joiners: Queue,
}
// ANCHOR_END: pcb

// Here and there a state that holds nothing is forgotten instead of dropped.
// That spares a call to a destructor which would find nothing to do, and with
// it the copies of the whole state in memory that the call would need: a
// third of a switch.
impl<C: Context> Pcb<C> {
    // ANCHOR: pcb_new
    #[inline]
    pub(super) fn new(pid: Pid, context: C, identity: C::Identity, created: u64) -> Self {
        Self {
            pid,
            created,
            identity,
            state: State::New(context),
            since: created,
            switches: 0,
            scope: None,
            signal: Signal::Continue,
            killed: false,
            token: false,
            joiners: Queue::default(),
        }
    }
    // ANCHOR_END: pcb_new

    /// Takes the context out of a state that has one, and leaves
    /// [`State::Running`], which has none.
    // ANCHOR: moves
    #[inline(always)]
    pub(super) fn take_context(&mut self) -> C {
        match mem::replace(&mut self.state, State::Running) {
            State::New(context) | State::Ready(context) | State::Waiting(context, _) => context,
            empty => {
                mem::forget(empty);
                unreachable!("the caller knows that there is a context")
            }
        }
    }

    /// Puts a thread without a context, which is in [`State::Running`], into
    /// `state`.
    #[inline(always)]
    pub(super) fn enter(&mut self, state: State<C>, dispatch: u64) {
        let empty = mem::replace(&mut self.state, state);
        debug_assert!(matches!(empty, State::Running));
        mem::forget(empty);
        self.since = dispatch;
    }
    // ANCHOR_END: moves

    /// What the thread is told with its next dispatch, unless it was killed.
    // ANCHOR: news
    #[inline(always)]
    pub(super) fn tell(&mut self, signal: Signal) {
        self.signal = match self.killed {
            false => signal,
            true => Signal::Kill {
                handed: signal == Signal::Continue,
            },
        };
    }

    /// What the thread is told now. One comparison, if it is nothing special.
    #[inline(always)]
    pub(super) fn take_signal(&mut self) -> Signal {
        match self.signal {
            Signal::Continue => Signal::Continue,
            signal => {
                self.tell(Signal::Continue);
                signal
            }
        }
    }

    /// From now on every dispatch tells the thread that it was killed.
    pub(super) fn kill(&mut self) {
        if !self.killed {
            self.killed = true;
            self.tell(self.signal);
        }
    }
    // ANCHOR_END: news

    /// The thread's name for the kernel.
    // ANCHOR: pcb_names
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The thread's name for people and for its machine.
    pub fn identity(&self) -> &C::Identity {
        &self.identity
    }

    /// The number of the dispatch during which the thread was created, and its pid.
    /// By this, threads are ordered from the oldest to the newest; those of one
    /// dispatch by their idents, whoever gave them out.
    pub fn created(&self) -> (u64, Pid) {
        (self.created, self.pid)
    }

    /// The state, with the saved context where there is one.
    pub fn state(&self) -> &State<C> {
        &self.state
    }
    // ANCHOR_END: pcb_names

    /// The number of the dispatch during which the state was entered; 0 if
    /// that was before the first.
    // ANCHOR: pcb_counts
    pub fn since(&self) -> u64 {
        self.since
    }

    /// How many times the thread was given the CPU.
    pub fn switches(&self) -> u64 {
        self.switches
    }

    /// The scope to which the thread belongs, if it does.
    pub fn scope(&self) -> Option<ScopeId> {
        self.scope
    }

    /// Whether the thread was killed.
    pub fn killed(&self) -> bool {
        self.killed
    }
    // ANCHOR_END: pcb_counts
}
