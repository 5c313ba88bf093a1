//! What can be refused, and how: as a typed error where the signature has
//! room for one, and as a panic with that error as payload where std's
//! signature has none.

mod barrier;

use std::fmt;

use crate::panic;
pub use crate::stack::{NoStack, StackLimit, StackSizeError};
pub use barrier::{BarrierBreak, BarrierError};

/// Panics with `error` as the payload. The panic hook prints its message.
// ANCHOR: refuse
#[cold]
#[track_caller]
pub(crate) fn refuse(error: impl std::error::Error + Send + 'static) -> ! {
    panic::install_hook();
    panic::announce(&error);
    std::panic::panic_any(error)
}
// ANCHOR_END: refuse

/// The payload of a panic in a call that works only in a green thread, such
/// as `thread::yield_now`, when it was made elsewhere.
// ANCHOR: outside
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideRuntime {
    in_loop: bool,
}

impl OutsideRuntime {
    /// The error for a call that was made where this is called.
    pub(crate) fn here() -> Self {
        let in_loop = crate::current::try_core(|_| ()).is_some();
        Self { in_loop }
    }
}

impl fmt::Display for OutsideRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.in_loop {
            true => {
                "no green thread is running here: this is the runtime's own loop, \
                 which calls loggers and drops what was never started"
            }
            false => {
                "no runtime is running on this OS thread: \
                 call this from inside runtime::run(|| …)"
            }
        })
    }
}

impl std::error::Error for OutsideRuntime {}
// ANCHOR_END: outside

/// The call would have to switch to another thread, and this one unwinds.
///
/// The count of panics that `std::thread::panicking` reads belongs to the OS
/// thread. If a thread gave up the CPU while it unwinds, all others would
/// seem to panic, and would poison std's locks.
// ANCHOR: unwinding
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwinding;

impl fmt::Display for Unwinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a thread that unwinds cannot wait for others: do it before the panic, or later",
        )
    }
}

impl std::error::Error for Unwinding {}
// ANCHOR_END: unwinding

/// Threads that would wait for each other for ever.
// ANCHOR: ring
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    words: String,
}

impl Ring {
    pub(crate) fn new(words: String) -> Self {
        Self { words }
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this wait would never end: {}", self.words)
    }
}

impl std::error::Error for Ring {}
// ANCHOR_END: ring

/// The payload of a panic in a call of [`sync`](crate::sync) that would have to
/// wait where there is no waiting, or that comes from where it cannot come.
// ANCHOR: sync_error
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncError {
    /// For what: "Mutex 'accounts' (src/main.rs:12)".
    pub object: String,
    /// Why not.
    pub why: Refused,
}

/// Why a call of [`sync`](crate::sync) was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It would have to wait, and no green thread is running here.
    OutsideRuntime,
    /// It would have to wait, and its thread unwinds: see [`Unwinding`].
    Unwinding,
    /// It would wait for itself, perhaps by way of others, for ever.
    Ring(Ring),
    /// A runtime on another OS thread uses the object.
    OtherCore,
    /// Code outside of green threads, on another OS thread, has the object. To
    /// wait for it would stop all threads of this one.
    OtherThread,
    /// The runtime that used the object has ended, and a guard or a waiting
    /// thread of its is left. When that guard is dropped, the object is free.
    Abandoned,
}
// ANCHOR_END: sync_error

// ANCHOR: sync_error_words
impl SyncError {
    pub(crate) fn new(object: String, why: Refused) -> Self {
        Self { object, why }
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, why } = self;
        match why {
            Refused::OutsideRuntime => {
                write!(
                    f,
                    "cannot wait for {object}: no green thread is running here"
                )
            }
            Refused::Unwinding => write!(f, "cannot wait for {object}: {Unwinding}"),
            Refused::Ring(ring) => ring.fmt(f),
            Refused::OtherCore => write!(
                f,
                "{object} is used by a runtime on another OS thread: give each runtime its own, \
                 or do the work there through a runtime::Handle"
            ),
            Refused::OtherThread => write!(
                f,
                "code on another OS thread has {object}: only green threads of one runtime wait \
                 for each other there; for others take one of std::sync"
            ),
            Refused::Abandoned => write!(
                f,
                "{object} belonged to a runtime that ended while somebody had it or waited for it, \
                 and has not been let go of since"
            ),
        }
    }
}

impl std::error::Error for SyncError {}
// ANCHOR_END: sync_error_words

/// A [`BoundedSemaphore`](crate::sync::BoundedSemaphore) was released more often
/// than its permits were acquired and forgotten.
// ANCHOR: release_error
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseError {
    /// Which one: "BoundedSemaphore 'connections' (src/main.rs:12)".
    pub object: String,
    /// How many permits it began with. It never has more.
    pub most: usize,
}

impl ReleaseError {
    pub(crate) fn new(object: String, most: usize) -> Self {
        Self { object, most }
    }
}

