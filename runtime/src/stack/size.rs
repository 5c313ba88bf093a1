//! How large a stack is.

use std::fmt;
use std::str::FromStr;

/// The size of a stack: a power of two from 64 KiB to 1 TiB.
///
/// It is parsed from a number of bytes, with `K`, `M` or `G` behind it for
/// KiB, MiB or GiB; any other number is rounded up.
// ANCHOR: size
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StackSize {
    /// The logarithm of the number of bytes, which is the size's class.
    log2: u8,
}
// ANCHOR_END: size

// ANCHOR: size_numbers
impl StackSize {
    /// 64 KiB: what a panic and its report with a backtrace need, in a debug build.
    pub(crate) const MIN: StackSize = StackSize { log2: 16 };

    /// 256 KiB. Of that, only the pages that a thread touches take memory, so
    /// the size is chosen for comfort: a debug build takes several times what a
    /// release build does. There, a `println!` takes 1.5 KiB, a line of
    /// `env_logger` 9.5 KiB, and a backtrace that is captured and printed 22 KiB;
    /// ten times that is left for the program.
    pub(crate) const DEFAULT: StackSize = StackSize { log2: 18 };

    /// 1 TiB, more than any machine can back.
    pub(crate) const MAX: StackSize = StackSize { log2: 40 };

    /// One more than the highest class.
    pub(crate) const CLASSES: usize = StackSize::MAX.log2 as usize + 1;

    /// The smallest size that has room for `bytes`.
    pub(crate) fn new(bytes: usize) -> Result<Self, StackSizeError> {
        if bytes == 0 || bytes > Self::MAX.bytes() {
            return Err(StackSizeError {
                bytes,
                at_most: Self::MAX.bytes(),
            });
        }
        let log2 = bytes.next_power_of_two().ilog2() as u8;
        Ok(StackSize { log2 }.max(Self::MIN))
    }

    #[inline]
    pub(crate) fn bytes(self) -> usize {
        1 << self.log2
    }

    /// Its index in a table with an entry for each size.
    #[inline]
    pub(crate) fn class(self) -> usize {
        self.log2.into()
    }
}
// ANCHOR_END: size_numbers

// ANCHOR: size_debug
impl fmt::Debug for StackSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} KiB", self.bytes() >> 10)
    }
}
// ANCHOR_END: size_debug

// ANCHOR: size_from_str
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
// ANCHOR_END: size_from_str

/// Nobody can have a stack of that size, now or later.
///
/// ```
/// let error = runtime::Builder::new().stack_size(0).run(|| ()).unwrap_err();
/// let text = error.to_string();
/// assert!(text.starts_with("a stack of 0 bytes cannot be had"), "{text}");
/// ```
// ANCHOR: size_error
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSizeError {
    /// The number of bytes that was asked for.
    pub bytes: usize,
    /// The largest number of bytes that can be had: 1 TiB, or what this process is
    /// limited to.
    pub at_most: usize,
}

impl fmt::Display for StackSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, at_most } = self;
        let (mib, default) = (at_most >> 20, StackSize::DEFAULT.bytes() >> 10);
        write!(
            f,
            "a stack of {bytes} bytes cannot be had: ask for 1 byte to {mib} MiB, or for nothing to get {default} KiB"
        )?;
        match *at_most < StackSize::MAX.bytes() {
            true => f.write_str("; this process has a limit (ulimit -v, ulimit -d)"),
            false => Ok(()),
        }
    }
}

impl std::error::Error for StackSizeError {}
// ANCHOR_END: size_error

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up_and_absurd_ones_refused() {
        assert_eq!(StackSize::new(1).unwrap(), StackSize::MIN);
        assert_eq!(StackSize::new(65_537).unwrap().bytes(), 131_072);
        assert_eq!(StackSize::new(1 << 40).unwrap(), StackSize::MAX);
        for bytes in [0, (1 << 40) + 1, usize::MAX] {
            assert_eq!(StackSize::new(bytes).unwrap_err().bytes, bytes);
        }
    }

    #[test]
    fn sizes_are_parsed_with_their_unit() {
        let parsed = |text: &str| text.parse::<StackSize>().map(StackSize::bytes);
        assert_eq!(parsed("65536"), Ok(65_536));
        assert_eq!(parsed("128K"), Ok(128 << 10));
        assert_eq!(parsed("2m"), Ok(2 << 20));
        for bad in ["", "K", "-1", "12Q", "1.5M", "0", "99999999999G"] {
            assert!(parsed(bad).is_err(), "{bad:?}");
        }
    }
}
