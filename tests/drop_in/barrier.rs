//! Rounds that nobody begins before all have ended the last one.

use super::sync::atomic::{AtomicUsize, Ordering};
use super::sync::{Arc, Barrier};
use super::thread;

const THREADS: usize = 4;
const ROUNDS: usize = 5;

pub(crate) fn run() -> (usize, bool) {
    let barrier = Arc::new(Barrier::new(THREADS));
    let arrived = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (barrier, arrived) = (Arc::clone(&barrier), Arc::clone(&arrived));
            thread::spawn(move || {
                let mut led = 0;
                let mut together = true;
                for round in 1..=ROUNDS {
                    arrived.fetch_add(1, Ordering::SeqCst);
                    led += usize::from(barrier.wait().is_leader());
                    together &= arrived.load(Ordering::SeqCst) >= round * THREADS;
                    barrier.wait();
                }
                (led, together)
            })
        })
        .collect();
    let results: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let leaders = results.iter().map(|&(led, _)| led).sum();
    (leaders, results.iter().all(|&(_, together)| together))
}
