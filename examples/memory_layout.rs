//! "파이썬 쓰레드" by tiaz0128, section '쓰레드의 자원 공유': threads share code, data
//! and heap, and each has a stack of its own.
//!
//! Look at: the local variable. Both threads run the same line of the same
//! function, and yet each has the variable at another address.

use std::ptr::from_ref;
use std::rc::Rc;
use std::sync::atomic::AtomicU32;

use runtime::thread;

static GLOBAL: AtomicU32 = AtomicU32::new(0);

/// Where the thread that asks finds something in each section of the memory.
fn look_around(shared: Rc<u32>) -> [(&'static str, usize); 4] {
    let local = 0;
    let found = [
        ("code:  a function", (look_around as *const ()).addr()),
        ("data:  a static variable", from_ref(&GLOBAL).addr()),
        ("heap:  a number in an Rc", Rc::as_ptr(&shared).addr()),
        ("stack: a local variable", from_ref(&local).addr()),
    ];
    // So that both are here at the same time: a stack that is free is used again.
    thread::yield_now();
    found
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let shared = Rc::new(0);
        let threads = [1, 2].map(|_| {
            let args = (Rc::clone(&shared),);
            let thread = thread::create_with(look_around, args);
            thread.start().unwrap();
            thread
        });
        let [found1, found2] = threads.map(|thread| thread.join().unwrap());

        println!("same address in both threads?");
        for ((what, a), (_, b)) in found1.into_iter().zip(found2) {
            println!("{what:<24}  {}", if a == b { "yes" } else { "no" });
        }
    });
}
