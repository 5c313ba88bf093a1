//! What the runtime uses of the operating system's threads, in one place: the
//! test `loom` includes `join.rs`, `inbox.rs` and `sync/core_bound.rs` as they
//! are, with a module of this name that has loom's types instead.

pub(crate) use std::cell::Cell;
pub(crate) use std::hint;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use std::time::Instant;
