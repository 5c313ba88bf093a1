//! Something that is made once, by whoever needs it first.
//!
//! Look at: A needs the configuration first, and makes it; B and C, who need it
//! meanwhile, wait. Then A is killed in the middle of it. B has waited longest, and
//! makes it in its turn, with a function of its own. C and the main thread find it
//! made, and call no function.

use std::time::Duration;

use runtime::sync::OnceLock;
use runtime::thread::{self, Builder};

static CONFIG: OnceLock<String> = OnceLock::named("config");

fn config() -> &'static str {
    CONFIG.get_or_init(|| {
        println!("{} : makes it", thread::current());
        thread::sleep(Duration::from_millis(10));
        format!("made by {}", thread::current())
    })
}

fn need() {
    let config = config();
    println!("{} : has what was {config}", thread::current());
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let threads = ["A", "B", "C"].map(|name| {
            let builder = Builder::new().name(name.into());
            builder.spawn(need).unwrap()
        });
        thread::sleep(Duration::from_millis(5));
        let [a, b, c] = threads;
        a.thread().kill();
        println!("A was killed : {}", a.join().is_err());
        b.join().unwrap();
        c.join().unwrap();
        need();
    });
}
