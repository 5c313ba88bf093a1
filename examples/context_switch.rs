//! "파이썬 쓰레드" by tiaz0128, sections 'PCB(Process Control Block)' and '컨텍스트
//! 스위칭(context switching)': what is kept of a thread that gives up the CPU.
//!
//! Look at: the table of PCBs before and after a switch. Whoever runs has its
//! registers in the CPU. When the main thread gives it up they are put on its
//! stack, and its PCB says where that is (`sp`), and at which line the thread
//! goes on (`at`). The worker has no stack before its first turn.

use runtime::report;
use runtime::thread::{self, Builder};

fn work() {
    println!("after the switch to the worker:\n{}", report::ps());
    thread::yield_now();
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let worker = Builder::new().name("worker".into()).create(work).unwrap();
        worker.start().unwrap();

        println!("before the switch:\n{}", report::ps());
        thread::yield_now();
        println!("after the switch back:\n{}", report::ps());
    });
}
