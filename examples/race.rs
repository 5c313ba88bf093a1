//! "파이썬 쓰레드" by tiaz0128, sections '쓰레드의 자원 공유' and '더 해보기': what
//! happens to shared memory without a mutex, and with one.
//!
//! Look at: each thread reads the counter, gives up the CPU, and writes what it
//! has read plus one, over what the other has written meanwhile. With the mutex
//! it gives up the CPU as well, and the other waits in `lock`. Without the
//! `yield_now` nothing would be lost in either case, as nobody takes the CPU away
//! from a green thread: a race needs a switch between the read and the write.

use std::cell::Cell;
use std::rc::Rc;

use runtime::sync::Mutex;
use runtime::thread;

const UPDATES: u32 = 100;

fn racing(counter: Rc<Cell<u32>>) {
    for _ in 0..UPDATES {
        let read = counter.get();
        thread::yield_now();
        counter.set(read + 1);
    }
}

fn mended(counter: Rc<Mutex<u32>>) {
    for _ in 0..UPDATES {
        let mut counter = counter.lock().unwrap();
        let read = *counter;
        thread::yield_now();
        *counter = read + 1;
    }
}

/// Two threads that call `count` with `counter`.
fn run_two<T: 'static>(count: fn(Rc<T>), counter: &Rc<T>) {
    let threads = [1, 2].map(|_| {
        let args = (Rc::clone(counter),);
        let thread = thread::create_with(count, args);
        thread.start().unwrap();
        thread
    });
    for thread in threads {
        thread.join().unwrap();
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let made = 2 * UPDATES;
        let counter = Rc::new(Cell::new(0));
        run_two(racing, &counter);
        let lost = made - counter.get();
        println!("without a mutex: 2 threads made {made} updates, and {lost} were lost");

        let counter = Rc::new(Mutex::new(0));
        run_two(mended, &counter);
        let lost = made - *counter.lock().unwrap();
        println!("with a mutex   : 2 threads made {made} updates, and {lost} were lost");
    });
}
