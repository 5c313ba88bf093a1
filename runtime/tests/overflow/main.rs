//! Stack overflows: whose stack it was, and what to do. And all other faults
//! are what they would be without the runtime.

#[path = "../support/mod.rs"]
mod support;

use runtime::{GuardPages, RunError};

#[path = "scenarios.rs"]
mod madvise;

#[expect(
    clippy::duplicate_mod,
    reason = "the same tests with other guard pages"
)]
#[path = "scenarios.rs"]
mod mprotect;

/// The kind of guard pages after which a module is called, or what there is instead
/// on a system that has not got it.
fn guards_of(module: &str) -> &'static str {
    let advice = runtime::Builder::new().guard_pages(GuardPages::Madvise);
    match advice.run(|| ()) {
        Ok(()) if module.ends_with("madvise") => "madvise",
        Ok(()) | Err(RunError::GuardPages(_)) => "mprotect",
        Err(error) => panic!("{error}"),
    }
}
