//! How deep a thread can call is a matter of its stack: here is a function that calls
//! itself, with a large frame each time.
//!
//! Look at: what is said with `RUNTIME_STACK_SIZE=64K`, in a debug build, about whose
//! stack it was and where that thread was made.

use std::hint::black_box;

use runtime::thread::Builder;

/// The sum of the numbers up to `level`, by one call in another, each of which has 1 KiB
/// of the stack at least.
fn sum(level: u64) -> u64 {
    let frame = black_box([level; 128]);
    match level {
        0 => 0,
        _ => sum(level - 1) + black_box(frame)[127],
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let adder = Builder::new().name("adder".into());
        let adder = adder.spawn(|| sum(24)).unwrap();
        println!("the sum of the numbers up to 24: {}", adder.join().unwrap());
    });
}
