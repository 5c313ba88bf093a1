//! A channel that somebody holds open.

use runtime::{Builder, Clock, RunError};

/// What the reader begins with.
mod start {
    use runtime::sync::mpsc;
    use runtime::thread;

    // ANCHOR: start
    /// The squares of all these numbers, in whatever order the threads send them.
    pub(super) fn squares(numbers: Vec<u64>) -> Vec<u64> {
        let (sender, receiver) = mpsc::channel();
        for number in numbers {
            let sender = sender.clone();
            drop(thread::spawn(move || sender.send(number * number)));
        }
        receiver.iter().collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use runtime::sync::mpsc;
    use runtime::thread;

    // ANCHOR: solution
    pub(super) fn squares(numbers: Vec<u64>) -> Vec<u64> {
        let (sender, receiver) = mpsc::channel();
        for number in numbers {
            let sender = sender.clone();
            drop(thread::spawn(move || sender.send(number * number)));
        }
        // Each thread has a sender of its own; this one nobody needs.
        drop(sender);
        receiver.iter().collect()
    }
    // ANCHOR_END: solution
}

type Squares = fn(Vec<u64>) -> Vec<u64>;

pub(super) fn check_start() {
    check(start::squares);
}

pub(super) fn check_solution() {
    check(solution::squares);
}

fn check(squares: Squares) {
    for numbers in [vec![], vec![3], vec![1, 2, 3, 4]] {
        let expected: Vec<u64> = numbers.iter().map(|number| number * number).collect();
        let builder = Builder::new().clock(Clock::Virtual);
        match builder.run(move || squares(numbers)) {
            Ok(mut found) => {
                found.sort();
                assert_eq!(found, expected);
            }
            Err(RunError::Deadlock(deadlock)) => panic!("{deadlock}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}
