//! "파이썬 쓰레드" by tiaz0128, section '데몬(daemon) 쓰레드': a thread that ends
//! when the main thread does.
//!
//! Look at: the daemon's loop has no end, and yet the program has one. The
//! runtime does not wait for a daemon: it kills it in its sleep. The article's
//! daemon says one thing more than this one. In CPython it is a race whether
//! it does. With `RUNTIME_CLOCK=virtual` the three seconds take no time.

use std::time::Duration;

use runtime::thread::{self, Builder};

fn background_task() {
    loop {
        println!("Daemon thread is running...");
        thread::sleep(Duration::from_secs(1));
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let daemon_thread = Builder::new().daemon(true).create(background_task).unwrap();
        daemon_thread.start().unwrap();

        println!("Main thread is running...");
        thread::sleep(Duration::from_secs(3));
        println!("Main thread is ending...");
    });
}
