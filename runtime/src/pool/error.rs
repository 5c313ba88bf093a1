//! What can go wrong with tasks.

use std::any::Any;
use std::{error, fmt, io};

use super::Future;

/// Why a task has no result.
// ANCHOR: task_error
#[non_exhaustive]
pub enum TaskError {
    /// It has panicked, with this payload.
    Panicked(Box<dyn Any + Send>),
    /// It was cancelled before it began.
    Cancelled,
    /// Its worker was killed while it ran.
    Killed,
    /// It has not begun, and never will: the pool's initializer has panicked, or there
    /// was no stack for its last worker, see [`NoStack`](crate::error::NoStack).
    Broken,
    /// The pool did not take it, when the iterator of a [`map`] came to it.
    ///
    /// [`map`]: super::ThreadPool::map_ahead
    NotSubmitted(SubmitError),
    /// It was not done in time, and will still be: see [`Map::next_timeout`].
    ///
    /// [`Map::next_timeout`]: super::Map::next_timeout
    TimedOut,
}
// ANCHOR_END: task_error

/// A task was not taken.
// ANCHOR: submit_error
#[derive(Debug)]
#[non_exhaustive]
pub enum SubmitError {
    /// The pool was shut down.
    ShutDown,
    /// The pool's initializer has panicked, or there was no stack for its last worker.
    Broken,
    /// There is no worker, and none can be made.
    NoWorker(io::Error),
}
// ANCHOR_END: submit_error

/// A pool cannot have no workers: nothing would ever be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoWorkers;

/// What [`Future::result_timeout`] gives if it gives no result.
// ANCHOR: timeout_error
pub enum ResultTimeoutError<T> {
    /// The task was not done in time. Here is its future again.
    TimedOut(Future<T>),
    /// The task has no result.
    Task(TaskError),
}
// ANCHOR_END: timeout_error

// ANCHOR: words
impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TaskError::Panicked(payload) => match message(payload.as_ref()) {
                Some(message) => write!(f, "the task has panicked: {message}"),
                None => f.write_str("the task has panicked"),
            },
            TaskError::Cancelled => f.write_str("the task was cancelled before it began"),
            TaskError::Killed => f.write_str("the worker was killed while it did the task"),
            TaskError::NotSubmitted(why) => why.fmt(f),
            TaskError::TimedOut => f.write_str("the task was not done in time"),
            TaskError::Broken => f.write_str(
                "the task will never begin: what each worker of its pool does first has panicked, or there was no stack for the last of them",
            ),
        }
    }
}

/// What the panic said, if it said something.
fn message(payload: &(dyn Any + Send)) -> Option<&str> {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// As it displays: this is what `unwrap` shows.
impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for TaskError {}
// ANCHOR_END: words

impl fmt::Display for SubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubmitError::ShutDown => {
                f.write_str("the pool was shut down: submit before that, or make another one")
            }
            SubmitError::Broken => {
                f.write_str("the pool is broken: what each of its workers does first has panicked, or there was no stack for the last of them")
            }
            SubmitError::NoWorker(error) => write!(f, "the pool has no worker: {error}"),
        }
    }
}

impl error::Error for SubmitError {}

impl fmt::Display for NoWorkers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pool of 0 workers would never do anything: give it at least 1")
    }
}

impl error::Error for NoWorkers {}

impl<T> fmt::Display for ResultTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResultTimeoutError::TimedOut(_) => f.write_str("the task was not done in time"),
            ResultTimeoutError::Task(error) => error.fmt(f),
        }
    }
}

/// As it displays: this is what `unwrap` shows.
impl<T> fmt::Debug for ResultTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> error::Error for ResultTimeoutError<T> {}
