//! What a thread's joiner is told if there was no stack for it: which limit was hit,
//! and what to do. And how much of each limit is left to the program.
//!
//! This file asks the system, and knows no threads: who waits for a stack, and who
//! gives up, is in `waiting.rs`.

#![cfg_attr(
    any(not(target_os = "linux"), feature = "corosensei-stacks"),
    allow(dead_code, reason = "only the arena keeps something for the program")
)]

use std::fmt;
use std::fs;
use std::io;
use std::str::FromStr;

use super::{StackSize, StackSizeError};
use crate::system::{self, Resource, page_size};

/// So many bytes of what a process may have stacks leave for the program: a report about
/// what is wrong needs some, too.
// ANCHOR: reserves
const RESERVE: u64 = 4 << 20;

/// And so many mappings, a few more or less.
pub(super) const RESERVED_MAPPINGS: u64 = 1000;
// ANCHOR_END: reserves

/// The operating system had no stack for a thread, and nobody was left who could
/// have given one back: no other thread was ready, or asleep, and no [`Handle`] was
/// there, through which somebody could have come. The thread ended without running, and
/// what it was made for was dropped where there is no current thread. This is what its
/// joiner gets.
///
/// [`Handle`]: crate::Handle
///
/// ```no_run
/// use runtime::error::NoStack;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let reason = thread::spawn(|| ()).join().unwrap_err();
///     let no_stack: &NoStack = reason.downcast_ref().unwrap();
///     eprintln!("{} bytes: {}", no_stack.bytes(), no_stack.limit());
/// });
/// ```
// ANCHOR: no_stack
#[derive(Debug)]
pub struct NoStack {
    bytes: usize,
    /// Not known until somebody has looked.
    limit: Option<StackLimit>,
    error: io::Error,
}
// ANCHOR_END: no_stack

// ANCHOR: no_stack_made
impl NoStack {
    /// What has refused it was the arena, so that the program keeps something of that.
    pub(super) fn kept_for_others(size: StackSize, limit: StackLimit) -> Self {
        let error = io::Error::from_raw_os_error(libc::ENOMEM);
        Self {
            bytes: size.bytes(),
            limit: Some(limit),
            error,
        }
    }

    /// The system has refused it. Why, is looked up by [`NoStack::explained`].
    pub(super) fn refused(size: StackSize, error: io::Error) -> Self {
        Self {
            bytes: size.bytes(),
            limit: None,
            error,
        }
    }

    /// With the limit that was hit. To find out takes time.
    #[cold]
    pub(crate) fn explained(mut self) -> Self {
        let bytes = self.bytes;
        self.limit.get_or_insert_with(|| StackLimit::hit_by(bytes));
        self
    }

    /// The size of the stack that could not be had, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What there was not enough of.
    pub fn limit(&self) -> StackLimit {
        self.limit.unwrap_or(StackLimit::Memory)
    }
}
// ANCHOR_END: no_stack_made

// ANCHOR: no_stack_text
impl fmt::Display for NoStack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kib, limit, error) = (self.bytes >> 10, self.limit(), &self.error);
        write!(f, "no stack of {kib} KiB could be had ({error}): {limit}")
    }
}

