//! "파이썬 쓰레드" by tiaz0128, section 'join 메서드': one thread waits for the end
//! of another.
//!
//! Look at: `MainThread Done` comes last. `RUST_LOG=switch=trace` shows why:
//! the main thread is blocked (arrow 4) until the sub thread's exit (6) wakes
//! it (5). Without the join it would come first: the sub thread is ready, but
//! the main thread has the CPU.

use runtime::thread;

fn print_numbers(up_to: u32) {
    for number in 1..=up_to {
        println!("Sub Thread : {number}");
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let sub_thread = thread::create_with(print_numbers, (100,));
        sub_thread.start().unwrap();
        sub_thread.join().unwrap();

        println!("MainThread Done");
    });
}
