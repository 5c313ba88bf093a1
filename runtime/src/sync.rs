//! Locks, conditions and channels: `std::sync`, for green threads, and what
//! Python's `threading` has besides.
//!
//! Replace `std::sync` by `runtime::sync` in a program, and it compiles and
//! behaves the same.
//!
//! | | for | order |
//! | --- | --- | --- |
//! | [`Mutex`], [`ReentrantLock`] | one thread at a time | first come, first served |
//! | [`Lock`] | one at a time, and any thread may release | first come, first served |
//! | [`RwLock`] | many readers or one writer | phase-fair: nobody starves |
//! | [`Condvar`] | waiting until something has changed | first come, first served |
//! | [`Semaphore`], [`BoundedSemaphore`] | so many at a time | first come, first served |
//! | [`Barrier`] | waiting until all are there | all at once |
//! | [`Event`] | waiting until it has happened | all at once |
//! | [`Once`], [`OnceLock`], [`LazyLock`] | what happens once | first come, first served |
//! | [`mpsc`] | sending messages | first come, first served |
//!
//! Whoever lets go hands what it had to the thread that has waited longest, and
//! nobody gets in between. To come, to be woken and to leave the line takes
//! constant time and no memory.
//!
//! What differs from std, in all of them:
//!
//! - A wait that could never end, because those who have what is waited for wait
//!   for the one who asks, is refused with a panic. Its payload is a
//!   [`SyncError`](crate::error::SyncError), which says the ring in words.
//! - A thread that was killed while it waits unwinds, and poisons nothing. What
//!   was handed to it before it could run is passed on.
//! - While a thread unwinds it gets what is free, and is refused what it would
//!   have to wait for.
//! - Each serves one runtime at a time, and needs no locked instruction for that.
//!   A runtime on another OS thread is refused it as long as the first has not
//!   ended, or has left something behind.
//! - They can have a name, by which reports call them.
//! - Every wait has a form with a timeout. One that ends by itself closes no ring.

#[allow(unsafe_code)]
pub(crate) mod core_bound;
pub(crate) mod exclusive;
pub(crate) mod last_use;
pub(crate) mod object;
mod permits;
mod poison;
#[allow(unsafe_code)]
pub(crate) mod wait_queue;

mod barrier;
mod bounded_semaphore;
mod condvar;
mod event;
#[allow(unsafe_code)]
mod lazy_lock;
mod lock;
pub mod mpsc;
#[allow(unsafe_code)]
mod mutex;
mod once;
#[allow(unsafe_code)]
mod once_lock;
#[allow(unsafe_code)]
mod reentrant_lock;
#[allow(unsafe_code)]
mod rwlock;
mod semaphore;

pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak, atomic};

pub use barrier::{Barrier, BarrierWaitResult};
pub use bounded_semaphore::BoundedSemaphore;
pub use condvar::{Condvar, WaitTimeoutResult};
pub use event::Event;
pub use lazy_lock::LazyLock;
pub use lock::{Lock, LockGuard};
pub use mutex::{Mutex, MutexGuard};
#[allow(deprecated, reason = "std has it too")]
pub use once::{ONCE_INIT, Once, OnceState};
pub use once_lock::OnceLock;
pub use reentrant_lock::{ReentrantLock, ReentrantLockGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use semaphore::{Semaphore, SemaphoreGuard};
