//! No section of "파이썬 쓰레드" by tiaz0128, but Python's `threading.local`: a variable of
//! which each thread has its own.
//!
//! Look at: `STDS` belongs to the OS thread, so both threads count in the same one. `OWN`
//! belongs to the green thread. And `REQUEST` is inherited: each thread begins with what
//! its maker had when it made it.

use std::cell::Cell;

use runtime::thread;

std::thread_local! {
    static STDS: Cell<u32> = const { Cell::new(0) };
}

runtime::thread_local! {
    static OWN: Cell<u32> = const { Cell::new(0) };
    inherited static REQUEST: Cell<u32> = const { Cell::new(0) };
}

fn work() {
    for _ in 0..3 {
        STDS.set(STDS.get() + 1);
        OWN.set(OWN.get() + 1);
        println!(
            "{} : request {}, own {}, std's {}",
            thread::current(),
            REQUEST.get(),
            OWN.get(),
            STDS.get(),
        );
        thread::yield_now();
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        for request in [7, 8] {
            REQUEST.set(request);
            thread::spawn(work);
        }
    });
}
