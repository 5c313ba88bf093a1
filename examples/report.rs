//! What the runtime can tell of a run while it runs: who there is, who had the CPU when,
//! and how long each had to wait.
//!
//! Look at: `eater`, which computes without a pause, and at how long `typist` is ready
//! meanwhile and has no CPU.

use std::time::Duration;

use runtime::schedule::Unit;
use runtime::thread::{self, Builder, JoinHandle};
use runtime::{Clock, report};

/// A checkpoint takes a microsecond of a time that is counted.
fn compute(micros: u32) {
    (0..micros).for_each(|_| thread::checkpoint());
}

fn typist() {
    for _ in 0..3 {
        compute(10);
        thread::sleep(Duration::from_micros(10));
    }
}

fn eater() {
    println!("{}", report::ps());
    compute(40);
}

fn start(name: &str, work: fn()) -> JoinHandle<()> {
    Builder::new().name(name.into()).spawn(work).unwrap()
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    let runtime = runtime::Builder::new().clock(Clock::Counted);
    let ran = runtime.keep_history().run(|| {
        let threads = [start("typist", typist), start("eater", eater)];
        for thread in threads {
            thread.join().unwrap();
        }
        println!("{}", report::gantt().unwrap());
        println!("{}", report::metrics().unwrap().text(Unit::Micros));
    });
    ran.unwrap();
}
