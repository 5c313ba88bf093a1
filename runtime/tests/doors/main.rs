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

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::ThreadId;

use runtime::{Handle, thread};

use support::OnDrop;

/// Tests that take longer than this, in seconds, have lost a wake-up: the
/// process is ended by SIGALRM.
const PATIENCE: libc::c_uint = 120;

/// Does `work` on an OS thread of its own, with a door to this runtime, while
/// the caller waits as green threads do: the loop runs the others, or sleeps.
#[track_caller]
fn outside<T>(work: impl FnOnce(Handle) -> T + Send + 'static) -> T
where
    T: Send + 'static,
{
    // SAFETY: sets a timer; nobody else in this program uses it.
    unsafe { libc::alarm(PATIENCE) };
    let (door, caller) = (Handle::current(), thread::current());
    let done = Arc::new(AtomicBool::new(false));
    let is_done = Arc::clone(&done);
    let os_thread = std::thread::spawn(move || {
        let keeps_open = door.clone();
        let _at_the_end = OnDrop(move || {
            done.store(true, Ordering::Release);
            caller.unpark();
            let _ = &keeps_open;
        });
        work(door)
    });
    while !is_done.load(Ordering::Acquire) {
        thread::park();
    }
    os_thread
        .join()
        .unwrap_or_else(|panic| resume_unwind(panic))
}

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
