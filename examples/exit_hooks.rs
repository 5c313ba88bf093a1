//! No section of "파이썬 쓰레드" by tiaz0128, but Python's `atexit`: what happens between the
//! end of main and the end of the program.
//!
//! Look at: the order. The sub thread is no daemon, so the program waits for it. Then the
//! hooks run, the last one registered first, and the daemon may still help them. Then the
//! daemon is killed: it unwinds, so what it has on its stack is dropped.

use std::time::Duration;

use runtime::thread::{self, Builder};

const SECOND: Duration = Duration::from_secs(1);

struct Pen;

impl Drop for Pen {
    fn drop(&mut self) {
        println!("{} : puts down its pen", thread::current());
    }
}

fn writer() {
    let _pen = Pen;
    loop {
        println!("{} : writes", thread::current());
        thread::sleep(SECOND);
    }
}

fn say(word: &str) {
    println!("{} : {word}", thread::current());
}

fn save() {
    say("saves");
    thread::sleep(SECOND);
    say("saved");
}

fn goodbye() {
    say("goodbye");
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        Builder::new().daemon(true).spawn(writer).unwrap();
        runtime::at_exit(goodbye).unwrap();
        runtime::at_exit(save).unwrap();
        thread::spawn(|| {
            thread::sleep(SECOND);
            println!("a sub thread : has ended");
        });
        say("has ended");
    });
}
