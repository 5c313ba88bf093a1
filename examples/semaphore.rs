//! "파이썬 쓰레드" by tiaz0128, section '더 해보기': a semaphore.
//!
//! Look at: ten want in, and at most three are in at once. Under
//! `RUNTIME_CLOCK=virtual` the times are those of a machine that costs nothing:
//! four rounds of 100 ms for ten visitors.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::sync::Semaphore;
use runtime::thread::{self, Builder};
use runtime::time::Instant;

fn visit(door: Rc<Semaphore>, inside: Rc<Cell<u32>>) {
    let _permit = door.acquire();
    inside.set(inside.get() + 1);
    println!("{} : in, {} inside", thread::current(), inside.get());
    thread::sleep(Duration::from_millis(100));
    inside.set(inside.get() - 1);
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let begin = Instant::now();
        let door = Rc::new(Semaphore::named("door", 3));
        let inside = Rc::new(Cell::new(0));
        let visitors: Vec<_> = (1..=10)
            .map(|number| {
                let args = (Rc::clone(&door), Rc::clone(&inside));
                let builder = Builder::new().name(format!("visitor {number}"));
                let visitor = builder.create_with(visit, args).unwrap();
                visitor.start().unwrap();
                visitor
            })
            .collect();
        for visitor in visitors {
            visitor.join().unwrap();
        }
        println!("all were in, after {} ms", begin.elapsed().as_millis());
    });
}
