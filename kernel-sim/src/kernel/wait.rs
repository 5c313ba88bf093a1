//! What a waiting thread waits for, and what it is told when the wait is over.

use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU64;

use super::clock::Instant;
use super::pid::Pid;
use super::queue::Queue;

/// A wait: for what, and until when at the latest.
// ANCHOR: wait
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait<O = NoObject> {
    /// What would end the wait.
    pub reason: WaitReason<O>,
    /// When the kernel ends the wait by itself, with [`Signal::TimedOut`].
    /// Without a deadline somebody else has to end it.
    pub deadline: Option<Instant>,
}
// ANCHOR_END: wait

/// What a thread waits for.
// ANCHOR: wait_reason
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitReason<O = NoObject> {
    /// Nothing but the deadline.
    Sleep,
    /// Somebody who unparks it.
    Park,
    /// The end of that thread. The kernel wakes all who wait so, in the order
    /// in which they came, when the thread exits.
    Join(Pid),
    /// The end of all threads that may borrow from this one.
    Scope(ScopeId),
    /// The same, when this thread was killed: a kill does not end this wait,
    /// because those that are waited for have not let go of what they borrowed.
    KilledScope(ScopeId),
    /// Something that lets threads go on in the order in which they came: a
    /// lock, a channel. See [`Kernel::wake_first`](super::Kernel::wake_first).
    Object(O),
    /// Memory that others have, without which the machine cannot run this thread.
    /// The machine lets it try again when some may have come back. See
    /// [`Kernel::first_for_memory`](super::Kernel::first_for_memory).
    Memory,
}
// ANCHOR_END: wait_reason

/// What a machine gives its threads to wait for: a lock, a channel, a pipe. To
/// the kernel it is a queue, which the kernel keeps, and a few facts for people.
///
/// What implements this is a handle, a reference or an `Rc`, which the kernel clones.
/// It asks the handle as long as somebody waits, and calls nothing that could change
/// the kernel.
///
/// Displays as what it is, "Mutex 'accounts' (src/main.rs:12)".
///
/// ```
/// use std::cell::Cell;
/// use std::fmt;
///
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::pcb::{Context, Priority};
/// use kernel_sim::kernel::queue::Queue;
/// use kernel_sim::kernel::wait::{Grip, Object, Owner, Wait, WaitReason};
///
/// #[derive(Debug, Default)]
/// struct Lock {
///     line: Cell<Queue>,
///     holder: Cell<Option<Owner>>,
/// }
///
/// impl Object for &'static Lock {
///     fn queue(&self) -> &Cell<Queue> {
///         &self.line
///     }
///
///     fn owners(&self, visit: &mut dyn FnMut(Owner)) {
///         self.holder.get().into_iter().for_each(visit);
///     }
/// }
///
/// impl fmt::Display for Lock {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("the lock")
///     }
/// }
///
/// struct Token;
///
/// impl Context for Token {
///     type Identity = &'static str;
///     type Object = &'static Lock;
/// }
///
/// let mut kernel = Kernel::default();
/// let [a, b] = ["a", "b"].map(|name| {
///     let pid = kernel.create(Token, Priority::NORMAL, name);
///     kernel.admit(pid).unwrap();
///     pid
/// });
/// let lock: &'static Lock = Box::leak(Box::default());
///
/// let running = kernel.dispatch().unwrap();
/// let since = running.dispatch;
/// lock.holder.set(Some(Owner { slot: a.slot(), since, grip: Grip::Firm }));
/// kernel.preempt(running);
///
/// let running = kernel.dispatch().unwrap();
/// let wait = Wait { reason: WaitReason::Object(lock), deadline: None };
/// kernel.block(running, wait);
/// assert_eq!(kernel.describe(&wait), "waits for the lock held by a since dispatch 1");
/// assert_eq!(kernel.waiting_in(lock.line.get()), [b]);
/// // If a waited for the lock as well, or for the end of b, there would be a ring.
/// assert_eq!(kernel.ring(a, wait.reason), Some(vec![a]));
/// assert_eq!(kernel.ring(a, WaitReason::Join(b)), Some(vec![a, b]));
///
/// // Now a lets go of it.
/// assert_eq!(kernel.wake_first(&lock.line), Some(b));
/// assert!(lock.line.get().is_empty());
/// ```
// ANCHOR: object
pub trait Object: Clone + fmt::Debug + fmt::Display {
    /// Where its waiting threads stand. Nobody but the kernel changes it, and
    /// the threads of two kernels must not stand in the same one.
    fn queue(&self) -> &Cell<Queue>;

    /// Shows those who have it: without the progress of each of them the wait
    /// does not end. There are none if anybody may end it.
    fn owners(&self, visit: &mut dyn FnMut(Owner));

    /// How they have it, between its name and theirs.
    fn verb(&self) -> &'static str {
        "held by"
    }
}
// ANCHOR_END: object

/// A thread that has an object which others wait for.
///
/// It is named by its slot and by the number of a dispatch. That is less to write
/// down than a pid, and as exact: the slot's next tenant was created later. See
/// [`Kernel::thread_of`](super::Kernel::thread_of).
// ANCHOR: owner
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The slot of its PCB.
    pub slot: u32,
    /// The number of the dispatch since which it has it: of one that came after the
    /// thread was created, and not after it ended.
    pub since: u64,
    /// How firmly.
    pub grip: Grip,
}
// ANCHOR_END: owner

/// How firmly an owner has an object: whether it is certain that nobody else
/// can let go of it. Otherwise a wait for the object closes no ring.
// ANCHOR: grip
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// Nobody else can.
    Firm,
    /// The machine finds out by this stamp: see
    /// [`Context::is_firm`](super::pcb::Context::is_firm).
    Stamped(u64),
    /// Somebody else may.
    Loose,
}
// ANCHOR_END: grip

/// The object of machines without objects: there is none.
// ANCHOR: no_object
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoObject {}

impl Object for NoObject {
    fn queue(&self) -> &Cell<Queue> {
        match *self {}
    }

    fn owners(&self, _visit: &mut dyn FnMut(Owner)) {
        match *self {}
    }
}

impl fmt::Display for NoObject {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
// ANCHOR_END: no_object

/// Names a scope: a group of threads whose end somebody waits for. The machine
/// gives out the numbers.
// ANCHOR: scope_id
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub NonZeroU64);

impl<O> WaitReason<O> {
    /// Whether a kill ends the wait.
    pub fn is_killable(&self) -> bool {
        !matches!(self, WaitReason::KilledScope(_))
    }

    /// Whether this is the end of a scope.
    pub fn is_scope(&self) -> bool {
        matches!(self, WaitReason::Scope(_) | WaitReason::KilledScope(_))
    }
}
// ANCHOR_END: scope_id

/// What the kernel tells a thread when it dispatches it.
// ANCHOR: signal
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Go on: it is your turn, or what you waited for has come.
    Continue,
    /// Go on: your deadline passed before what you waited for came.
    TimedOut,
    /// Unwind and end. Once a thread was killed, every dispatch tells it so.
    Kill {
        /// Whether what the thread waited for had come before the kill. Then
        /// somebody else should get it. True as well if the thread has not
        /// waited since its last dispatch: there is nothing to pass on then.
        handed: bool,
    },
}
// ANCHOR_END: signal
