//! Doors: what other OS threads may ask of a runtime, through a
//! [`Handle`](runtime::Handle) and through the handles of threads.

#[path = "../support/mod.rs"]
mod support;

mod asleep;
mod door;
mod ending;
mod foreign;
mod guests;
mod unstarted;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::ThreadId;

use support::OnDrop;

/// Which OS thread asks.
fn here() -> ThreadId {
    std::thread::current().id()
}

/// Counts, on whatever OS thread.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU32>);

impl Count {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    fn get(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// A value that counts itself when it is dropped.
    fn on_drop(&self) -> OnDrop<impl FnMut() + Send + use<>> {
        let count = self.clone();
        OnDrop(move || count.add())
    }
}

/// Where a value was dropped, each time that it was.
#[derive(Clone, Default)]
struct Places(Arc<std::sync::Mutex<Vec<ThreadId>>>);

impl Places {
    /// A value that writes down on which OS thread it is dropped.
    fn on_drop(&self) -> OnDrop<impl FnMut() + Send + use<>> {
        let places = self.clone();
        OnDrop(move || places.0.lock().unwrap().push(here()))
    }

    fn read(&self) -> Vec<ThreadId> {
        self.0.lock().unwrap().clone()
    }
}
