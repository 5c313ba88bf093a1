//! What a waiting thread waits for, and what it is told when the wait is over.

use std::num::NonZeroU64;

use super::clock::Instant;
use super::pid::Pid;

/// A wait: for what, and until when at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What would end the wait.
    pub reason: WaitReason,
    /// When the kernel ends the wait by itself, with [`Signal::TimedOut`].
    /// Without a deadline somebody else has to end it.
    pub deadline: Option<Instant>,
}

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitReason {
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
}

/// Names a scope: a group of threads whose end somebody waits for. The machine
/// gives out the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub NonZeroU64);

impl WaitReason {
    /// Whether a kill ends the wait.
    pub fn is_killable(self) -> bool {
        !matches!(self, WaitReason::KilledScope(_))
    }

    /// Whether this is the end of a scope.
    pub fn is_scope(self) -> bool {
        matches!(self, WaitReason::Scope(_) | WaitReason::KilledScope(_))
    }
}

/// What the kernel tells a thread when it dispatches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Go on: it is your turn, or what you waited for has come.
    Continue,
    /// Go on: your deadline passed before what you waited for came.
    TimedOut,
    /// Unwind and end. Once a thread was killed, every dispatch tells it so.
    Kill,
}
