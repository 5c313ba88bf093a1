//! "파이썬 쓰레드" by tiaz0128, section '더 해보기': a mutex, and the line before it.
//!
//! Look at: all three want the lock at once. Whoever lets go hands it to the
//! one that has waited longest, so the turns go round; and in the trace, nobody
//! that waits for the lock is dispatched before it has it.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::Mutex;
use runtime::thread::{self, Builder};

/// Writes down who was there, twice.
fn sign(book: Rc<Mutex<Vec<String>>>) {
    for turn in 1..=2 {
        let mut book = book.lock().unwrap();
        println!("{} : has the book", thread::current());
        thread::sleep(Duration::from_millis(10));
        book.push(format!("{} {turn}", thread::current()));
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let book = Rc::new(Mutex::named("book", Vec::new()));
        let threads = ["A", "B", "C"].map(|name| {
            let builder = Builder::new().name(name.into());
            let thread = builder.create_with(sign, (Rc::clone(&book),)).unwrap();
            thread.start().unwrap();
            thread
        });
        for thread in threads {
            thread.join().unwrap();
        }
        println!("{}", book.lock().unwrap().join(", "));
    });
}
