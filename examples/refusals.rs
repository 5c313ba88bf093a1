//! No section of "파이썬 쓰레드" by tiaz0128: what the runtime refuses, and how.
//!
//! Look at: where the signature has room for an error, it is one. Where std's signature has
//! none, the call panics, and the error is what it panics with. The line that begins with
//! `runtime:` is written before that, because std's hook cannot print such a payload.

use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime::error::SyncError;
use runtime::sync::{BoundedSemaphore, Lock, Mutex};
use runtime::thread::{self, Builder};

static SEATS: BoundedSemaphore = BoundedSemaphore::named("seats", 2);
static DOOR: Lock = Lock::named("door");
static PAPER: Mutex<()> = Mutex::named("paper", ());

fn main() {
    env_logger::builder().format_timestamp(None).init();
    // Not std's report: it has the OS thread's number in it.
    runtime::set_excepthook(|thread, _| eprintln!("{thread} panics"));
    runtime::run(|| {
        let late = thread::create(|| ());
        println!("join    : {}", late.thread().join().unwrap_err());
        late.start().unwrap();
        println!("start   : {}", late.start().unwrap_err());
        let named = Builder::new().name("nul\0".into());
        println!("spawn   : {}", named.spawn(|| ()).unwrap_err());
        println!("release : {}", SEATS.release().unwrap_err());
        println!("release : {}", DOOR.release().unwrap_err());

        let _guard = PAPER.lock().unwrap();
        let again = AssertUnwindSafe(|| drop(PAPER.lock()));
        let payload = catch_unwind(again).unwrap_err();
        let error: &SyncError = payload.downcast_ref().unwrap();
        println!("lock    : {} {:?}", error.object, error.why);
    });
}
