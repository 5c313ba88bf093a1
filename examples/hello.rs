//! "파이썬 쓰레드" by tiaz0128, section 'threading 모듈': a thread is made of a
//! function and its arguments.
//!
//! Look at: `create_with` takes what Python calls `target` and `args`, and
//! `start` makes the thread ready. It runs when the main thread has ended, and
//! the runtime waits for it. To see that, here and in every other example:
//!
//! ```text
//! RUST_LOG=switch=trace cargo run --example hello
//! ```

use runtime::thread;

// ANCHOR: hello
fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let thread = thread::create_with(|x: &str| println!("Hello, {x}"), ("Thread",));
        thread.start().unwrap();
    });
}
// ANCHOR_END: hello
