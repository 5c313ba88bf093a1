//! "파이썬 쓰레드" by tiaz0128, section '컨텍스트 스위칭(context switching)': switching is work
//! too, and too many threads make a program slower. It is best to find the balance.
//!
//! Look at: where most units are done in a second, and what the time goes into on both
//! sides of it. With few threads the CPU is idle while they wait. With many it is never
//! idle, and what each of them costs comes on top.
//!
//! Time is virtual, and a switch takes a microsecond of it, so that the curve is the same
//! on every run. (In real time it is some dozen nanoseconds, which is what
//! `cargo bench -p runtime --bench switch` measures.) `ksim demo overhead` shows the same
//! with processes.

use std::time::Duration;

use runtime::time::Instant;
use runtime::{Builder, Clock, report, thread};

/// So many units of work are divided among the threads.
const UNITS: u32 = 480;
/// Each computes for so long, and then waits, for a disk perhaps.
const COMPUTES: Duration = Duration::from_micros(4);
const WAITS: Duration = Duration::from_micros(28);

fn unit() {
    let begin = Instant::now();
    while begin.elapsed() < COMPUTES {
        thread::checkpoint();
    }
    thread::sleep(WAITS);
}

/// How long all units take, and how much of that is lost in switching.
fn measure(threads: u32) -> (Duration, Duration) {
    let main = move || {
        let begin = Instant::now();
        let work = move || (0..UNITS / threads).for_each(|_| unit());
        let threads: Vec<_> = (0..threads).map(|_| thread::spawn(work)).collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        (begin.elapsed(), report::metrics().unwrap().lost)
    };
    let builder = Builder::new().clock(Clock::Virtual).keep_history();
    builder.run(main).unwrap()
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    println!("{UNITS} units of work, each computes for {COMPUTES:?} and waits for {WAITS:?}\n");
    println!("threads  units a second  work  switching  idle");
    for threads in [1, 2, 4, 6, 8, 12, 16, 30, 60, 120, 240, 480] {
        let (whole, lost) = measure(threads);
        let percent = |time: Duration| 100.0 * time.as_secs_f64() / whole.as_secs_f64();
        let (work, switching) = (percent(COMPUTES * UNITS), percent(lost));
        let idle = (100.0 - work - switching).max(0.0);
        let rate = f64::from(UNITS) / whole.as_secs_f64();
        println!("{threads:7}  {rate:14.0}  {work:2.0} %       {switching:2.0} %  {idle:2.0} %");
    }
}
