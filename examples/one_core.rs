//! A lock belongs to one runtime at a time, the first that uses it.
//!
//! Look at: who may add, outside and in one run after the other, and who is refused: a
//! runtime on another OS thread, as long as the first one has not ended.

use runtime::error::SyncError;
use runtime::sync::Mutex;
use runtime::thread;

static COUNTER: Mutex<u32> = Mutex::named("counter", 0);

fn add() -> u32 {
    let mut counter = COUNTER.lock().unwrap();
    *counter += 1;
    *counter
}

/// Calls `add` in a runtime of its own, on an OS thread of its own.
fn add_elsewhere() -> String {
    let run = || {
        // The runtime says what it refuses. That is enough.
        runtime::set_excepthook(|_, _| ());
        match thread::spawn(add).join() {
            Ok(number) => number.to_string(),
            Err(reason) => {
                let error: Box<SyncError> = reason.downcast().unwrap();
                format!("refused, {:?}", error.why)
            }
        }
    };
    let elsewhere = std::thread::spawn(move || runtime::run(run));
    elsewhere.join().unwrap()
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    println!("outside: {}", add());
    runtime::run(|| println!("in a run: {}", add()));
    runtime::run(|| {
        println!("in the next one: {}", add());
        println!("elsewhere meanwhile: {}", add_elsewhere());
    });
    println!("elsewhere after that: {}", add_elsewhere());
}
