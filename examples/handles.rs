//! No section of "파이썬 쓰레드" by tiaz0128: what an OS thread does with handles to green
//! threads of a runtime that is not its own.
//!
//! Look at: it starts one thread and joins it, lets go of the last handle of another, and
//! lets the main thread go on. All of it happens in the runtime's own OS thread, with the
//! next turn: `RUST_LOG=switch=trace` shows the arrows, among them 0, discard.

use runtime::Handle;
use runtime::thread::{self, Builder, JoinHandle, Thread};

fn outside(early: JoinHandle<u64>, never: JoinHandle<u64>, main_thread: Thread, door: Handle) {
    println!(
        "outside : {} is alive: {}",
        early.thread(),
        early.is_alive()
    );
    early.start().unwrap();
    println!("outside : its ident is {}", early.join().unwrap());
    drop(never);
    main_thread.unpark();
    drop(door);
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let named = |name: &str| Builder::new().name(name.into());
        let early = named("early").create(|| thread::current().ident()).unwrap();
        let never = named("never").create(|| thread::current().ident()).unwrap();
        let (main_thread, door) = (thread::current(), Handle::current());
        let os_thread = std::thread::spawn(|| outside(early, never, main_thread, door));
        thread::park();
        os_thread.join().unwrap();
    });
}
