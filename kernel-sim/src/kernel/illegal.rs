//! The error of an arrow that does not start where the thread is.

use std::fmt;

use super::pid::Pid;
use super::state::{Arrow, StateName};

/// An arrow was asked for that does not start where the thread is.
///
/// ```
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::pcb::Priority;
///
/// let mut kernel = Kernel::default();
/// let pid = kernel.create((), Priority::NORMAL, "worker");
/// kernel.admit(pid).unwrap();
/// assert_eq!(
///     kernel.admit(pid).unwrap_err().to_string(),
///     "arrow '1 admit' starts at New, but thread 1 is Ready"
/// );
/// ```
// ANCHOR: illegal
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The thread that was to be moved.
    pub pid: Pid,
    /// The arrow that was asked for.
    pub arrow: Arrow,
    /// Where the thread is; `None` if it is gone.
    pub found: Option<StateName>,
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, arrow, found } = self;
        if let Some(from) = arrow.from() {
            write!(f, "arrow '{arrow}' starts at {from}, but ")?;
        }
        match found {
            Some(state) => write!(f, "thread {} is {state}", pid.ident()),
            None => write!(f, "thread {} is gone", pid.ident()),
        }
    }
}

impl std::error::Error for Illegal {}
// ANCHOR_END: illegal
