//! "파이썬 쓰레드" by tiaz0128, section '쓰레드의 동시성(Concurrency)': two threads
//! take turns on one CPU.
//!
//! Look at: `MainThread Done` stands among the numbers. In the article the
//! operating system takes the CPU away from a thread, each time at another
//! place. A green thread gives it up, at the same place each time: where it
//! says `yield_now`.

use runtime::thread;

// ANCHOR: concurrency
fn print_numbers(up_to: u32) {
    for number in 1..=up_to {
        println!("Sub Thread : {number}");
        thread::yield_now();
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let thread1 = thread::create_with(print_numbers, (100,));
        thread1.start().unwrap();
        thread::yield_now();
        println!("MainThread Done");
    });
}
// ANCHOR_END: concurrency
