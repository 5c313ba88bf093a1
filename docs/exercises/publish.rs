//! To write something, and to read it in peace.

use std::cell::Cell;

use runtime::sync::RwLock;
use runtime::thread;

/// What the reader begins with.
mod start {
    use super::RwLock;

    // ANCHOR: start
    pub(super) fn publish(board: &RwLock<u32>, change: &dyn Fn(&mut u32), show: &dyn Fn(u32)) {
        let mut number = board.write().unwrap();
        change(&mut number);
        drop(number);
        show(*board.read().unwrap());
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::RwLock;
    use runtime::sync::RwLockWriteGuard;

    // ANCHOR: solution
    pub(super) fn publish(board: &RwLock<u32>, change: &dyn Fn(&mut u32), show: &dyn Fn(u32)) {
        let mut number = board.write().unwrap();
        change(&mut number);
        let number = RwLockWriteGuard::downgrade(number);
        show(*number);
    }
    // ANCHOR_END: solution
}

type Publish = fn(&RwLock<u32>, &dyn Fn(&mut u32), &dyn Fn(u32));

pub(super) fn check_start() {
    check(start::publish);
}

pub(super) fn check_solution() {
    check(solution::publish);
}

/// Three who publish, and one who reads as often as it can.
fn check(publish: Publish) {
    runtime::run(move || {
        let (board, read_along) = (RwLock::new(0), Cell::new(0));
        let showing = Cell::new(false);
        thread::scope(|scope| {
            for mine in 1..=3 {
                let (board, showing) = (&board, &showing);
                scope.spawn(move || {
                    let change = |number: &mut u32| {
                        thread::yield_now();
                        *number = mine;
                    };
                    let show = |number| {
                        showing.set(true);
                        (0..3).for_each(|_| thread::yield_now());
                        showing.set(false);
                        assert_eq!(number, mine);
                    };
                    publish(board, &change, &show);
                });
            }
            for _ in 0..9 {
                let number = board.read().unwrap();
                if showing.get() {
                    read_along.set(read_along.get() + 1);
                }
                drop(number);
                thread::yield_now();
            }
        });
        assert!(read_along.get() > 0, "others may read along");
    });
}
