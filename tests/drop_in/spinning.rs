//! A lock that spins, and threads that park: what the runtime has to yield for.

use super::hint;
use super::sync::Arc;
use super::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use super::thread;

pub(crate) fn run() -> (u32, bool) {
    let (locked, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (locked, count) = (Arc::clone(&locked), Arc::clone(&count));
            thread::spawn(move || {
                for _ in 0..50 {
                    while locked.swap(true, Ordering::Acquire) {
                        hint::spin_loop();
                    }
                    let read = count.load(Ordering::Relaxed);
                    thread::yield_now();
                    count.store(read + 1, Ordering::Relaxed);
                    locked.store(false, Ordering::Release);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }

    let flag = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&flag);
    let parked = thread::spawn(move || {
        while !theirs.load(Ordering::Acquire) {
            thread::park();
        }
        thread::current().name() == Some("")
    });
    flag.store(true, Ordering::Release);
    parked.thread().unpark();
    (count.load(Ordering::Relaxed), parked.join().unwrap())
}
