//! When nobody can go on:
//!
//! - When nobody is ready, asleep or behind a door, the program ends with a
//!   report on stderr and the status of a panic.
//! - While somebody is ready it is no deadlock.
//! - While somebody sleeps it is no deadlock.
//! - While a door is open it is no deadlock:
//!   `doors/asleep.rs::it_is_no_deadlock_as_long_as_one_handle_is_left`.
//! - When only daemons wait it is no deadlock.
//! - A non-daemon that parks for ever after main has returned is a deadlock.
//! - The report begins with the PCB table.
//! - Then each waiting thread has one sentence, and rings come first.
//! - A sentence says who waits, for what, at which line, and who could end it.
//! - A handle that the runtime keeps for itself is nobody's.
//! - `run` gives it as a panic.
//! - `Builder::run` gives it as a typed error with the same facts as data.
//! - Main's own panic is not lost in it:
//!   `regressions.rs::the_panic_of_main_is_not_lost_in_a_deadlock`.
//! - Parks are reported and never refused.
//! - A sleep for ever counts as waiting, and so does a timeout of for ever.
//!
//! Rings, which are refused before it comes to this, are in `rings.rs`, and
//! what becomes of the threads in `aftermath.rs`.

use std::cell::Cell;
use std::panic::{Location, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, Builder, JoinHandle};
use runtime::{Clock, Deadlock, RunError, Waiting};

use crate::support::child::in_child;
use crate::support::{Journal, run};

/// Runs `main`, which must come to no end, and gives the report.
#[track_caller]
pub(crate) fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    match builder.run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
    }
}

/// A thread of that name that is parked for ever, or will be.
fn parked(name: &str) -> JoinHandle<()> {
    let builder = Builder::new().name(name.into());
    builder.spawn(|| thread::park()).unwrap()
}

fn daemon(body: impl FnOnce() + 'static) {
    drop(Builder::new().daemon(true).spawn(body).unwrap());
}

/// The cells of the thread's line in the table.
#[track_caller]
fn row<'a>(table: &'a str, name: &str) -> Vec<&'a str> {
    let rows = table.lines().skip(1);
    let mut rows = rows.map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find(|row| row[1] == name).expect(table)
}

#[test]
fn when_nobody_is_ready_asleep_or_behind_a_door_the_program_ends_with_a_report_on_stderr() {
    let child = in_child(|| {
        runtime::run(|| parked("sub").join().unwrap());
    });
    child
        .ends_with(101)
        .says("runtime: deadlock: nobody can run, nobody sleeps, and no door is open\nident")
        .says("\nMainThread waits for the end of sub, at ")
        .says("\nsub is parked, at ");
}

#[test]
fn while_somebody_is_ready_it_is_no_deadlock() {
    run(|| {
        let main = thread::current();
        daemon(move || {
            (0..1_000).for_each(|_| thread::yield_now());
            main.unpark();
        });
        thread::park();
    });
}

#[test]
fn while_somebody_sleeps_it_is_no_deadlock() {
    const LONG: Duration = Duration::from_secs(1_000_000);
    for sleep in [thread::sleep, thread::park_timeout, |timeout| {
        let never = parked("never");
        let timed_out = never.thread().join_timeout(timeout);
        assert_eq!(timed_out, Err(JoinError::TimedOut));
        never.thread().unpark();
    }] {
        run(move || {
            let main = thread::current();
            daemon(move || {
                sleep(LONG);
                main.unpark();
            });
            thread::park();
        });
    }
}

#[test]
fn when_only_daemons_wait_it_is_no_deadlock() {
    run(|| {
        daemon(thread::park);
        daemon(|| thread::sleep(Duration::MAX));
        thread::yield_now();
    });
}

#[test]
fn a_non_daemon_that_parks_for_ever_after_main_has_returned_is_a_deadlock() {
    let report = deadlock(|| drop(parked("sub")));
    assert_eq!(row(&report.table, "sub")[2], "Waiting");
    assert!(!report.table.contains("MainThread"), "{report}");
    assert_eq!(report.waiting.len(), 1);
}

#[test]
fn the_report_begins_with_the_pcb_table() {
    let report = deadlock(|| {
        daemon(thread::park);
        let unstarted = Builder::new().name("unstarted".into());
        let _unstarted = unstarted.create(|| ()).unwrap();
        parked("sub").join().unwrap();
    });
    let (table, text) = (&report.table, report.to_string());
    assert!(text.starts_with(table), "{text}");
    assert!(table.starts_with("ident"), "{table}");
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.contains("waits for the end of sub\n"), "{table}");
    assert_eq!(row(table, "unstarted")[2], "New");
    assert_eq!(row(table, "sub")[2..4], ["Waiting", "no"]);
}

#[test]
fn then_each_waiting_thread_has_one_sentence_and_rings_come_first() {
    let waiting = |name: &str, ident| Waiting {
        ident,
        name: name.into(),
        waits_for: "waits".into(),
        since: 5,
        at: Location::caller(),
        could_end: "somebody".into(),
    };
    let report = Deadlock {
        table: "the table\n".into(),
        rings: vec!["a and b".into(), "c and d".into()],
        waiting: vec![waiting("old", 1), waiting("young", 2)],
    };
    let at = report.waiting[0].at;
    let sentence = format!("waits, at {at}, since dispatch 5; who could end it: somebody");
    assert_eq!(
        report.to_string(),
        format!(
            "the table\n\na ring: a and b\na ring: c and d\nold {sentence}\nyoung {sentence}\n"
        )
    );
}

/// How main waits, after it has noted the line before, what it then waits
/// for, and who could end that.
type Wait = (fn(&Cell<u32>), &'static str, &'static str);

