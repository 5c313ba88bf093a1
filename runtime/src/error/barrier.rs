//! Why nobody meets at a barrier.

use std::fmt;
use std::panic::Location;

/// A [`Barrier`](crate::sync::Barrier) is broken, or was reset while somebody
/// waited there: Python's `BrokenBarrierError`. It is what
/// [`Barrier::wait_timeout`](crate::sync::Barrier::wait_timeout) gives, and the
/// payload with which [`Barrier::wait`](crate::sync::Barrier::wait) panics.
// ANCHOR: error
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BarrierError {
    /// Which one: "Barrier 'start' (src/main.rs:12)".
    pub object: String,
    /// What has happened.
    pub how: BarrierBreak,
    /// The name of the thread that did it.
    pub who: String,
    /// The call by which it did.
    pub at: &'static Location<'static>,
}

/// How a barrier was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BarrierBreak {
    /// The others did not come as long as that thread would wait.
    TimedOut,
    /// It has called [`abort`](crate::sync::Barrier::abort).
    Aborted,
    /// It has called [`reset`](crate::sync::Barrier::reset). The barrier itself
    /// is whole.
    Reset,
    /// It came last and ran the action, which has panicked, or in which it was killed.
    Action,
}
// ANCHOR_END: error

impl BarrierError {
    /// The running thread breaks `object` in that line of the program.
    // ANCHOR: here
    pub(crate) fn here(object: String, how: BarrierBreak, at: &'static Location<'static>) -> Self {
        let who = match crate::thread::try_current() {
            Some(thread) => thread.to_string(),
            None => "code outside of green threads".into(),
        };
        Self {
            object,
            how,
            who,
            at,
        }
    }
    // ANCHOR_END: here
}

// ANCHOR: texts
impl fmt::Display for BarrierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, who, .. } = self;
        let (file, line) = (self.at.file(), self.at.line());
        let what = match self.how {
            BarrierBreak::TimedOut => "would not wait any longer",
            BarrierBreak::Aborted => "has called abort",
            BarrierBreak::Action => "has come last, and not to the end of the action",
            BarrierBreak::Reset => {
                return write!(
                    f,
                    "{who} has reset {object} at {file}:{line}, and sent away those who waited: \
                     come again"
                );
            }
        };
        write!(
            f,
            "{object} is broken: {who} {what}, at {file}:{line}. Nobody meets there until reset \
             is called"
        )
    }
}

impl std::error::Error for BarrierError {}
// ANCHOR_END: texts
