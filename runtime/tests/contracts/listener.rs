//! What the log is told. The logger and its level belong to the whole process,
//! so whoever listens does so in a child process.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use log::{Level, LevelFilter, Log, Metadata, Record};

struct Listener(Mutex<Vec<Line>>);

static LISTENER: Listener = Listener(Mutex::new(Vec::new()));

enum Line {
    /// An arrow of the switch trace: who took it, and which one, with the reason.
    Arrow(String, String),
    /// Anything else.
    Words(Level, String),
}

impl Log for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let fact = |key: &str| {
            record
                .key_values()
                .get(key.into())
                .map(|fact| fact.to_string())
        };
        let line = match (fact("name"), fact("arrow"), fact("why")) {
            (Some(name), Some(arrow), Some(why)) => {
                let why = if why.is_empty() {
                    why
                } else {
                    format!(": {why}")
                };
                Line::Arrow(name, arrow + &why)
            }
            _ => Line::Words(record.level(), record.args().to_string()),
        };
        lines().push(line);
    }

    fn flush(&self) {}
}

fn lines() -> MutexGuard<'static, Vec<Line>> {
    LISTENER.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, this process listens to all that is logged.
pub(crate) fn listen() {
    log::set_logger(&LISTENER).expect("nobody else listens in this process");
    log::set_max_level(LevelFilter::Trace);
}

/// What was logged since the last call.
pub(crate) fn heard() -> Heard {
    Heard(mem::take(&mut *lines()))
}

/// Some of what was logged, in order.
pub(crate) struct Heard(Vec<Line>);

impl Heard {
    /// The arrows that the thread of that name took, such as `wake: killed`.
    pub(crate) fn arrows_of(&self, thread: &str) -> Vec<&str> {
        let lines = self.0.iter();
        let arrows = lines.filter_map(|line| match line {
            Line::Arrow(name, arrow) if name == thread => Some(arrow.as_str()),
            _ => None,
        });
        arrows.collect()
    }

    /// How many arrows were taken, by whomever.
    pub(crate) fn arrows(&self) -> usize {
        let lines = self.0.iter();
        lines.filter(|line| matches!(line, Line::Arrow(..))).count()
    }

    /// What was said at that level.
    pub(crate) fn words(&self, level: Level) -> Vec<&str> {
        let lines = self.0.iter();
        let words = lines.filter_map(|line| match line {
            Line::Words(at, words) if *at == level => Some(words.as_str()),
            _ => None,
        });
        words.collect()
    }
}
