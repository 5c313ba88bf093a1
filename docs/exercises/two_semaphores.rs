//! A buffer of so many places, made of two semaphores.

use std::cell::RefCell;
use std::collections::VecDeque;

use runtime::sync::Semaphore;
use runtime::thread;

struct Buffer {
    items: RefCell<VecDeque<u32>>,
    places: Semaphore,
    filled: Semaphore,
}

/// What the reader begins with.
mod start {
    use super::Buffer;

    // ANCHOR: start
    pub(super) fn put(buffer: &Buffer, item: u32) {
        let _place = buffer.places.acquire();
        buffer.items.borrow_mut().push_back(item);
        buffer.filled.release();
    }

    pub(super) fn take(buffer: &Buffer) -> u32 {
        let _filled = buffer.filled.acquire();
        let item = buffer.items.borrow_mut().pop_front();
        item.expect("one is filled")
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Buffer;

    // ANCHOR: solution
    pub(super) fn put(buffer: &Buffer, item: u32) {
        buffer.places.acquire().forget();
        buffer.items.borrow_mut().push_back(item);
        buffer.filled.release();
    }

    pub(super) fn take(buffer: &Buffer) -> u32 {
        buffer.filled.acquire().forget();
        let item = buffer.items.borrow_mut().pop_front();
        buffer.places.release();
        item.expect("one is filled")
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::put, start::take);
}

pub(super) fn check_solution() {
    check(solution::put, solution::take);
}

/// A fast producer and a slow consumer. There are never more items than places.
fn check(put: fn(&Buffer, u32), take: fn(&Buffer) -> u32) {
    runtime::run(move || {
        let buffer = Buffer {
            items: RefCell::default(),
            places: Semaphore::new(3),
            filled: Semaphore::new(0),
        };
        thread::scope(|scope| {
            scope.spawn(|| (0..10).for_each(|item| put(&buffer, item)));
            let mut most = 0;
            for item in 0..10 {
                (0..5).for_each(|_| thread::yield_now());
                most = most.max(buffer.items.borrow().len());
                assert_eq!(take(&buffer), item);
            }
            assert_eq!(most, 3);
        });
    });
}
