//! Two threads have two stacks if both are in the middle of something.

use std::ptr::from_ref;

use runtime::thread;

/// What the reader begins with.
mod start {
    use super::{from_ref, thread};

    // ANCHOR: start
    fn address_of_a_local() -> usize {
        let local = 0;
        from_ref(&local).addr()
    }

    pub(super) fn apart() -> [usize; 2] {
        let threads = [(); 2].map(|()| thread::spawn(address_of_a_local));
        threads.map(|thread| thread.join().unwrap())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{from_ref, thread};

    // ANCHOR: solution
    fn address_of_a_local() -> usize {
        let local = 0;
        thread::yield_now();
        from_ref(&local).addr()
    }

    pub(super) fn apart() -> [usize; 2] {
        let threads = [(); 2].map(|()| thread::spawn(address_of_a_local));
        threads.map(|thread| thread.join().unwrap())
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::apart);
}

pub(super) fn check_solution() {
    check(solution::apart);
}

/// The addresses are on two stacks, of which none is smaller than 64 KiB.
fn check(apart: fn() -> [usize; 2]) {
    let [one, other] = runtime::run(apart);
    assert!(one.abs_diff(other) >= 64 * 1024, "{one:#x} and {other:#x}");
}
