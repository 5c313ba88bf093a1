//! Work on an OS thread that is not the runtime's, and an end to the patience
//! with what waits for it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use runtime::{Handle, thread};

use super::OnDrop;

/// Does `work` on an OS thread of its own, with a door to this runtime, while
/// the caller waits as green threads do: the loop runs the others, or sleeps.
#[track_caller]
pub(crate) fn outside<T>(work: impl FnOnce(Handle) -> T + Send + 'static) -> T
where
    T: Send + 'static,
{
    let _patience = Patience::new();
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
    let result = os_thread.join();
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

/// As long as one of these lives, and for so many seconds since the newest was
/// made, the process goes on. Who waits for longer has lost a wake-up: SIGALRM
/// ends the process.
pub(crate) struct Patience;

impl Patience {
    const SECONDS: libc::c_uint = 120;

    pub(crate) fn new() -> Patience {
        WAITING.fetch_add(1, Ordering::AcqRel);
        // SAFETY: sets a timer; nobody else in these programs uses it.
        unsafe { libc::alarm(Patience::SECONDS) };
        Patience
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if WAITING.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: takes the timer back.
            unsafe { libc::alarm(0) };
        }
    }
}

/// How many [`Patience`]s live.
static WAITING: AtomicU32 = AtomicU32::new(0);
