//! "파이썬 쓰레드" by tiaz0128, section '현재 쓰레드 정보': each thread says its name
//! and its ident.
//!
//! Look at: one function, run by two threads, and `current` tells them apart.
//! A thread that is given no name is called `Thread-number (function)`. An
//! ident is a small number that no other thread ever gets; CPython's is a long
//! one, and the next thread may get it again.

use runtime::thread;

// ANCHOR: current_thread
fn sub_thread() {
    let me = thread::current();
    println!("{me} : {}", me.ident());
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let thread1 = thread::create(sub_thread);
        let thread2 = thread::create(sub_thread);

        thread1.start().unwrap();
        thread2.start().unwrap();
        // Python need not say this: there the CPU is taken away.
        thread::yield_now();

        println!("{} Done", thread::current());
    });
}
// ANCHOR_END: current_thread
