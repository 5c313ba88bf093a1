//! "파이썬 쓰레드" by tiaz0128, sections '쓰레드의 자원 공유' and '더 해보기': what
//! happens to shared memory without a mutex.
//!
//! Look at: each thread reads the counter, gives up the CPU, and writes what it
//! has read plus one, over what the other has written meanwhile. Without the
//! `yield_now` nothing is lost, as nobody takes the CPU away from a green thread.

use std::cell::Cell;
use std::rc::Rc;

use runtime::thread;

const UPDATES: u32 = 100;

fn count(counter: Rc<Cell<u32>>) {
    for _ in 0..UPDATES {
        let read = counter.get();
        thread::yield_now();
        counter.set(read + 1);
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let counter = Rc::new(Cell::new(0));
        let threads = [1, 2].map(|_| {
            let args = (Rc::clone(&counter),);
            let thread = thread::create_with(count, args);
            thread.start().unwrap();
            thread
        });
        for thread in threads {
            thread.join().unwrap();
        }

        let made = 2 * UPDATES;
        let lost = made - counter.get();
        println!("2 threads made {made} updates, and {lost} of them were lost");
    });
}
