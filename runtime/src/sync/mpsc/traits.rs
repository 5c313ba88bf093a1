//! How the ends are cloned, dropped and shown.

use std::fmt;
use std::panic::RefUnwindSafe;

use super::{Receiver, Sender, SyncSender};

// ANCHOR: clone_and_drop
// Derived, it would ask for a `T` that is `Clone`.
impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        let end = self.end.clone();
        Self { end }
    }
}

impl<T> Clone for SyncSender<T> {
    fn clone(&self) -> Self {
        let end = self.end.clone();
        Self { end }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.drop_receiver();
    }
}

impl<T> RefUnwindSafe for Receiver<T> {}
// ANCHOR_END: clone_and_drop

// ANCHOR: show
impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
// ANCHOR_END: show
