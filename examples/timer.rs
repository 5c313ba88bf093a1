//! Timers: a function that is called later, unless somebody cancels it before.
//!
//! Look at: a timer is a thread that waits, first for its time and then, if it
//! likes, for something else. The one that is cancelled ends at once, and its
//! function is never called; the one whose function has begun is past that. With
//! `RUNTIME_CLOCK=virtual` the ten minutes take no time.

use std::time::Duration;

use runtime::thread::{self, Timer};
use runtime::time::Instant;

fn tea() -> &'static str {
    println!("{} : the tea is ready", thread::current());
    thread::sleep(Duration::from_secs(60));
    "drunk"
}

fn fire() -> &'static str {
    unreachable!("somebody has taken the cake out")
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let begin = Instant::now();
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let kettle = Timer::new(minutes(5), tea);
        let oven = Timer::new(minutes(40), fire);
        kettle.start().unwrap();
        oven.start().unwrap();

        thread::sleep(minutes(5) + Duration::from_secs(30));
        println!("{} cancelled: {}", kettle.thread(), kettle.cancel());
        println!("tea: {:?}", kettle.join().unwrap());

        thread::sleep(minutes(4));
        println!("{} cancelled: {}", oven.thread(), oven.cancel());
        println!("fire: {:?}", oven.join().unwrap());
        println!("after {} minutes", begin.elapsed().as_secs() / 60);
    });
}
