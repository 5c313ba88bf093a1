//! Loggers that use what they are told of, and loggers that panic: all of
//! `sync` at a time. The log is called in the midst of a hand-off, and by the
//! loop.
//!
//! There is one logger in a process, and it calls what the test has put here.
//!
//! - What they hear of, one row for each way to wait: `subjects.rs`.
//! - How threads wait there, and how they end: `play.rs`.
//! - Loggers that lock, send, release: `uses.rs`.
//! - Loggers that panic once, at each place in turn: `panics.rs`.
//! - Policies, which must not come here at all: `policies.rs`.

mod panics;
mod play;
mod policies;
mod subjects;
mod uses;

use std::cell::RefCell;
use std::rc::Rc;

use log::{LevelFilter, Log, Metadata, Record};

/// What a logger is called for.
#[derive(Clone, Copy, Debug)]
enum Told<'a> {
    /// Whether it wants to hear of switches.
    Asked,
    Of(&'a str),
}

type Ear = Rc<dyn Fn(Told<'_>)>;

std::thread_local! {
    static EAR: RefCell<Option<Ear>> = const { RefCell::new(None) };
}

struct Logger;

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        tell(Told::Asked);
        true
    }

    fn log(&self, record: &Record<'_>) {
        tell(Told::Of(&record.args().to_string()));
    }

    fn flush(&self) {}
}

fn tell(told: Told<'_>) {
    let ear = EAR.with_borrow(Option::clone);
    if let Some(ear) = ear {
        ear(told);
    }
}

/// Calls `work`, and `ear` whenever the logger is called meanwhile.
fn with_logger<T>(ear: impl Fn(Told<'_>) + 'static, work: impl FnOnce() -> T) -> T {
    /// Also when it unwinds.
    struct Deafen;
    impl Drop for Deafen {
        fn drop(&mut self) {
            EAR.take();
            log::set_max_level(LevelFilter::Off);
        }
    }

    let _ = log::set_logger(&Logger);
    EAR.set(Some(Rc::new(ear)));
    let _deafen = Deafen;
    work()
}
