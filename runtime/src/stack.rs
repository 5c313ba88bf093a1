//! Stacks: how large they are, where they come from, and where they wait
//! between two threads.
//!
//! ```text
//!   a thread's first turn            its end
//!          │ take                      │ give
//!          ▼                           ▼
//!   ┌──────────────────────────────────────────┐
//!   │ pool.rs: fibers, set up; the newest first│
//!   └──────┬───────────────────────────▲───────┘
//!   give,  │ if not needed for a while │ take, if there is none
//!          ▼                           │
//!   ┌──────────────────────────────────────────┐
//!   │ arena.rs: stacks with guard pages        │
//!   └──────┬───────────────────────────▲───────┘
//!   unmap  ▼                           │ map
//!     the operating system: mapping.rs
//! ```
//!
//! A thread gets its fiber, which is a stack that is set up, when it is first
//! dispatched and gives it back when it ends, and the next thread gets the one that
//! came back last. So a thread that has not begun needs no stack, and threads that
//! run to their end without blocking all run on one, which is in the cache.
//!
//! A guard page is one page. Code of Rust touches each page of a large frame, so none gets
//! past it; foreign code that is compiled without such probes could.
//!
//! If no stack can be had, a thread waits until others have given theirs back: see
//! `waiting.rs`.

use std::fmt;
use std::io;
use std::str::FromStr;

#[cfg(all(target_os = "linux", not(feature = "corosensei-stacks")))]
#[allow(unsafe_code)]
mod arena;
#[cfg(any(not(target_os = "linux"), feature = "corosensei-stacks"))]
#[path = "stack/elsewhere.rs"]
mod arena;
#[cfg(all(target_os = "linux", not(feature = "corosensei-stacks")))]
#[allow(unsafe_code)]
mod mapping;
mod no_stack;
mod pool;
mod size;
mod waiting;

pub(crate) use arena::{Stack, resident};
pub(crate) use no_stack::check_limits;
pub use no_stack::{NoStack, StackLimit};
pub(crate) use pool::{FiberPool, is_reviewed_at};
pub(crate) use size::StackSize;
pub use size::StackSizeError;
pub(crate) use waiting::StackWaits;

/// How the page at the end of each stack is guarded: whoever touches it has
/// overflowed the stack. It is chosen once, when a runtime starts, and logged.
///
/// ```
/// use runtime::GuardPages;
///
/// assert_eq!("mprotect".parse(), Ok(GuardPages::Mprotect));
/// runtime::Builder::new().guard_pages(GuardPages::Mprotect).run(|| ()).unwrap();
/// ```
// ANCHOR: guard_pages
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardPages {
    /// By `madvise(MADV_GUARD_INSTALL)`, which Linux has since 6.13: the number of
    /// stacks is limited by memory alone.
    Madvise,
    /// By `mprotect`, which every system has: each stack takes two of the
    /// `vm.max_map_count` mappings that a process may have on Linux, which are
    /// 65,530 by default.
    Mprotect,
}
// ANCHOR_END: guard_pages

// ANCHOR: best_guards
impl GuardPages {
    /// The better way of those that this system has.
    pub(crate) fn best() -> Self {
        match arena::has_advice() {
            Ok(()) => GuardPages::Madvise,
            Err(_) => GuardPages::Mprotect,
        }
    }

    /// Whether this system has this way, and why not.
    pub(crate) fn check(self) -> Result<(), io::Error> {
        match self {
            GuardPages::Madvise => arena::has_advice(),
            GuardPages::Mprotect => Ok(()),
        }
    }
}
// ANCHOR_END: best_guards

// ANCHOR: guards_from_str
impl FromStr for GuardPages {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "madvise" => Ok(GuardPages::Madvise),
            "mprotect" => Ok(GuardPages::Mprotect),
            _ => Err("it must be 'madvise' or 'mprotect'"),
        }
    }
}
// ANCHOR_END: guards_from_str

/// The name of the system call.
// ANCHOR: guards_display
impl fmt::Display for GuardPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            GuardPages::Madvise => "madvise",
            GuardPages::Mprotect => "mprotect",
        })
    }
}
// ANCHOR_END: guards_display
