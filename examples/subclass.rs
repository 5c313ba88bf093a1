//! "파이썬 쓰레드" by tiaz0128, section 'threading.Thread 상속 클래스': a thread is
//! made of a type that says what to run.
//!
//! Look at: Rust has no classes to inherit from. `MyThread` implements the
//! trait `Run` instead, and asks `current` for the name that the thread was
//! given.

use runtime::thread::{self, Builder, Run};

// ANCHOR: subclass
struct MyThread;

impl Run for MyThread {
    type Output = ();

    fn run(self) {
        println!("Hello, {}", thread::current());
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let thread = Builder::new()
            .name("MyThread".into())
            .create(MyThread)
            .unwrap();
        thread.start().unwrap();
    });
}
// ANCHOR_END: subclass
