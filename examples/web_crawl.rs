//! Why one would want threads that wait: eight pages to be fetched, one after another and
//! by a pool of four.
//!
//! Look at: the pages take as long as they take, which is 1.5 seconds in all. The pool
//! waits for four at a time, on one core: nobody computes anything meanwhile. Under
//! `RUNTIME_CLOCK=virtual` the times are those of the latencies alone.

use std::time::Duration;

use runtime::pool::{ThreadPool, as_completed};
use runtime::thread;
use runtime::time::Instant;

/// The pages, and how long their servers take, in milliseconds.
const PAGES: [(&str, u64); 8] = [
    ("/", 120),
    ("/threads", 250),
    ("/processes", 180),
    ("/gil", 300),
    ("/mutex", 90),
    ("/semaphore", 210),
    ("/pool", 150),
    ("/end", 200),
];

/// Stands for a request over the network: all that it does is wait.
fn fetch(page: &'static str, latency: u64) -> usize {
    thread::sleep(Duration::from_millis(latency));
    page.len() * 1000
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        println!("-- one after another");
        let begin = Instant::now();
        let mut bytes = 0;
        for (page, latency) in PAGES {
            bytes += fetch(page, latency);
            println!("{:>5} ms : {page}", begin.elapsed().as_millis());
        }
        let sequential = begin.elapsed().as_millis();
        println!("{sequential:>5} ms : all, {bytes} bytes");

        println!("-- by a pool of four");
        let begin = Instant::now();
        let pool = ThreadPool::new(4);
        let fetches: Vec<_> = PAGES
            .map(|(page, latency)| pool.submit(move || (page, fetch(page, latency))).unwrap())
            .into();
        let mut bytes = 0;
        for fetched in as_completed(fetches) {
            let (page, size) = fetched.result().unwrap();
            bytes += size;
            println!("{:>5} ms : {page}", begin.elapsed().as_millis());
        }
        let pooled = begin.elapsed().as_millis();
        println!("{pooled:>5} ms : all, {bytes} bytes");
        println!("{:.1} times as fast", sequential as f64 / pooled as f64);
    });
}
