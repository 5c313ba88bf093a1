//! What CPython's own tests demand of `threading`, `queue` and
//! `concurrent.futures`, and what of that holds here. One test for each demand,
//! named for it; one file for each class. The first lines of a file say which
//! of CPython's files it follows, what of that does not apply here, and where
//! this runtime differs on purpose.
//!
//! The demands are CPython's, the words and the programs are not. All tests run
//! under virtual time, and nothing is left to chance.
//!
//! Of all of CPython's test files, this does not apply anywhere: pickling and weak
//! references, reference cycles and the garbage collector, `sys.settrace` and
//! `sys.setprofile`, `fork`, signals, subinterpreters, and wrong types and numbers
//! of arguments. The first ones are things that Rust has not, and the last ones
//! its compiler refuses.

#[path = "../../runtime/tests/support/mod.rs"]
mod support;

mod barrier;
mod bounded_semaphore;
mod bunch;
mod condition;
mod event;
mod excepthook;
mod executor;
mod futures;
mod join;
mod local;
mod lock;
mod map;
mod program_end;
mod queue;
mod rlock;
mod semaphore;
mod shutdown;
mod thread;
mod timer;
mod waits;
