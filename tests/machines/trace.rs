//! What is logged under the target `switch`, taken apart.

use std::sync::{Mutex, Once, PoisonError};

use kernel_sim::kernel::trace::TARGET;
use log::{LevelFilter, Log, Metadata, Record};

/// What a line of the trace says, but for when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) level: log::Level,
    /// The arrow's number, or nothing for the one that has none.
    pub(crate) number: String,
    pub(crate) arrow: String,
    pub(crate) who: String,
    /// Without times, which differ: "sleeps until …".
    pub(crate) why: String,
}

struct Listener(Mutex<Vec<Line>>);

static LISTENER: Listener = Listener(Mutex::new(Vec::new()));

impl Log for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.lines().push(parse(record));
        }
    }

    fn flush(&self) {}
}

impl Listener {
    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is logged while that runs.
pub(crate) fn listen(run: impl FnOnce()) -> Vec<Line> {
    static LOGGER: Once = Once::new();
    LOGGER.call_once(|| {
        log::set_logger(&LISTENER).expect("nobody else has set one");
        log::set_max_level(LevelFilter::Trace);
    });
    LISTENER.lines().clear();
    run();
    std::mem::take(&mut LISTENER.lines())
}

/// Takes a line apart by its columns, which are the same on every machine, and
/// compares it with the facts that are logged with it.
///
/// ```text
///    #2  3 preempt   Thread-1 (work): yields      | ready: MainThread
/// ```
fn parse(record: &Record<'_>) -> Line {
    let text = record.args().to_string();
    let fact = |key: &str| {
        let value = record.key_values().get(key.into());
        value.unwrap_or_else(|| panic!("{key}: {text}")).to_string()
    };
    let (line, ready) = text.split_once(" | ready: ").expect("the ready queue");
    let (dispatch, rest) = line.split_at(5);
    assert_eq!(dispatch.trim_start(), format!("#{}", fact("dispatch")));
    let (arrow, who) = rest.split_at(14);
    let (number, name) = arrow.trim().rsplit_once(' ').unwrap_or(("", arrow.trim()));
    assert_eq!(name, fact("arrow"), "{text}");
    assert!(arrow.starts_with("  ") && arrow.ends_with(' '), "{text}");
    assert_eq!(who.len(), 60, "{text}");
    let (who, why) = (fact("name"), fact("why"));
    let colon = if why.is_empty() { "" } else { ": " };
    assert_eq!(line[19..].trim_end(), format!("{who}{colon}{why}"));
    let ready = if ready == "-" {
        0
    } else {
        ready.split(", ").count()
    };
    assert_eq!(ready.to_string(), fact("ready"), "{text}");
    Line {
        level: record.level(),
        number: number.to_owned(),
        arrow: name.to_owned(),
        // A process is called after its program and its pid: "a (1)".
        who: who.split(" (").next().unwrap_or_default().to_owned(),
        why: without_times(&why),
    }
}

fn without_times(why: &str) -> String {
    match why.split_once(" until ") {
        Some((what, _)) => format!("{what} until …"),
        None => why.to_owned(),
    }
}
