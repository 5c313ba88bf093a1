//! Two runs are the same, to the byte and to the tick; and in how many pieces a
//! computer runs makes no difference.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::trace::Event;
use kernel_sim::os::{Account, Computer, Disk, Outcome, Settings, Step, Trace, Write};
use log::LevelFilter;

use crate::support::quantum;

/// All that can be seen from outside.
#[derive(Debug, PartialEq)]
struct Seen {
    outcome: Outcome,
    now: u64,
    idle: u64,
    events: Vec<Event>,
    writes: Vec<Write>,
    ends: Vec<(u64, Option<String>, Account)>,
}

fn see(run: impl FnOnce(&mut Computer) -> Outcome) -> Seen {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        trace: Trace::Keep(LevelFilter::Trace),
        ..quantum(50)
    });
    for name in [
        "pid",
        "sleeper",
        "primes",
        "pid",
        "null_pointer",
        "yield_ping",
        "yield_pong",
        "sleeper",
        "heap_growth",
        "family",
        "zombie",
        "orphan",
        "threads_share",
        "main_ends",
        "pipe",
        "socket",
        "message_queue",
        "shared_memory",
    ] {
        computer.start(name, Priority::NORMAL).unwrap();
    }
    let outcome = run(&mut computer);
    let end = |death: kernel_sim::os::Death| death.to_string();
    Seen {
        outcome,
        now: computer.now(),
        idle: computer.idle_ticks(),
        events: computer.take_events(),
        writes: computer.console_mut().take(),
        ends: computer
            .reports()
            .into_iter()
            .map(|report| (report.pid, report.death.map(end), report.account))
            .collect(),
    }
}

#[test]
fn two_runs_are_the_same() {
    let [first, second] = [(); 2].map(|()| see(Computer::run));
    assert_eq!(first.outcome, Outcome::Ended);
    assert!(first.events.len() > 300, "{}", first.events.len());
    assert_eq!(first, second);
}

#[test]
fn a_run_in_pieces_is_the_same() {
    let whole = see(Computer::run);
    for piece in [1, 7, 1_000] {
        let in_pieces = see(|computer| {
            loop {
                let now = computer.now();
                let outcome = computer.run_until(now + piece);
                if outcome != Outcome::TimeIsUp {
                    return outcome;
                }
            }
        });
        assert_eq!(whole, in_pieces, "in pieces of {piece} ticks");
    }
}

#[test]
fn a_run_step_by_step_is_the_same() {
    let stepped = see(|computer| {
        loop {
            if let Step::Over(outcome) = computer.step() {
                return outcome;
            }
        }
    });
    assert_eq!(see(Computer::run), stepped);
}
