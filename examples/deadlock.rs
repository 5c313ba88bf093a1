//! Two locks, taken in opposite order: the classic deadlock, and what becomes of
//! it here.
//!
//! Look at: A has the left lock and waits for the right one; B has the right one
//! and asks for the left. That call would close a ring of waits, none of which
//! could ever end, so it is refused, with the ring in words. B unwinds and lets
//! go, and A goes on. It finds the right lock poisoned, because B has panicked
//! with it in its hands; here it does not mind.

use runtime::error::SyncError;
use runtime::sync::{Mutex, PoisonError};
use runtime::thread::{self, Builder};

static LEFT: Mutex<u32> = Mutex::named("left", 0);
static RIGHT: Mutex<u32> = Mutex::named("right", 0);

fn take(first: &Mutex<u32>, second: &Mutex<u32>) {
    let _first = first.lock().unwrap();
    thread::yield_now();
    let _second = second.lock().unwrap_or_else(PoisonError::into_inner);
    println!("{} : has both", thread::current());
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let named = |name: &str| Builder::new().name(name.into());
        let a = named("A").spawn(|| take(&LEFT, &RIGHT)).unwrap();
        let b = named("B").spawn(|| take(&RIGHT, &LEFT)).unwrap();
        for thread in [a, b] {
            let name = thread.thread().to_string();
            match thread.join() {
                Ok(()) => println!("{name} : came to its end"),
                Err(payload) => {
                    let error: &SyncError = payload.downcast_ref().expect("it was refused");
                    println!("{name} : {error}");
                }
            }
        }
        println!("left is poisoned: {}", LEFT.is_poisoned());
        println!("right is poisoned: {}", RIGHT.is_poisoned());
    });
}
