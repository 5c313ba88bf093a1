//! A value that is made once, by a function that may fail.

use std::cell::Cell;

use runtime::sync::{Mutex, OnceLock};
use runtime::thread;

#[derive(Default)]
struct Slow {
    value: OnceLock<u32>,
    making: Mutex<()>,
}

/// What the reader begins with.
mod start {
    use super::Slow;

    // ANCHOR: start
    pub(super) fn get(slow: &Slow, make: &dyn Fn() -> Result<u32, String>) -> Result<u32, String> {
        let value = match slow.value.get() {
            Some(value) => *value,
            None => make()?,
        };
        Ok(*slow.value.get_or_init(|| value))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Slow;

    // ANCHOR: solution
    pub(super) fn get(slow: &Slow, make: &dyn Fn() -> Result<u32, String>) -> Result<u32, String> {
        if let Some(value) = slow.value.get() {
            return Ok(*value);
        }
        let _making = slow.making.lock();
        if let Some(value) = slow.value.get() {
            return Ok(*value);
        }
        let value = make()?;
        Ok(*slow.value.get_or_init(|| value))
    }
    // ANCHOR_END: solution
}

type Get = fn(&Slow, &dyn Fn() -> Result<u32, String>) -> Result<u32, String>;

pub(super) fn check_start() {
    check(start::get);
}

pub(super) fn check_solution() {
    check(solution::get);
}

/// The first two attempts fail, the third one succeeds, and there is no fourth one.
fn check(get: Get) {
    runtime::run(move || {
        let (slow, made) = (Slow::default(), Cell::new(0));
        let make = || {
            made.set(made.get() + 1);
            thread::yield_now();
            match made.get() {
                3 => Ok(3),
                number => Err(format!("attempt {number}")),
            }
        };
        thread::scope(|scope| {
            let get = || get(&slow, &make);
            let threads = [(); 6].map(|()| scope.spawn(get));
            let results = threads.map(|thread| thread.join().unwrap());
            assert_eq!(results[..2], [1, 2].map(|n| Err(format!("attempt {n}"))));
            assert_eq!(results[2..], [const { Ok(3) }; 4]);
        });
        assert_eq!(made.get(), 3);
    });
}
