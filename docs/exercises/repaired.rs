//! What to do with a lock that somebody has left in the middle of a change.

use runtime::sync::Mutex;
use runtime::thread;

/// The sum is that of the entries, whenever nobody has the lock.
#[derive(Default)]
struct Ledger {
    entries: Vec<u32>,
    sum: u32,
}

impl Ledger {
    fn add(&mut self, entry: u32) {
        self.entries.push(entry);
        assert!(entry < 100, "that is too much");
        self.sum += entry;
    }
}

/// What the reader begins with.
mod start {
    use super::{Ledger, Mutex};
    use runtime::sync::PoisonError;

    // ANCHOR: start
    pub(super) fn sum(ledger: &Mutex<Ledger>) -> u32 {
        let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.sum // Is it?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Ledger, Mutex};

    // ANCHOR: solution
    pub(super) fn sum(ledger: &Mutex<Ledger>) -> u32 {
        match ledger.lock() {
            Ok(guard) => guard.sum,
            Err(poisoned) => {
                let mut guard = poisoned.into_inner();
                guard.sum = guard.entries.iter().sum();
                ledger.clear_poison();
                guard.sum
            }
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::sum);
}

pub(super) fn check_solution() {
    check(solution::sum);
}

/// The second entry breaks off in the middle.
fn check(sum: fn(&Mutex<Ledger>) -> u32) {
    runtime::run(move || {
        let ledger: &Mutex<Ledger> = Box::leak(Box::default());
        for entry in [1, 100, 2] {
            let add = move || {
                let mut guard = ledger.lock().unwrap();
                guard.add(entry);
            };
            let ended = thread::spawn(add).join();
            assert_eq!(ended.is_err(), entry == 100);
            if entry == 100 {
                assert_eq!(sum(ledger), 101);
            }
        }
        assert_eq!(sum(ledger), 103);
        assert!(!ledger.is_poisoned());
    });
}
