//! Memory for stacks, as Linux gives it: mappings, and pages in them that
//! nobody may touch.
//!
//! A *guard page* can be made in two ways. `mprotect` cuts the mapping in
//! three, and a process may have 65,530 mappings, so that it ends at some 32,000
//! stacks. `MADV_GUARD_INSTALL`, which Linux has since 6.13, writes a mark into
//! the page table instead, and cuts nothing. Source: madvise(2).
//!
//! This file knows bytes and pages, and not what lies in them.

use std::io;
use std::ops::Range;
use std::ptr;
use std::sync::OnceLock;

use super::GuardPages;
use crate::system::page_size;

/// Memory that can be read and written, and that nobody else has. It is unmapped
/// when this is dropped.
// ANCHOR: mapping
#[derive(Debug)]
pub(super) struct Mapping {
    start: usize,
    bytes: usize,
}
// ANCHOR_END: mapping

impl Mapping {
    /// Maps so many bytes, a multiple of the page size. They take memory when they
    /// are touched.
    // ANCHOR: new
    pub(super) fn new(bytes: usize) -> io::Result<Self> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK;
        // SAFETY: a new mapping, at an address of the system's choice.
        let start = unsafe { libc::mmap(ptr::null_mut(), bytes, access, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // A huge page would make all of its 2 MiB resident with the first stack that
        // is touched there. A system without huge pages does not know the advice.
        // SAFETY: the mapping is ours, and the advice changes nothing that is read.
        unsafe { libc::madvise(start, bytes, libc::MADV_NOHUGEPAGE) };
        Ok(Self {
            start: start.expose_provenance(),
            bytes,
        })
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }
    // ANCHOR_END: new

    /// Makes the page at each of these offsets a guard page, in order. If one cannot
    /// be made, says how many could, and why not that one.
    // ANCHOR: guard
    pub(super) fn guard(
        &self,
        how: GuardPages,
        offsets: impl Iterator<Item = usize>,
    ) -> Result<(), (usize, io::Error)> {
        let pages: Vec<usize> = offsets.map(|offset| self.start + offset).collect();
        debug_assert!(pages.iter().all(|page| (page - self.start) < self.bytes));
        let at_once = match how {
            GuardPages::Madvise => advise_at_once(&pages),
            GuardPages::Mprotect => 0,
        };
        for (number, &page) in pages.iter().enumerate().skip(at_once) {
            // Memory that is locked, as by mlockall, takes no such advice.
            let made = guard(how, page).or_else(|error| match how {
                GuardPages::Madvise => guard(GuardPages::Mprotect, page),
                GuardPages::Mprotect => Err(error),
            });
            made.map_err(|error| (number, error))?;
        }
        Ok(())
    }
    // ANCHOR_END: guard

    /// Unmaps all but the first so many bytes.
    // ANCHOR: shrink
    pub(super) fn shrink(&mut self, bytes: usize) {
        let rest = self.start + bytes..self.start + self.bytes;
        self.bytes = bytes;
        unmap(rest);
    }
    // ANCHOR_END: shrink

    /// Gives what lies in the pages of `range` back to the system: they take no
    /// memory until they are touched again, and then are full of zeroes. Guard
    /// pages stay what they are.
    ///
    /// # Safety
    ///
    /// `range` lies in this mapping, and nobody relies on what is in there.
    // ANCHOR: discard
    pub(super) unsafe fn discard(&self, range: Range<usize>) {
        let start = ptr::with_exposed_provenance_mut(range.start);
        // SAFETY: the caller sees to it. If the system refuses, the pages stay.
        unsafe { libc::madvise(start, range.len(), libc::MADV_DONTNEED) };
    }
    // ANCHOR_END: discard
}

// ANCHOR: unmap
impl Drop for Mapping {
    fn drop(&mut self) {
        unmap(self.start..self.start + self.bytes);
    }
}

fn unmap(range: Range<usize>) {
    if !range.is_empty() {
        let start = ptr::with_exposed_provenance_mut(range.start);
        // SAFETY: called for what belongs to a `Mapping`, and no more from now on.
        let result = unsafe { libc::munmap(start, range.len()) };
        debug_assert_eq!(result, 0);
    }
}
// ANCHOR_END: unmap

/// The advice that makes a guard page, since Linux 6.13. The crate libc has no
/// name for it.
// ANCHOR: guard_page
const MADV_GUARD_INSTALL: libc::c_int = 102;

fn guard(how: GuardPages, page: usize) -> io::Result<()> {
    let start = ptr::with_exposed_provenance_mut(page);
    let result = match how {
        // SAFETY: the page belongs to a mapping of ours, and no stack has it yet.
        GuardPages::Madvise => unsafe { libc::madvise(start, page_size(), MADV_GUARD_INSTALL) },
        // SAFETY: as above.
        GuardPages::Mprotect => unsafe { libc::mprotect(start, page_size(), libc::PROT_NONE) },
    };
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
// ANCHOR_END: guard_page

/// Makes guard pages with one call for many, and says how many of the first are
/// made: none, where the system does not let a process advise itself so.
// ANCHOR: advise_at_once
fn advise_at_once(pages: &[usize]) -> usize {
    // SAFETY: makes a file descriptor that stands for this process.
    let process = unsafe { libc::syscall(libc::SYS_pidfd_open, std::process::id(), 0) };
    if process < 0 {
        return 0;
    }
    let mut made = 0;
    for some in pages.chunks(libc::UIO_MAXIOV as usize) {
        let ranges: Vec<_> = some
            .iter()
            .map(|&page| libc::iovec {
                iov_base: ptr::with_exposed_provenance_mut(page),
                iov_len: page_size(),
            })
            .collect();
        let (ranges, number) = (ranges.as_ptr(), ranges.len());
        // SAFETY: the ranges are there during the call; for the pages, see `guard`.
        let bytes = unsafe {
            libc::syscall(
                libc::SYS_process_madvise,
                process,
                ranges,
                number,
                MADV_GUARD_INSTALL,
                0,
            )
        };
        let now = usize::try_from(bytes).unwrap_or(0) / page_size();
        made += now;
        if now < number {
            break;
        }
    }
    // SAFETY: it was opened above.
    unsafe { libc::close(process as libc::c_int) };
    made
}
// ANCHOR_END: advise_at_once

/// Whether the system makes guard pages by `MADV_GUARD_INSTALL`, and why not.
// ANCHOR: has_advice
pub(crate) fn has_advice() -> Result<(), io::Error> {
    static TRIED: OnceLock<Result<(), i32>> = OnceLock::new();
    let tried = TRIED.get_or_init(|| {
        let page =
            Mapping::new(page_size()).and_then(|page| guard(GuardPages::Madvise, page.start));
        page.map_err(|error| error.raw_os_error().unwrap_or(libc::EINVAL))
    });
    tried.map_err(io::Error::from_raw_os_error)
}
// ANCHOR_END: has_advice

/// How many bytes of `range`, whole pages, are in memory; `None` if they are not
/// mapped. Takes time in proportion to the number of pages.
// ANCHOR: resident
pub(crate) fn resident(range: Range<usize>) -> Option<usize> {
    let mut pages = vec![0u8; range.len() / page_size()];
    let start = ptr::with_exposed_provenance_mut(range.start);
    // SAFETY: writes a byte for each page.
    let result = unsafe { libc::mincore(start, range.len(), pages.as_mut_ptr()) };
    let in_memory = pages.iter().filter(|&page| page & 1 != 0).count();
    (result == 0).then(|| in_memory * page_size())
}
// ANCHOR_END: resident
