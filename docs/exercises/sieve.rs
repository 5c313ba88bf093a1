//! Primes, found by a row of threads: one for each prime, with a channel to the next.

use runtime::sync::mpsc::{Receiver, channel};
use runtime::thread;

/// What the reader begins with.
mod start {
    use super::Receiver;

    /// The numbers that come in, without the multiples of `prime`.
    // ANCHOR: start
    pub(super) fn without(prime: u32, numbers: Receiver<u32>) -> Receiver<u32> {
        let _ = prime;
        numbers // All of them?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Receiver, channel, thread};

    /// The numbers that come in, without the multiples of `prime`.
    // ANCHOR: solution
    pub(super) fn without(prime: u32, numbers: Receiver<u32>) -> Receiver<u32> {
        let (sender, rest) = channel();
        thread::spawn(move || {
            for number in numbers.iter().filter(|number| number % prime != 0) {
                if sender.send(number).is_err() {
                    break;
                }
            }
        });
        rest
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::without);
}

pub(super) fn check_solution() {
    check(solution::without);
}

/// Puts a filter behind each prime that comes out.
fn check(without: fn(u32, Receiver<u32>) -> Receiver<u32>) {
    runtime::run(move || {
        let (sender, mut numbers) = channel();
        thread::spawn(move || (2..50).for_each(|number| sender.send(number).unwrap()));
        let mut primes = Vec::new();
        while let Ok(prime) = numbers.recv() {
            primes.push(prime);
            numbers = without(prime, numbers);
        }
        assert_eq!(
            primes,
            [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
        );
    });
}
