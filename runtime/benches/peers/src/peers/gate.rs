//! What stands for parking in the workloads of async peers, which have no such
//! thing: tasks wait at a gate until it is opened. It is the same for all of
//! them, and costs 16 bytes a task.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard};
use std::task::{Poll, Waker};

pub(crate) struct Gate {
    /// `None` once it is open.
    waiting: Mutex<Option<Vec<Waker>>>,
}

impl Gate {
    /// A closed gate with room for so many.
    pub(crate) fn new(tasks: u64) -> Self {
        let waiting = Vec::with_capacity(tasks as usize);
        Self {
            waiting: Mutex::new(Some(waiting)),
        }
    }

    /// Waits until it is open.
    pub(crate) async fn pass(&self) {
        poll_fn(|context| match &mut *self.lock() {
            Some(waiting) => {
                waiting.push(context.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        })
        .await;
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> u64 {
        self.lock().as_ref().map_or(0, Vec::len) as u64
    }

    pub(crate) fn open(&self) {
        let waiting = mem::take(&mut *self.lock());
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Waker>>> {
        self.waiting.lock().expect("nobody has panicked")
    }
}
