//! `runtime::sync`: std's contracts, and what is promised beyond them.

#[path = "../support/mod.rs"]
mod support;

mod barrier;
mod common;
mod condvar;
mod event;
mod lazy_lock;
mod lock;
mod loggers;
mod model;
mod mpsc;
mod mutex;
mod once;
mod once_lock;
mod once_model;
mod reentrant_lock;
mod reentrant_model;
mod rings;
mod rwlock;
mod semaphore;
mod steps;
mod threads;
mod timeouts;
mod unowned_model;
mod waits;
