//! The door through which other OS threads reach a loop.
//!
//! ```text
//!   other OS threads                         the loop
//!   ────────────────                         ────────
//!   Inbox::post(message) ──▶ [messages] ──▶  Inbox::take(), after each turn
//!        │                                   Inbox::wait(), when nobody is ready
//!        └── rings the bell ────────────────────┘
//! ```
//!
//! The loop looks after each turn whether there is mail, so that has to cost
//! next to nothing: one flag, read without an order. Whoever finds it set
//! takes the lock, and the lock has all the order that is needed. A message
//! that the flag hides for a turn is found in the next; a loop that is about
//! to sleep looks again under the lock, so none is slept through. The test
//! `loom` tries what can happen.
//!
//! This file knows nothing of threads and kernels, only messages.

use std::sync::{LockResult, PoisonError};
use std::time::Duration;

use crate::os::{AtomicBool, Condvar, Mutex, MutexGuard, Ordering};

/// Messages to one loop, and how many doors are open through which more may come.
// ANCHOR: inbox
pub(crate) struct Inbox<M> {
    /// Whether there are `State::messages`. Changes with them, under the lock.
    mail: AtomicBool,
    state: Mutex<State<M>>,
    bell: Condvar,
}

struct State<M> {
    messages: Vec<M>,
    /// How many handles there are.
    doors: usize,
    /// Whether the loop has ended.
    closed: bool,
}
// ANCHOR_END: inbox

impl<M> Inbox<M> {
    /// An empty inbox without doors.
    // ANCHOR: post
    pub(crate) fn new() -> Self {
        Self {
            mail: AtomicBool::new(false),
            state: Mutex::new(State {
                messages: Vec::new(),
                doors: 0,
                closed: false,
            }),
            bell: Condvar::new(),
        }
    }

    /// Leaves a message for the loop and wakes it, or gives the message back
    /// if the loop has ended.
    pub(crate) fn post(&self, message: M) -> Result<(), M> {
        let mut state = self.lock();
        if state.closed {
            return Err(message);
        }
        state.messages.push(message);
        self.mail.store(true, Ordering::Relaxed);
        self.bell.notify_one();
        Ok(())
    }
    // ANCHOR_END: post

    /// One more handle, which may post.
    // ANCHOR: doors
    pub(crate) fn open_door(&self) {
        self.lock().doors += 1;
    }

    /// One handle less. The loop may have waited for nothing else.
    pub(crate) fn close_door(&self) {
        self.lock().doors -= 1;
        self.bell.notify_one();
    }

    /// Whether somebody may post who has a handle.
    pub(crate) fn has_doors(&self) -> bool {
        self.lock().doors > 0
    }
    // ANCHOR_END: doors

    /// Whether it makes sense to call [`Inbox::take`]. A message that was
    /// posted just now may still be overlooked.
    // ANCHOR: mail
    #[inline]
    pub(crate) fn has_mail(&self) -> bool {
        self.mail.load(Ordering::Relaxed)
    }

    /// The messages since the last call, oldest first.
    pub(crate) fn take(&self) -> Vec<M> {
        self.empty(&mut self.lock())
    }
    // ANCHOR_END: mail

    /// Waits until there is a message, for no longer than `timeout`. Without a
    /// timeout it returns false when there is no message and no open door, at
    /// once or later: then there will never be a message.
    // ANCHOR: wait
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        let mut state = self.lock();
        match timeout {
            Some(timeout) => {
                if state.messages.is_empty() {
                    drop(ignore_poison(self.bell.wait_timeout(state, timeout)));
                }
                true
            }
            None => {
                while state.messages.is_empty() {
                    if state.doors == 0 {
                        return false;
                    }
                    state = ignore_poison(self.bell.wait(state));
                }
                true
            }
        }
    }
    // ANCHOR_END: wait

    /// The loop has ended: whoever posts from now on gets the message back.
    /// Gives what was posted and not taken.
    // ANCHOR: close
    pub(crate) fn close(&self) -> Vec<M> {
        let mut state = self.lock();
        state.closed = true;
        self.empty(&mut state)
    }

    fn empty(&self, state: &mut State<M>) -> Vec<M> {
        self.mail.store(false, Ordering::Relaxed);
        std::mem::take(&mut state.messages)
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        ignore_poison(self.state.lock())
    }
    // ANCHOR_END: close
}

/// Nothing that could panic happens under the lock.
// ANCHOR: ignore_poison
fn ignore_poison<T>(result: LockResult<T>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
// ANCHOR_END: ignore_poison
