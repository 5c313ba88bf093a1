//! What a switch costs, and what a thread costs, beside what the machine can
//! do: a raw resume + suspend of corosensei is the unit, one *pair*.
//!
//! `cargo bench` prints criterion's own figures, and then a table of medians
//! as ratios to the pair of the same run. Only the ratios can be compared
//! between machines.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use corosensei::{Coroutine, CoroutineResult};
use criterion::Criterion;
use runtime::thread;

/// Where criterion leaves its estimates.
const RESULTS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");

/// Name, and the ratio that it shall not exceed.
const ROWS: [(&str, Option<f64>); 6] = [
    (PAIR, None),
    ("yield, 2 threads", Some(6.0)),
    ("yield, 2 threads, a sleeper", Some(7.0)),
    ("yield, 10 000 threads", None),
    ("spawn + join", Some(55.0)),
    ("spawn 1000, join all", None),
];

const PAIR: &str = "resume + suspend";

fn main() {
    // Ratios are between figures of one run, so those of others go.
    let _ = fs::remove_dir_all(RESULTS);
    let mut criterion = Criterion::default()
        .output_directory(Path::new(RESULTS))
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    bench(&mut criterion, PAIR, resume_and_suspend);
    bench(&mut criterion, "yield, 2 threads", |n| yields(2, n));
    bench(&mut criterion, "yield, 2 threads, a sleeper", |n| {
        runtime::run(move || {
            let nap = || thread::sleep(Duration::from_secs(3600));
            thread::Builder::new().daemon(true).spawn(nap).unwrap();
            thread::yield_now();
            yields_here(2, n)
        })
    });
    bench(&mut criterion, "yield, 10 000 threads", |n| {
        yields(10_000, n)
    });
    bench(&mut criterion, "spawn + join", spawn_and_join);
    bench(
        &mut criterion,
        "spawn 1000, join all",
        spawn_all_and_join_all,
    );
    print_ratios();
}

/// Measures `work`, which takes a number of repetitions and says how long they took.
fn bench(criterion: &mut Criterion, name: &str, work: impl Fn(u64) -> Duration) {
    criterion.bench_function(name, |bencher| bencher.iter_custom(&work));
}

fn resume_and_suspend(n: u64) -> Duration {
    let mut coroutine = Coroutine::<(), (), ()>::new(|yielder, ()| {
        loop {
            yielder.suspend(());
        }
    });
    let start = Instant::now();
    for _ in 0..n {
        let result = black_box(coroutine.resume(()));
        assert!(matches!(result, CoroutineResult::Yield(())));
    }
    let time = start.elapsed();
    // SAFETY: nothing on its stack has a destructor.
    unsafe { coroutine.force_reset() };
    time
}

fn yields(threads: u64, n: u64) -> Duration {
    runtime::run(move || yields_here(threads, n))
}

/// `n` yields, shared among so many threads, each of which has run before.
fn yields_here(threads: u64, n: u64) -> Duration {
    // Enough turns for each that its beginning and its end do not count.
    let each = n.div_ceil(threads).max(1000);
    let body = move || {
        thread::yield_now();
        for _ in 0..each {
            thread::yield_now();
        }
    };
    let handles: Vec<_> = (0..threads).map(|_| thread::spawn(body)).collect();
    thread::yield_now();
    let start = Instant::now();
    for handle in handles {
        handle.join().unwrap();
    }
    // What was really done may be more than what was asked for.
    start.elapsed().mul_f64(n as f64 / (each * threads) as f64)
}

fn spawn_and_join(n: u64) -> Duration {
    runtime::run(move || {
        let start = Instant::now();
        for i in 0..n {
            black_box(thread::spawn(move || i).join().unwrap());
        }
        start.elapsed()
    })
}

fn spawn_all_and_join_all(n: u64) -> Duration {
    const THREADS: u64 = 1000;
    runtime::run(move || {
        let rounds = n.div_ceil(THREADS);
        let start = Instant::now();
        for _ in 0..rounds {
            let handles: Vec<_> = (0..THREADS).map(|i| thread::spawn(move || i)).collect();
            for handle in handles {
                black_box(handle.join().unwrap());
            }
        }
        start
            .elapsed()
            .mul_f64(n as f64 / (rounds * THREADS) as f64)
    })
}

/// Prints the medians that criterion has just written down, of those
/// benchmarks that ran.
fn print_ratios() {
    let Some(pair) = median(PAIR) else {
        println!("without '{PAIR}' there is nothing to compare with");
        return;
    };
    println!("| median of one | ns | pairs | at most |");
    println!("| --- | --- | --- | --- |");
    for (name, at_most) in ROWS {
        let Some(nanos) = median(name) else { continue };
        let at_most = at_most.map_or(String::new(), |ratio| ratio.to_string());
        println!("| {name} | {nanos:.2} | {:.1} | {at_most} |", nanos / pair);
    }
}

fn median(name: &str) -> Option<f64> {
    let path = format!("{RESULTS}/{name}/new/estimates.json");
    let text = fs::read_to_string(&path).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}