const WAITS: [Wait; 6] = [
    (
        |line| {
            let sub = parked("sub");
            line.set(line!());
            sub.join().unwrap();
        },
        "waits for the end of sub",
        "only sub, by ending",
    ),
    (
        |line| {
            line.set(line!());
            thread::scope(|scope| {
                for name in ["a", "b"] {
                    let builder = Builder::new().name(name.into());
                    builder.spawn_scoped(scope, thread::park).unwrap();
                }
            });
        },
        "waits for the threads of its scope",
        "only a and b, by ending",
    ),
    (
        |line| {
            line.set(line!());
            thread::sleep(Duration::MAX);
        },
        "sleeps for ever",
        "nobody: it sleeps for ever",
    ),
    (
        |line| {
            line.set(line!());
            thread::park();
        },
        "is parked",
        "nobody has a handle with which to unpark it",
    ),
    (
        |line| {
            let _handle = thread::current();
            line.set(line!());
            thread::park();
        },
        "is parked",
        "whoever has the one handle to it, by unparking it",
    ),
    (
        |line| {
            let _handles = [thread::current(), thread::main_thread()];
            line.set(line!());
            thread::park();
        },
        "is parked",
        "whoever has one of the 2 handles to it, by unparking it",
    ),
];

#[test]
fn a_sentence_says_who_waits_for_what_at_which_line_and_who_could_end_it() {
    for (wait, waits_for, could_end) in WAITS {
        let line = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&line);
        let report = deadlock(move || wait(&theirs));
        let main = &report.waiting[0];
        assert_eq!((main.ident, main.name.as_str()), (1, "MainThread"));
        assert_eq!(main.waits_for, waits_for);
        assert_eq!(main.could_end, could_end);
        assert_eq!((main.at.file(), main.at.line()), (file!(), line.get() + 1));
    }
}

#[test]
fn who_could_unpark_a_thread_is_said_of_others_than_main_too() {
    for (handles, could_end) in [
        (0, "nobody has a handle with which to unpark it"),
        (1, "whoever has the one handle to it, by unparking it"),
        (2, "whoever has one of the 2 handles to it, by unparking it"),
    ] {
        let report = deadlock(move || {
            let sub = parked("sub");
            let _handles = vec![sub.thread().clone(); handles];
            drop(sub);
            thread::park();
        });
        assert_eq!(report.waiting[1].name, "sub");
        assert_eq!(report.waiting[1].could_end, could_end);
    }
}

/// In a scope that nobody else has a handle from.
#[test]
fn a_handle_that_the_runtime_keeps_for_itself_is_nobodys() {
    let nobody = "nobody has a handle with which to unpark it";
    let owner = deadlock(|| thread::scope(|_| thread::park()));
    assert_eq!(owner.waiting[0].could_end, nobody);
    let scoped = deadlock(|| {
        thread::scope(|scope| {
            scope.spawn(|| thread::park());
        });
    });
    assert_eq!(scoped.waiting[1].could_end, nobody);
}

#[test]
fn run_gives_it_as_a_panic() {
    let child = in_child(|| {
        let payload = catch_unwind(|| runtime::run(|| parked("sub").join().unwrap()));
        let Ok(error) = payload.unwrap_err().downcast() else {
            panic!("another payload");
        };
        let RunError::Deadlock(report) = *error else {
            panic!("{error:?}");
        };
        assert_eq!(report.waiting.len(), 2);
    });
    child.ends_with(0);
}

#[test]
fn builder_run_gives_it_as_a_typed_error_with_the_same_facts_as_data() {
    let error = runtime::Builder::new().run(|| parked("sub").join().unwrap());
    let error = error.unwrap_err();
    let text = error.to_string();
    let RunError::Deadlock(report) = error else {
        panic!("{text}");
    };
    assert!(text.ends_with(&report.to_string()), "{text}");
    let names: Vec<_> = report.waiting.iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["MainThread", "sub"]);
    for waiting in &report.waiting {
        assert!(text.contains(&format!("\n{waiting}\n")), "{text}");
        let row = row(&report.table, &waiting.name);
        assert_eq!(row[0], waiting.ident.to_string());
        assert_eq!(row[4], waiting.since.to_string());
        assert!(row.contains(&waiting.at.to_string().as_str()), "{text}");
        assert!(row.join(" ").ends_with(&waiting.waits_for), "{text}");
    }
    assert!(report.rings.is_empty());
}

/// Each could unpark the other, and does not: the runtime cannot know.
#[test]
fn parks_are_reported_and_never_refused() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let report = deadlock(move || {
        let main = thread::current();
        let sub = thread::spawn(move || {
            theirs.write("parks");
            thread::park();
            main.unpark();
        });
        thread::yield_now();
        thread::park();
        sub.thread().unpark();
    });
    assert_eq!(journal.read(), ["parks"]);
    assert_eq!(report.waiting.len(), 2);
    for waiting in &report.waiting {
        assert_eq!(waiting.waits_for, "is parked");
        let could_end = "whoever has the one handle to it, by unparking it";
        assert_eq!(waiting.could_end, could_end);
    }
    assert!(report.rings.is_empty(), "{report}");
}

#[test]
fn a_sleep_for_ever_counts_as_waiting_and_so_does_a_timeout_of_for_ever() {
    let waits: [(fn(Duration), _); 3] = [
        (thread::sleep, "sleeps for ever"),
        (thread::park_timeout, "is parked"),
        (
            |timeout| parked("sub").thread().join_timeout(timeout).unwrap(),
            "waits for the end of sub",
        ),
    ];
    for (wait, waits_for) in waits {
        let report = deadlock(move || wait(Duration::MAX));
        assert_eq!(report.waiting[0].waits_for, waits_for);
    }
}