impl std::error::Error for NoStack {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
// ANCHOR_END: no_stack_text

/// What limits the number of stacks, and was hit. Displays as that and what to do.
///
/// ```
/// use runtime::error::StackLimit;
///
/// let text = StackLimit::Mappings { at_most: 65_530 }.to_string();
/// assert!(text.starts_with("vm.max_map_count is 65530"), "{text}");
/// ```
// ANCHOR: limits
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StackLimit {
    /// The addresses that the process may use, `RLIMIT_AS`.
    Addresses {
        /// In bytes.
        at_most: u64,
    },
    /// The memory that the process may write to, `RLIMIT_DATA`.
    Data {
        /// In bytes.
        at_most: u64,
    },
    /// The mappings that the process may have, of which a stack takes two where its
    /// guard page is made by `mprotect`.
    Mappings {
        /// The value of `vm.max_map_count`.
        at_most: u64,
    },
    /// What the system has promised to all processes together, where it promises no
    /// more than it has: `vm.overcommit_memory` is 2.
    Commitments {
        /// In bytes.
        at_most: u64,
    },
    /// Nothing that this crate knows of: the memory of the system, or a limit for a
    /// group of processes.
    Memory,
}
// ANCHOR_END: limits

// ANCHOR: hit_by
impl StackLimit {
    /// The limit that is in the way of so many bytes more.
    fn hit_by(bytes: usize) -> Self {
        if let Some(limit) = in_the_way_of(bytes + page_size()) {
            return limit;
        }
        let at_most = most_mappings();
        if mappings().saturating_add(4) > at_most {
            return StackLimit::Mappings { at_most };
        }
        if number_in("/proc/sys/vm/overcommit_memory") == Some(2)
            && let Some(at_most) = bytes_after("/proc/meminfo", "CommitLimit:")
        {
            return StackLimit::Commitments { at_most };
        }
        StackLimit::Memory
    }
}
// ANCHOR_END: hit_by

/// The limit that leaves too little to the program if so many bytes are mapped.
// ANCHOR: in_the_way_of
pub(super) fn in_the_way_of(bytes: usize) -> Option<StackLimit> {
    let over = |resource, name| {
        let at_most = system::limit_of(resource)?;
        (in_use(name) + bytes as u64 + RESERVE > at_most).then_some(at_most)
    };
    if let Some(at_most) = over(Resource::Addresses, "VmSize:") {
        return Some(StackLimit::Addresses { at_most });
    }
    over(Resource::Data, "VmData:").map(|at_most| StackLimit::Data { at_most })
}
// ANCHOR_END: in_the_way_of

/// How many mappings a process may have.
// ANCHOR: most_mappings
pub(super) fn most_mappings() -> u64 {
    number_in("/proc/sys/vm/max_map_count").unwrap_or(u64::MAX)
}
// ANCHOR_END: most_mappings

/// Refuses a stack that cannot be had even by a process that has nothing else.
// ANCHOR: check_limits
#[cold]
pub(crate) fn check_limits(size: StackSize) -> Result<(), StackSizeError> {
    let bytes = size.bytes();
    let limits = [Resource::Addresses, Resource::Data].map(system::limit_of);
    match limits.into_iter().flatten().min() {
        // There is a guard page besides.
        Some(at_most) if bytes as u64 >= at_most => Err(StackSizeError {
            bytes,
            at_most: at_most as usize,
        }),
        _ => Ok(()),
    }
}
// ANCHOR_END: check_limits

/// How many bytes the process uses of what has that name.
// ANCHOR: in_use
fn in_use(name: &str) -> u64 {
    bytes_after("/proc/self/status", name).unwrap_or(0)
}

fn mappings() -> u64 {
    let maps = fs::read("/proc/self/maps").unwrap_or_default();
    maps.iter().filter(|&&byte| byte == b'\n').count() as u64
}

fn number_in(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// What a file says in a line such as `VmSize:  1234 kB`.
fn bytes_after(path: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib = u64::from_str(line.split_whitespace().next()?).ok()?;
    Some(kib << 10)
}
// ANCHOR_END: in_use

// ANCHOR: limit_texts
impl fmt::Display for StackLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StackLimit::Addresses { at_most } => write!(
                f,
                "the process may use {} MiB of addresses (RLIMIT_AS): raise that (ulimit -v), \
                 use smaller stacks, or let threads end before others start",
                at_most >> 20
            ),
            StackLimit::Data { at_most } => write!(
                f,
                "the process may have {} MiB of data (RLIMIT_DATA): raise that (ulimit -d), \
                 use smaller stacks, or let threads end before others start",
                at_most >> 20
            ),
            StackLimit::Mappings { at_most } => write!(
                f,
                "vm.max_map_count is {at_most}, and each stack takes two mappings: raise it \
                 (sysctl -w vm.max_map_count={}), use Linux 6.13 or newer, where stacks need \
                 none, or let threads end before others start",
                at_most * 4
            ),
            StackLimit::Commitments { at_most } => write!(
                f,
                "the system promises {} MiB to all processes together (vm.overcommit_memory=2): \
                 set that to 0 or 1, raise vm.overcommit_ratio, use smaller stacks, or let \
                 threads end before others start",
                at_most >> 20
            ),
            StackLimit::Memory => f.write_str(
                "the system has no more memory for the process: use smaller stacks, or let \
                 threads end before others start",
            ),
        }
    }
}
// ANCHOR_END: limit_texts
