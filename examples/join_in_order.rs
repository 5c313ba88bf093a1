//! "파이썬 쓰레드" by tiaz0128, section 'join 메서드', its second program: two
//! threads run one after the other.
//!
//! Look at: the numbers of the two threads never mix, although both yield
//! after each number. When `thread1` yields, nobody else is ready: the main
//! thread waits for it, and `thread2` was not started.

use runtime::thread;

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
        let thread2 = thread::create_with(print_numbers, (100,));

        thread1.start().unwrap();
        thread1.join().unwrap();

        thread2.start().unwrap();
        thread2.join().unwrap();
        println!("MainThread Done");
    });
}
