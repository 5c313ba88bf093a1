//! What is wrong with a call, in a number.

use std::fmt;

/// Why a call was refused. The process gets the number, negated, in a0.
///
/// Source: Linux, `include/uapi/asm-generic/errno-base.h` and `errno.h`; which
/// mistake has which number is what the manual page of the call says.
///
/// ```
/// use kernel_sim::os::Errno;
///
/// assert_eq!(Errno::BadAddress.answer(), -14_i32 as u32);
/// assert_eq!(Errno::BadAddress.to_string(), "EFAULT (14): bad address");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Errno {
    /// `EBADF`: no file of that number is open for this.
    BadFile = 9,
    /// `EFAULT`: the process does not have the memory that it points to.
    BadAddress = 14,
    /// `EINVAL`: the value makes no sense.
    Invalid = 22,
    /// `ENOSYS`: there is no such call.
    NoSuchCall = 38,
}

impl Errno {
    /// The number.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// What the process finds in a0: the number, negated.
    pub fn answer(self) -> u32 {
        self.number().wrapping_neg()
    }

    /// The error that is meant by what a process finds in a0, if it is one.
    ///
    /// ```
    /// use kernel_sim::os::Errno;
    ///
    /// assert_eq!(Errno::of_answer(-9_i32 as u32), Some(Errno::BadFile));
    /// assert_eq!(Errno::of_answer(9), None);
    /// ```
    pub fn of_answer(answer: u32) -> Option<Errno> {
        let all = [
            Errno::BadFile,
            Errno::BadAddress,
            Errno::Invalid,
            Errno::NoSuchCall,
        ];
        all.into_iter().find(|errno| errno.answer() == answer)
    }

    /// The name in C.
    pub fn name(self) -> &'static str {
        match self {
            Errno::BadFile => "EBADF",
            Errno::BadAddress => "EFAULT",
            Errno::Invalid => "EINVAL",
            Errno::NoSuchCall => "ENOSYS",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Errno::BadFile => "bad file descriptor",
            Errno::BadAddress => "bad address",
            Errno::Invalid => "invalid argument",
            Errno::NoSuchCall => "function not implemented",
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.name(), self.number(), self.words())
    }
}

impl std::error::Error for Errno {}
