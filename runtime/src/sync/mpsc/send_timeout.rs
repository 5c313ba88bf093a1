//! Sending, but not waiting for ever: what std has not made stable yet.

use std::error::Error;
use std::fmt;
use std::sync::mpsc::SendError;
use std::time::Duration;

use super::SyncSender;
use crate::quantum::safe_point;

/// Why [`SyncSender::send_timeout`] has not sent its message, which is inside.
/// std's type of this name is not stable yet; this one looks the same.
// ANCHOR: send_timeout_error
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// The channel was full all the time, or nobody came to meet with a bound of 0.
    Timeout(T),
    /// The receiver was dropped, before or meanwhile.
    Disconnected(T),
}
// ANCHOR_END: send_timeout_error

impl<T> SyncSender<T> {
    /// As [`SyncSender::send`], but waits for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. `Duration::MAX` is
    /// for ever; zero lets others run once.
    ///
    /// # Errors
    ///
    /// If the time is up, or the receiver was dropped. The message is inside the
    /// error: no receiver gets it.
    ///
    /// # Panics
    ///
    /// As [`SyncSender::send`]; but while the thread unwinds the time is up at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::mpsc::{SendTimeoutError, sync_channel};
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = sync_channel(1);
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(sender.send_timeout(1, a_moment), Ok(()));
    ///     assert_eq!(sender.send_timeout(2, a_moment), Err(SendTimeoutError::Timeout(2)));
    ///     drop(receiver);
    ///     assert_eq!(sender.send_timeout(3, a_moment), Err(SendTimeoutError::Disconnected(3)));
    /// });
    /// ```
    // ANCHOR: send_timeout
    #[track_caller]
    pub fn send_timeout(&self, message: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        safe_point();
        self.end.send_timeout(message, timeout)
    }
    // ANCHOR_END: send_timeout
}

// ANCHOR: conversions
impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(SendError(message): SendError<T>) -> Self {
        SendTimeoutError::Disconnected(message)
    }
}

impl<T> SendTimeoutError<T> {
    /// For whoever waits for ever.
    pub(super) fn into_send_error(self) -> SendError<T> {
        match self {
            SendTimeoutError::Timeout(message) | SendTimeoutError::Disconnected(message) => {
                SendError(message)
            }
        }
    }
}
// ANCHOR_END: conversions

// ANCHOR: texts
// Derived, it would ask for a `T` that is `Debug`.
impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SendTimeoutError::Timeout(_) => "Timeout(..)",
            SendTimeoutError::Disconnected(_) => "Disconnected(..)",
        })
    }
}

impl<T> fmt::Display for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SendTimeoutError::Timeout(_) => "timed out waiting on send operation",
            SendTimeoutError::Disconnected(_) => "sending on a disconnected channel",
        })
    }
}

impl<T> Error for SendTimeoutError<T> {}
// ANCHOR_END: texts
