//! Ten threads count together: a mutex in an `Arc`, one thread panics with the
//! lock in its hands, and the others mend the poison.

use super::sync::{Arc, Mutex, PoisonError};
use super::thread;

pub(crate) fn run() -> (u32, bool, bool) {
    let counter = Arc::new(Mutex::new(0));
    let threads: Vec<_> = (0..10)
        .map(|_| {
            let counter = Arc::clone(&counter);
            thread::spawn(move || {
                for _ in 0..100 {
                    let mut counter = counter.lock().unwrap();
                    *counter += 1;
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }

    let theirs = Arc::clone(&counter);
    let panicked = thread::spawn(move || {
        let _guard = theirs.lock().unwrap();
        panic!("this panic is a part of the program");
    });
    assert!(panicked.join().is_err());
    let was_poisoned = counter.is_poisoned();
    let mut guard = counter.lock().unwrap_or_else(PoisonError::into_inner);
    *guard += 1;
    drop(guard);
    counter.clear_poison();
    let sum = *counter.lock().unwrap();
    (sum, was_poisoned, counter.is_poisoned())
}
