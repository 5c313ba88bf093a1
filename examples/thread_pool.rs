//! "파이썬 쓰레드" by tiaz0128, section '더 해보기': ThreadPoolExecutor.
//!
//! Look at: five tasks, and three workers that do them. Who is done with one takes the
//! next: `task 4` is begun by the first worker that is free. The results come in
//! the order of the tasks from `map`, and as they are done from `as_completed`.

use std::time::Duration;

use runtime::pool::{self, as_completed};
use runtime::thread;

fn work(number: u64) -> String {
    let worker = thread::current();
    println!("{worker} : begins task {number}");
    thread::sleep(Duration::from_millis(100 * (6 - number)));
    println!("{worker} : task {number} is done");
    format!("result {number}")
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let builder = pool::Builder::new().max_workers(3).name_prefix("worker");
        let pool = builder.build().unwrap();

        println!("-- map");
        for result in pool.map(1..=5, work).unwrap() {
            println!("{} : has {}", thread::current(), result.unwrap());
        }

        println!("-- as_completed");
        let futures: Vec<_> = (3..=5)
            .map(|number| pool.submit(move || work(number)).unwrap())
            .collect();
        for future in as_completed(futures) {
            println!("{} : has {}", thread::current(), future.result().unwrap());
        }
        // Here the pool is dropped, and its workers end.
    });
}
