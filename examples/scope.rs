//! No section of "파이썬 쓰레드" by tiaz0128: threads that borrow from the one that starts
//! them.
//!
//! Look at: the sub threads use `numbers` and `lines`, which are on the main thread's
//! stack, with no `Rc` and no `move`. They may, because the scope does not end before they
//! have: nobody joins them, and the main thread waits all the same (arrow 4).

use runtime::thread;

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let numbers = [1, 2, 3, 4, 5, 6];
        let mut lines = Vec::new();

        thread::scope(|scope| {
            scope.spawn(|| {
                let sum: u32 = numbers.iter().sum();
                println!("{} : the sum of {numbers:?} is {sum}", thread::current());
            });
            scope.spawn(|| {
                thread::yield_now();
                lines.push(format!("{} was here", thread::current()));
            });
            println!("{} : has nothing more to do here", thread::current());
        });

        println!("{} : {lines:?}", thread::current());
    });
}
