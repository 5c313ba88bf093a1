//! [`ScopedJoinHandle`]: the handle of a thread that may borrow.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use super::scope::{Outcome, Threads};
use super::{JoinHandle, Killed, Result, Thread};
use crate::stack::NoStack;

/// The handle of a scoped thread, which gets its result. See
/// [`Scope::spawn`](super::Scope::spawn).
// ANCHOR: handle
pub struct ScopedJoinHandle<'scope, T> {
    pub(super) handle: JoinHandle<()>,
    pub(super) result: Rc<Cell<Option<Outcome<T>>>>,
    pub(super) threads: Rc<Threads>,
    pub(super) scope: PhantomData<&'scope ()>,
}
// ANCHOR_END: handle

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits until the thread has ended, and gives its result: see
    /// [`JoinHandle::join`](super::JoinHandle::join).
    ///
    /// # Errors and panics
    ///
    /// As there.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::scope(|scope| {
    ///         let error = scope.spawn(|| panic!("oh dear")).join().unwrap_err();
    ///         assert_eq!(error.downcast_ref(), Some(&"oh dear"));
    ///     });
    /// });
    /// ```
    // ANCHOR: join
    #[inline(always)]
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let panicked = &self.threads.panicked;
        let joined = self.handle.join();
        match (joined, self.result.take()) {
            (_, Some(Outcome::Value(value))) => Ok(value),
            (_, Some(Outcome::Killed)) => Err(Box::new(Killed)),
            (_, Some(Outcome::Panicked(payload))) => {
                panicked.set(panicked.get() - 1);
                Err(payload)
            }
            (Err(reason), None) => {
                if reason.is::<NoStack>() {
                    panicked.set(panicked.get() - 1);
                }
                Err(reason)
            }
            (Ok(()), None) => unreachable!("a thread that ran to its end has left its outcome"),
        }
    }
    // ANCHOR_END: join

    /// The thread.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::scope(|scope| assert!(scope.spawn(|| ()).thread().is_alive()));
    /// });
    /// ```
    // ANCHOR: thread
    pub fn thread(&self) -> &Thread {
        self.handle.thread()
    }
    // ANCHOR_END: thread

    /// Whether the thread has ended.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::scope(|scope| assert!(!scope.spawn(|| ()).is_finished()));
    /// });
    /// ```
    // ANCHOR: is_finished
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }
    // ANCHOR_END: is_finished
}

// ANCHOR: debug
impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle")
            .field("thread", self.thread())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: debug
