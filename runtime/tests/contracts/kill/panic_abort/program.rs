//! Kills threads in all kinds of places, and writes what becomes of them.

use std::time::Duration;

use runtime::thread::{self, Builder, Killed};

/// Writes to stderr what is logged.
struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        eprintln!("{}", record.args());
    }

    fn flush(&self) {}
}

/// Writes when it is dropped.
struct OnDrop;

impl Drop for OnDrop {
    fn drop(&mut self) {
        println!("dropped");
    }
}

fn named(name: &str) -> Builder {
    Builder::new().name(name.into())
}

fn main() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Warn);
    runtime::run(|| {
        let bodies: [(&str, fn()); 6] = [
            ("waits", thread::park),
            ("sleeps", || thread::sleep(Duration::from_secs(1))),
            ("yields", || {
                loop {
                    thread::yield_now();
                }
            }),
            ("joins", || {
                // It is asleep when this one is killed, and ends by itself.
                let other = thread::spawn(|| thread::sleep(Duration::from_secs(1)));
                other.join().unwrap();
            }),
            ("owns a scope", || thread::scope(|_| thread::park())),
            ("kills itself", || {
                thread::current().kill();
                thread::park();
            }),
        ];
        for (name, body) in bodies {
            let sub = named(name).spawn(move || {
                let _on_stack = OnDrop;
                body();
                println!("{name}: went on");
            });
            let sub = sub.unwrap();
            thread::yield_now();
            sub.thread().kill();
            assert!(sub.join().unwrap_err().is::<Killed>());
            println!("{name}: killed");
        }
        let captured = OnDrop;
        let never = thread::spawn(move || drop(captured));
        never.thread().kill();
        assert!(never.join().unwrap_err().is::<Killed>());
        println!("never dispatched: killed");
        drop(named("daemon").daemon(true).spawn(thread::park));
        thread::yield_now();
        println!("main ends");
    });
}
