//! `thread::scope`: std's interface and guarantees, under panics and kills too.

#[path = "../support/mod.rs"]
mod support;

mod borrows;
mod ends;
mod given_up;
mod kills;
mod panics;
mod refused;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The payload of panics that nobody wants to read of.
#[derive(Debug, PartialEq)]
struct Wanted(u32);

/// Panics without asking the panic hook.
fn panics(number: u32) -> ! {
    resume_unwind(Box::new(Wanted(number)))
}

/// What `work` panics with.
#[track_caller]
fn caught<T>(work: impl FnOnce() -> T) -> Box<dyn Any + Send> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => payload,
    }
}
