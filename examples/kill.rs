//! No section of "파이썬 쓰레드" by tiaz0128: a thread that panics, and one that is killed.
//!
//! Look at: both unwind, each on its own stack, and drop what they had there. The main
//! thread goes on, and learns from `join` what came of them. The hook hears of the panic
//! only: a kill is none. `RUST_LOG=switch=trace` shows by which arrows the killed one went.

use std::time::Duration;

use runtime::thread::{self, Killed};

struct Lamp;

impl Drop for Lamp {
    fn drop(&mut self) {
        println!("{} : puts out its lamp", thread::current());
    }
}

fn reads_on() {
    let _lamp = Lamp;
    panic!("no page left");
}

fn sleeps() {
    let _lamp = Lamp;
    thread::sleep(Duration::from_secs(3600));
    println!("{} : was not woken", thread::current());
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::set_excepthook(|thread, info| {
        let why = info.payload().downcast_ref::<&str>();
        println!("{thread} : panics, {}", why.unwrap());
    });
    runtime::run(|| {
        let (reads_on, sleeps) = (thread::spawn(reads_on), thread::spawn(sleeps));
        thread::yield_now();

        let payload = reads_on.join().unwrap_err();
        println!("MainThread : joins, {:?}", payload.downcast_ref::<&str>());

        sleeps.thread().kill();
        let payload = sleeps.join().unwrap_err();
        println!("MainThread : joins, {:?}", payload.downcast_ref::<Killed>());
    });
}
