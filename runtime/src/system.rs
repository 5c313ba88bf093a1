//! What the operating system is asked for besides stacks and signals.

use std::io::{self, IsTerminal};
use std::mem;
use std::sync::OnceLock;

/// The size of a page of memory in bytes.
// ANCHOR: page_size
pub(crate) fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    // SAFETY: sysconf only reads a number.
    *SIZE.get_or_init(|| unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize)
}
// ANCHOR_END: page_size

/// What stands behind stderr.
// ANCHOR: stderr
pub(crate) enum Stderr {
    /// Nobody reads what is written there: the reader of the pipe has ended, or
    /// the terminal is gone.
    Broken,
    /// A pipe, a socket, a terminal: somebody reads.
    Read,
    /// A file or a device, which may be full.
    MayBeFull,
}

pub(crate) fn stderr() -> Stderr {
    let mut state = libc::pollfd {
        fd: libc::STDERR_FILENO,
        events: 0,
        revents: 0,
    };
    // SAFETY: poll reads and writes the one entry that it is given, and with a
    // timeout of zero does not wait.
    let found = unsafe { libc::poll(&raw mut state, 1, 0) };
    if found != 0 {
        return Stderr::Broken;
    }
    // SAFETY: a stat of zeroes is a valid one, and fstat fills it.
    let mut stat: libc::stat = unsafe { mem::zeroed() };
    // SAFETY: fstat writes to `stat` alone.
    unsafe { libc::fstat(libc::STDERR_FILENO, &raw mut stat) };
    match stat.st_mode & libc::S_IFMT {
        libc::S_IFIFO | libc::S_IFSOCK => Stderr::Read,
        _ if io::stderr().is_terminal() => Stderr::Read,
        _ => Stderr::MayBeFull,
    }
}
// ANCHOR_END: stderr

/// What the system lets a process have only so much of.
// ANCHOR: limit_of
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    /// Bytes of addresses.
    Addresses,
    /// Bytes of memory that can be written to.
    Data,
}

/// How much of that this process may have; `None` if there is no limit.
pub(crate) fn limit_of(resource: Resource) -> Option<u64> {
    let resource = match resource {
        Resource::Addresses => libc::RLIMIT_AS,
        Resource::Data => libc::RLIMIT_DATA,
    };
    // SAFETY: an rlimit of zeroes is a valid one.
    let mut limit: libc::rlimit = unsafe { mem::zeroed() };
    // SAFETY: getrlimit writes to `limit` alone.
    let result = unsafe { libc::getrlimit(resource, &raw mut limit) };
    (result == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}
// ANCHOR_END: limit_of
