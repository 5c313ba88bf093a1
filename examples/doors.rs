//! No section of "파이썬 쓰레드" by tiaz0128, where all threads are the system's
//! own: an OS thread feeds a runtime through a `Handle`.
//!
//! Look at: each guest is a green thread of main's runtime, while the one that
//! sent it waits in `join`. Between two guests nobody is ready, and the loop
//! sleeps in the operating system: without the door, that would be a deadlock.

use runtime::Handle;
use runtime::thread::{self, Builder, Thread};

fn square(number: u64) -> u64 {
    println!("{} : runs", thread::current());
    number * number
}

/// Sends five jobs, each when the one before is done.
fn feed(door: Handle, main_thread: Thread) {
    for number in 1..=5 {
        let guest = Builder::new().name(format!("guest {number}"));
        let guest = guest.spawn_on(&door, move || square(number)).unwrap();
        let square = guest.join().unwrap();
        println!("outside : the square of {number} is {square}");
    }
    // While the door is open: it closes at the end of this function.
    main_thread.unpark();
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let (door, main_thread) = (Handle::current(), thread::current());
        let outside = std::thread::spawn(move || feed(door, main_thread));
        println!("MainThread : waits, and there is nobody else");
        thread::park();
        outside.join().unwrap();
        println!("MainThread : done");
    });
}
