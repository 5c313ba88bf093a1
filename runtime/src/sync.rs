//! Locks, conditions and channels: `std::sync`, for green threads.
//!
//! Replace `std::sync` by `runtime::sync` in a program, and it compiles and
//! behaves the same.

#[allow(unsafe_code, dead_code)]
mod core_bound;
#[allow(unsafe_code)]
mod mutex;
#[allow(dead_code)]
mod object;
mod poison;
#[allow(unsafe_code, dead_code)]
pub(crate) mod wait_queue;

pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak, atomic};

pub use mutex::{Mutex, MutexGuard};