impl fmt::Display for ReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, most } = self;
        write!(
            f,
            "{object} was released too often: it would have more permits than the {most} it began \
             with. Release only what was acquired and forgotten: a guard gives back its own"
        )
    }
}

impl std::error::Error for ReleaseError {}
// ANCHOR_END: release_error

/// A [`Lock`](crate::sync::Lock) was released that nobody has acquired, or that
/// has a guard.
// ANCHOR: unlock_error
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnlockError {
    /// Which one: "Lock 'door' (src/main.rs:12)".
    pub object: String,
    /// Whether it is locked all the same, by a guard or for a thread to which it
    /// was handed.
    pub locked: bool,
}

impl UnlockError {
    pub(crate) fn new(object: String, locked: bool) -> Self {
        Self { object, locked }
    }
}

impl fmt::Display for UnlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, locked } = self;
        match locked {
            false => write!(
                f,
                "{object} is not locked: release it once for each acquire"
            ),
            true => write!(
                f,
                "{object} was not acquired: a guard has it, and gives it back when it is dropped; \
                 or it was handed to a thread that has not run since"
            ),
        }
    }
}

impl std::error::Error for UnlockError {}
// ANCHOR_END: unlock_error

/// A thread cannot be waited for.
// ANCHOR: join_error
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// It was never started: nobody knows whether it will ever end.
    NotStarted,
    /// It is the thread that asks, which cannot end while it waits.
    Current,
    /// The thread that asks unwinds: see [`Unwinding`].
    Unwinding,
    /// It waits, perhaps by way of others, for the thread that asks.
    Ring(Ring),
    /// It did not end in the time that the caller would wait.
    TimedOut,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::NotStarted => {
                f.write_str("cannot join a thread before it is started: call start first")
            }
            JoinError::Current => {
                f.write_str("cannot join the current thread: it would wait for itself for ever")
            }
            JoinError::Unwinding => write!(f, "cannot join: {Unwinding}"),
            JoinError::Ring(ring) => write!(f, "cannot join: {ring}"),
            JoinError::TimedOut => f.write_str("the thread has not ended in time"),
        }
    }
}

impl std::error::Error for JoinError {}
// ANCHOR_END: join_error

/// A thread cannot be started.
// ANCHOR: start_error
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartError {
    /// It was started before. A thread runs once.
    AlreadyStarted,
    /// It belongs to a runtime that has ended, or that runs elsewhere.
    OtherRuntime,
    /// The runtime is ending: main and all non-daemon threads have ended.
    ShuttingDown,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StartError::AlreadyStarted => "a thread can be started only once: create another one",
            StartError::OtherRuntime => {
                "the thread belongs to another runtime, or to one that has ended"
            }
            StartError::ShuttingDown => "the runtime is ending: start threads before main ends",
        })
    }
}

impl std::error::Error for StartError {}
// ANCHOR_END: start_error

/// An exit hook cannot be registered: see [`at_exit`](crate::at_exit()).
// ANCHOR: at_exit_error
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtExitError {
    /// No runtime is running on this OS thread, so there is none that will end.
    OutsideRuntime(OutsideRuntime),
    /// All hooks have run, or none will: the runtime kills what is left.
    ShuttingDown,
}

impl fmt::Display for AtExitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtExitError::OutsideRuntime(error) => error.fmt(f),
            AtExitError::ShuttingDown => f.write_str(
                "the runtime is ending and calls no more exit hooks: register them before, \
                 in the program or in another hook",
            ),
        }
    }
}

impl std::error::Error for AtExitError {}
// ANCHOR_END: at_exit_error

/// A thread cannot be made. It comes inside the `std::io::Error` that
/// std's signature asks for: see `std::io::Error::get_ref`.
// ANCHOR: spawn_error
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpawnError {
    /// No stack of that size can ever be had.
    StackSize(crate::stack::StackSizeError),
    /// The name has a NUL byte at this position.
    NulInName(usize),
    /// The runtime is ending: main and all non-daemon threads have ended.
    ShuttingDown,
}

impl SpawnError {
    /// Whether a thread can have that name.
    pub(crate) fn check_name(name: &str) -> Result<(), Self> {
        match name.find('\0') {
            Some(position) => Err(SpawnError::NulInName(position)),
            None => Ok(()),
        }
    }
}
// ANCHOR_END: spawn_error

// ANCHOR: spawn_error_words
impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpawnError::StackSize(error) => error.fmt(f),
            SpawnError::NulInName(position) => {
                write!(
                    f,
                    "a thread's name cannot contain a NUL byte, as at position {position}: leave it out"
                )
            }
            SpawnError::ShuttingDown => StartError::ShuttingDown.fmt(f),
        }
    }
}

impl std::error::Error for SpawnError {}

impl From<SpawnError> for std::io::Error {
    fn from(error: SpawnError) -> Self {
        let kind = match error {
            SpawnError::ShuttingDown => std::io::ErrorKind::Other,
            _ => std::io::ErrorKind::InvalidInput,
        };
        std::io::Error::new(kind, error)
    }
}
// ANCHOR_END: spawn_error_words
