//! [`RunError`]: why a runtime did not run, or came to no end.

use std::fmt;
use std::io;

use crate::deadlock::Deadlock;
use crate::stack::{NoStack, StackSizeError};

/// A runtime did not run, or came to no end.
// ANCHOR: run_error
#[non_exhaustive]
pub enum RunError {
    /// There is a runtime on this OS thread already.
    Nested,
    /// The caller unwinds: see [`Unwinding`](crate::error::Unwinding).
    Unwinding,
    /// A variable of the environment has a value that means nothing.
    Setting {
        /// Its name.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What it may be instead.
        why: String,
    },
    /// No stack of that size can ever be had.
    StackSize(StackSizeError),
    /// This system does not guard pages in the way that was asked for.
    GuardPages(io::Error),
    /// There was no stack for the main thread. It has not run.
    NoStack(NoStack),
    /// The main thread was killed before it came to its end. No exit hook has run.
    Killed,
    /// Threads are left that the program waits for, and none of them can run,
    /// ever. All of them were killed then, and no more exit hooks run.
    Deadlock(Deadlock),
}
// ANCHOR_END: run_error

/// As it displays: this is what `unwrap` shows.
// ANCHOR: debug
impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
// ANCHOR_END: debug

// ANCHOR: words
impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Nested => f.write_str(
                "this OS thread has a runtime already: spawn a thread in it, or call run on another OS thread",
            ),
            RunError::Unwinding => write!(f, "{}", crate::error::Unwinding),
            RunError::Setting { variable, value, why } => write!(f, "{variable} is '{value}': {why}"),
            RunError::StackSize(error) => error.fmt(f),
            RunError::GuardPages(error) => write!(
                f,
                "this process cannot have guard pages by MADV_GUARD_INSTALL, which Linux has since 6.13 ({error}): choose mprotect, or leave the choice open"
            ),
            RunError::NoStack(error) => error.fmt(f),
            RunError::Killed => f.write_str("the main thread was killed before it came to its end"),
            RunError::Deadlock(deadlock) => write!(
                f,
                "deadlock: nobody can run, nobody sleeps, and no door is open\n{deadlock}"
            ),
        }
    }
}

impl std::error::Error for RunError {}
// ANCHOR_END: words
