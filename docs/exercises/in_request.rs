//! A thread-local that has a value for a while, and then the old one again.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use runtime::{Builder, Clock, thread};

runtime::thread_local! {
    inherited static REQUEST: Cell<u32> = const { Cell::new(0) };
}

/// What the reader begins with.
mod start {
    use super::REQUEST;

    // ANCHOR: start
    // While `work` runs, this thread, and those that it makes, are in that request.
    pub(super) fn in_request(number: u32, work: Box<dyn FnOnce()>) {
        REQUEST.set(number);
        work();
        REQUEST.set(0);
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::REQUEST;

    // ANCHOR: solution
    struct Back(u32);

    impl Drop for Back {
        fn drop(&mut self) {
            REQUEST.set(self.0);
        }
    }

    pub(super) fn in_request(number: u32, work: Box<dyn FnOnce()>) {
        let _back = Back(REQUEST.replace(number));
        work();
    }
    // ANCHOR_END: solution
}

type InRequest = fn(u32, Box<dyn FnOnce()>);

pub(super) fn check_start() {
    check(start::in_request);
}

pub(super) fn check_solution() {
    check(solution::in_request);
}

fn is_in(number: u32) {
    assert_eq!(REQUEST.get(), number);
}

fn check(in_request: InRequest) {
    let main = move || {
        is_in(0);
        in_request(1, Box::new(|| is_in(1)));
        is_in(0);
        // Others have requests of their own, at the same time.
        let other = thread::spawn(move || {
            let waits = || {
                is_in(2);
                thread::sleep(Duration::from_secs(1));
                is_in(2);
            };
            in_request(2, Box::new(waits));
            is_in(0);
        });
        thread::yield_now();
        is_in(0);
        // One in the other, and a thread that is made there and ends later.
        let nested = move || {
            in_request(4, Box::new(|| is_in(4)));
            is_in(3);
            thread::spawn(|| {
                thread::sleep(Duration::from_secs(1));
                is_in(3);
            });
        };
        in_request(3, Box::new(nested));
        is_in(0);
        other.join().expect("it was in its own requests");
        // Whatever becomes of the work.
        let breaks = || in_request(5, Box::new(|| resume_unwind(Box::new("it breaks"))));
        catch_unwind(AssertUnwindSafe(breaks)).expect_err("the panic comes through");
        is_in(0);
    };
    let builder = Builder::new().clock(Clock::Virtual);
    builder.run(main).expect("it comes to its end");
}
