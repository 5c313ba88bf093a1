//! What is wrong with a call, in a number. Read next: `time.rs`.

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
    /// `EPERM`: nobody may do that, or not to a process of another family.
    // ANCHOR: some
    NotPermitted = 1,
    /// `ENOENT`: there is nothing of that name.
    NoEntry = 2,
    /// `ESRCH`: no process has that number.
    NoProcess = 3,
    /// `E2BIG`: what is to be taken is longer than there is room for.
    TooBig = 7,
    /// `ENOEXEC`: what is on the disk cannot be loaded.
    NoExecutable = 8,
    /// `EBADF`: no file of that number is open for this.
    BadFile = 9,
    /// `ECHILD`: there is no such child.
    NoChild = 10,
    // ANCHOR_END: some
    /// `EAGAIN`: not now: it would have to wait, or there are too many.
    TryAgain = 11,
    /// `ENOMEM`: there is no memory for that.
    NoMemory = 12,
    /// `EACCES`: who made it does not let others have it.
    Denied = 13,
    /// `EFAULT`: the process does not have the memory that it points to.
    BadAddress = 14,
    /// `EEXIST`: there is one already.
    Exists = 17,
    /// `EINVAL`: the value makes no sense.
    Invalid = 22,
    /// `ENFILE`: all processes together have too many files open.
    TooManyFilesInSystem = 23,
    /// `EMFILE`: the process has as many as it may have.
    TooManyFiles = 24,
    /// `ENOSPC`: whatever is written to has no room.
    NoSpace = 28,
    /// `EPIPE`: nobody is left who could read.
    BrokenPipe = 32,
    /// `ENAMETOOLONG`: the name is longer than any.
    NameTooLong = 36,
    /// `ENOSYS`: there is no such call.
    NoSuchCall = 38,
    /// `ENOMSG`: no such message is there, and it was not to wait.
    NoMessage = 42,
    /// `EIDRM`: what it waited at was removed.
    Removed = 43,
    /// `ENOTSOCK`: the file is no socket.
    NotSocket = 88,
    /// `EPROTONOSUPPORT`: this kind of socket has no such protocol.
    NoProtocol = 93,
    /// `ESOCKTNOSUPPORT`: there are no such sockets.
    NoSocketType = 94,
    /// `EAFNOSUPPORT`: there are no addresses of that family.
    NoAddressFamily = 97,
    /// `EADDRINUSE`: another socket has that name.
    AddressInUse = 98,
    /// `EISCONN`: it is connected already.
    IsConnected = 106,
    /// `ENOTCONN`: nobody is at the other end yet.
    NotConnected = 107,
    /// `ETIMEDOUT`: its time is up.
    TimedOut = 110,
    /// `ECONNREFUSED`: nobody listens there.
    Refused = 111,
}

const ALL: [Errno; 30] = [
    Errno::NotPermitted,
    Errno::NoEntry,
    Errno::NoProcess,
    Errno::TooBig,
    Errno::NoExecutable,
    Errno::BadFile,
    Errno::NoChild,
    Errno::TryAgain,
    Errno::NoMemory,
    Errno::Denied,
    Errno::BadAddress,
    Errno::Exists,
    Errno::Invalid,
    Errno::TooManyFilesInSystem,
    Errno::TooManyFiles,
    Errno::NoSpace,
    Errno::BrokenPipe,
    Errno::NameTooLong,
    Errno::NoSuchCall,
    Errno::NoMessage,
    Errno::Removed,
    Errno::NotSocket,
    Errno::NoProtocol,
    Errno::NoSocketType,
    Errno::NoAddressFamily,
    Errno::AddressInUse,
    Errno::IsConnected,
    Errno::NotConnected,
    Errno::TimedOut,
    Errno::Refused,
];

impl Errno {
    /// The number.
    // ANCHOR: numbers
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
        let mut all = ALL.into_iter();
        all.find(|errno| errno.answer() == answer)
    }

    /// All of them, by number.
    pub fn all() -> impl Iterator<Item = Errno> {
        ALL.into_iter()
    }
    // ANCHOR_END: numbers

    /// The name in C.
    pub fn name(self) -> &'static str {
        match self {
            Errno::NotPermitted => "EPERM",
            Errno::NoEntry => "ENOENT",
            Errno::NoProcess => "ESRCH",
            Errno::TooBig => "E2BIG",
            Errno::NoExecutable => "ENOEXEC",
            Errno::BadFile => "EBADF",
            Errno::NoChild => "ECHILD",
            Errno::TryAgain => "EAGAIN",
            Errno::NoMemory => "ENOMEM",
            Errno::Denied => "EACCES",
            Errno::BadAddress => "EFAULT",
            Errno::Exists => "EEXIST",
            Errno::Invalid => "EINVAL",
            Errno::TooManyFilesInSystem => "ENFILE",
            Errno::TooManyFiles => "EMFILE",
            Errno::NoSpace => "ENOSPC",
            Errno::BrokenPipe => "EPIPE",
            Errno::NameTooLong => "ENAMETOOLONG",
            Errno::NoSuchCall => "ENOSYS",
            Errno::NoMessage => "ENOMSG",
            Errno::Removed => "EIDRM",
            Errno::NotSocket => "ENOTSOCK",
            Errno::NoProtocol => "EPROTONOSUPPORT",
            Errno::NoSocketType => "ESOCKTNOSUPPORT",
            Errno::NoAddressFamily => "EAFNOSUPPORT",
            Errno::AddressInUse => "EADDRINUSE",
            Errno::IsConnected => "EISCONN",
            Errno::NotConnected => "ENOTCONN",
            Errno::TimedOut => "ETIMEDOUT",
            Errno::Refused => "ECONNREFUSED",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Errno::NotPermitted => "operation not permitted",
            Errno::NoEntry => "no such file or directory",
            Errno::NoProcess => "no such process",
            Errno::TooBig => "argument list too long",
            Errno::NoExecutable => "exec format error",
            Errno::BadFile => "bad file descriptor",
            Errno::NoChild => "no child processes",
            Errno::TryAgain => "resource temporarily unavailable",
            Errno::NoMemory => "cannot allocate memory",
            Errno::Denied => "permission denied",
            Errno::BadAddress => "bad address",
            Errno::Exists => "file exists",
            Errno::Invalid => "invalid argument",
            Errno::TooManyFilesInSystem => "too many open files in system",
            Errno::TooManyFiles => "too many open files",
            Errno::NoSpace => "no space left on device",
            Errno::BrokenPipe => "broken pipe",
            Errno::NameTooLong => "file name too long",
            Errno::NoSuchCall => "function not implemented",
            Errno::NoMessage => "no message of desired type",
            Errno::Removed => "identifier removed",
            Errno::NotSocket => "socket operation on non-socket",
            Errno::NoProtocol => "protocol not supported",
            Errno::NoSocketType => "socket type not supported",
            Errno::NoAddressFamily => "address family not supported by protocol",
            Errno::AddressInUse => "address already in use",
            Errno::IsConnected => "transport endpoint is already connected",
            Errno::NotConnected => "transport endpoint is not connected",
            Errno::TimedOut => "connection timed out",
            Errno::Refused => "connection refused",
        }
    }
}

impl fmt::Display for Errno {
    // ANCHOR: display
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.name(), self.number(), self.words())
    }
    // ANCHOR_END: display
}

impl std::error::Error for Errno {}
