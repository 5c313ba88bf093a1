//! Dijkstra's five philosophers ("Hierarchical Ordering of Sequential Processes",
//! 1971): each needs the forks to both sides, and all reach for the left one first.
//!
//! Look at: in the first dinner the fifth `lock` would close the ring of all
//! five, and is refused; that philosopher leaves hungry, and the rest can eat. In
//! the second dinner everybody takes the fork with the lower number first, so no
//! ring can be (Dijkstra). In the third a semaphore lets only four to the table.

use std::rc::Rc;
use std::time::Duration;

use runtime::error::SyncError;
use runtime::sync::{Mutex, PoisonError, Semaphore};
use runtime::thread::{self, Builder};

const NAMES: [&str; 5] = ["Plato", "Hypatia", "Seneca", "Aspasia", "Zeno"];

/// What lies on the table, and how it is taken.
struct Table {
    forks: [Mutex<()>; 5],
    order: fn(usize, usize) -> [usize; 2],
    seats: Semaphore,
}

impl Table {
    fn dine(&self, seat: usize) {
        let _seat = self.seats.acquire();
        let [first, second] = (self.order)(seat, (seat + 1) % 5).map(|fork| &self.forks[fork]);
        let _first = first.lock().unwrap_or_else(PoisonError::into_inner);
        thread::sleep(Duration::from_millis(10));
        let _second = second.lock().unwrap_or_else(PoisonError::into_inner);
        println!("  {} eats", thread::current());
        thread::sleep(Duration::from_millis(10));
    }
}

fn dinner(order: fn(usize, usize) -> [usize; 2], seats: usize) {
    let forks = ["fork 0", "fork 1", "fork 2", "fork 3", "fork 4"];
    let table = Rc::new(Table {
        forks: forks.map(|name| Mutex::named(name, ())),
        order,
        seats: Semaphore::new(seats),
    });
    let philosophers: Vec<_> = NAMES
        .into_iter()
        .enumerate()
        .map(|(seat, name)| {
            let table = Rc::clone(&table);
            let builder = Builder::new().name(name.into());
            builder.spawn(move || table.dine(seat)).unwrap()
        })
        .collect();
    for philosopher in philosophers {
        let name = philosopher.thread().to_string();
        if let Err(payload) = philosopher.join() {
            let error: &SyncError = payload.downcast_ref().expect("it was refused");
            println!("  {name} leaves hungry: {error}");
        }
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        println!("left fork first:");
        dinner(|left, right| [left, right], 5);
        println!("the lower number first:");
        dinner(|left, right| [left.min(right), left.max(right)], 5);
        println!("four at the table:");
        dinner(|left, right| [left, right], 4);
    });
}
