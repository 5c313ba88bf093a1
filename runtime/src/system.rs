//! What the operating system is asked for besides stacks and signals.

use std::sync::OnceLock;

/// The size of a page of memory in bytes.
pub(crate) fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    // SAFETY: sysconf only reads a number.
    *SIZE.get_or_init(|| unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize)
}

/// Whether nobody reads any more what is written to stderr: the reader of the
/// pipe has ended, or the terminal is gone.
pub(crate) fn is_stderr_broken() -> bool {
    let mut stderr = libc::pollfd {
        fd: libc::STDERR_FILENO,
        events: 0,
        revents: 0,
    };
    // SAFETY: poll reads and writes the one entry that it is given, and with a
    // timeout of zero does not wait.
    let found = unsafe { libc::poll(&raw mut stderr, 1, 0) };
    found != 0
}
