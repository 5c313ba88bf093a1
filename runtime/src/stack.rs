//! Stacks: how large they are, and where they wait between two threads.
//!
//! A new stack costs two system calls, about 10 µs; one that was used before
//! costs next to nothing and is still warm in the cache. So a thread gets its
//! fiber, which is a stack that is set up, when it is first dispatched and
//! gives it back when it ends, and the next thread gets the one that came back
//! last. Threads that run to their end without blocking all run on one stack.

use std::array;
use std::fmt;
use std::io;
use std::str::FromStr;

use kernel_sim::kernel::wait::Signal;

use crate::fiber::{Exits, Fiber, Stack};

/// The size of a stack in bytes: a power of two from 64 KiB to 1 TiB.
///
/// It is parsed from a number of bytes, with `K`, `M` or `G` behind it for
/// KiB, MiB or GiB; any other number is rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StackSize(usize);

impl StackSize {
    /// What a panic and its report with a backtrace need, in a debug build.
    pub(crate) const MIN: StackSize = StackSize(64 << 10);

    /// 256 KiB. Of that, only the pages that a thread touches take memory, so
    /// the size is chosen for comfort: debug builds take several times what
    /// release builds do, and a backtrace alone takes 22 KiB there.
    pub(crate) const DEFAULT: StackSize = StackSize(256 << 10);

    /// More than any machine can back.
    pub(crate) const MAX: StackSize = StackSize(1 << 40);

    /// The smallest size that has room for `bytes`.
    pub(crate) fn new(bytes: usize) -> Result<Self, StackSizeError> {
        if bytes == 0 || bytes > Self::MAX.0 {
            return Err(StackSizeError { bytes });
        }
        Ok(StackSize(bytes.next_power_of_two().max(Self::MIN.0)))
    }

    pub(crate) fn bytes(self) -> usize {
        self.0
    }

    fn class(self) -> usize {
        self.0.ilog2() as usize
    }
}

impl FromStr for StackSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, shift) = match text.as_bytes().last() {
            Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
            Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
            Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
            _ => (text, 0),
        };
        let number: usize = digits
            .parse()
            .map_err(|_| "it must be a number of bytes, or one with K, M or G, such as 128K")?;
        let bytes = number.saturating_mul(1 << shift);
        StackSize::new(bytes).map_err(|error| error.to_string())
    }
}

/// Nobody can have a stack of that size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSizeError {
    /// The number of bytes that was asked for.
    pub bytes: usize,
}

impl fmt::Display for StackSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a stack of {} bytes cannot be had: ask for 1 byte to {} GiB, or for nothing to get {} KiB",
            self.bytes,
            StackSize::MAX.0 >> 30,
            StackSize::DEFAULT.0 >> 10,
        )
    }
}

impl std::error::Error for StackSizeError {}

/// The operating system had no stack for a thread when it was first
/// dispatched. The thread ended without running; this is what its joiner gets.
#[derive(Debug)]
pub struct NoStack {
    bytes: usize,
    error: io::Error,
}

impl NoStack {
    /// The size of the stack that could not be had.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl fmt::Display for NoStack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no stack of {} KiB could be had ({}): let threads end before others start, \
             use smaller stacks if address space is short (ulimit -v, vm.overcommit_memory), \
             or raise vm.max_map_count, of which each stack takes two",
            self.bytes >> 10,
            self.error
        )?;
        match std::fs::read_to_string("/proc/sys/vm/max_map_count") {
            Ok(count) => write!(f, "; it is {}", count.trim()),
            Err(_) => Ok(()),
        }
    }
}

impl std::error::Error for NoStack {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The fibers that no thread uses, newest last, by the size of their stacks.
pub(crate) struct FiberPool {
    #[expect(
        clippy::vec_box,
        reason = "a fiber moves from thread to thread in its box"
    )]
    classes: [Vec<Box<Fiber>>; StackSize::MAX.0.ilog2() as usize + 1],
}

impl Default for FiberPool {
    fn default() -> Self {
        Self {
            classes: array::from_fn(|_| Vec::new()),
        }
    }
}

impl FiberPool {
    /// A fiber with a stack of that size: the one that was given back last, or
    /// a new one, which will call `root` for each thread.
    #[inline]
    pub(crate) fn take(
        &mut self,
        size: StackSize,
        root: fn(Exits, Signal),
    ) -> Result<Box<Fiber>, NoStack> {
        if let Some(fiber) = self.classes[size.class()].pop() {
            return Ok(fiber);
        }
        let bytes = size.0;
        let stack = Stack::new(bytes).or_else(|_| {
            // What lies here unused may be what is missing.
            self.classes.iter_mut().for_each(Vec::clear);
            Stack::new(bytes).map_err(|error| NoStack { bytes, error })
        })?;
        Ok(Fiber::new(stack, root))
    }

    /// Takes back a fiber whose thread has ended.
    #[inline]
    pub(crate) fn give(&mut self, size: StackSize, fiber: Box<Fiber>) {
        self.classes[size.class()].push(fiber);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up_and_absurd_ones_refused() {
        assert_eq!(StackSize::new(1).unwrap(), StackSize::MIN);
        assert_eq!(StackSize::new(65_537).unwrap().bytes(), 131_072);
        assert_eq!(StackSize::new(1 << 40).unwrap(), StackSize::MAX);
        for bytes in [0, (1 << 40) + 1, usize::MAX] {
            assert_eq!(StackSize::new(bytes), Err(StackSizeError { bytes }));
        }
    }

    #[test]
    fn sizes_are_parsed_with_their_unit() {
        assert_eq!("65536".parse(), Ok(StackSize(65_536)));
        assert_eq!("128K".parse(), Ok(StackSize(128 << 10)));
        assert_eq!("2m".parse(), Ok(StackSize(2 << 20)));
        for bad in ["", "K", "-1", "12Q", "1.5M", "0", "99999999999G"] {
            assert!(bad.parse::<StackSize>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_stack_that_came_back_last_goes_out_first() {
        let mut pool = FiberPool::default();
        let mut take = || pool.take(StackSize::MIN, |_, _| ()).unwrap();
        let (a, b) = (take(), take());
        let newest = b.guard();
        pool.give(StackSize::MIN, a);
        pool.give(StackSize::MIN, b);
        let again = pool.take(StackSize::MIN, |_, _| ()).unwrap();
        assert_eq!(again.guard(), newest);
    }
}
