//! A condition: to wait until something is so, without asking again and again.
//!
//! Look at: the waiting thread gives the lock back while it waits, or nobody
//! could fill the box. In the trace it is woken twice by the condition, and waits
//! again after the first time: a condition says only that something has changed.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::{Condvar, Mutex};
use runtime::thread::{self, Builder};

struct Letterbox {
    letters: Mutex<Vec<&'static str>>,
    changed: Condvar,
}

/// Empties the box as soon as there are two letters in it.
fn collect(letterbox: Rc<Letterbox>) {
    let mut letters = letterbox.letters.lock().unwrap();
    while letters.len() < 2 {
        println!("collector : {} in the box, waits", letters.len());
        letters = letterbox.changed.wait(letters).unwrap();
    }
    println!("collector : takes {:?}", std::mem::take(&mut *letters));
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let letterbox = Rc::new(Letterbox {
            letters: Mutex::named("letters", Vec::new()),
            changed: Condvar::named("changed"),
        });
        let builder = Builder::new().name("collector".into());
        let collector = builder
            .create_with(collect, (Rc::clone(&letterbox),))
            .unwrap();
        collector.start().unwrap();
        for letter in ["one", "two"] {
            thread::sleep(Duration::from_millis(10));
            letterbox.letters.lock().unwrap().push(letter);
            println!("MainThread : puts in {letter}");
            letterbox.changed.notify_one();
        }
        collector.join().unwrap();
    });
}
