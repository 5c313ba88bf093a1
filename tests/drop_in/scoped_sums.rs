//! Scoped threads that borrow: parts of a slice are read and written at once.

use super::sync::Mutex;
use super::sync::atomic::{AtomicU64, Ordering};
use super::thread;

pub(crate) fn run() -> (u64, u64, Vec<u64>) {
    let mut numbers: Vec<u64> = (1..=100).collect();
    let by_join = thread::scope(|scope| {
        let parts: Vec<_> = numbers
            .chunks(30)
            .map(|part| scope.spawn(|| part.iter().sum::<u64>()))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    let (by_atomic, largest) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for part in numbers.chunks_mut(25) {
            scope.spawn(|| {
                for number in &mut *part {
                    by_atomic.fetch_add(*number, Ordering::Relaxed);
                    *number *= 2;
                }
                largest.lock().unwrap().push(*part.iter().max().unwrap());
            });
        }
    });
    let mut largest = largest.into_inner().unwrap();
    largest.sort();
    (by_join, by_atomic.into_inner(), largest)
}
