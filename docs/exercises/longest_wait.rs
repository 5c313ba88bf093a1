//! Which call has kept a thread waiting for the longest time.

use std::collections::HashMap;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{CallLog, CallRecord, Called, Computer, Disk, Settings};

/// What the reader begins with.
mod start {
    use super::{CallRecord, Called};

    // ANCHOR: start
    // How many ticks the longest wait took, from the line that says for what somebody
    // waits to the next line of the same thread.
    pub(super) fn longest(calls: &[CallRecord]) -> u64 {
        let pairs = calls.iter().zip(&calls[1..]);
        let waits = pairs.filter(|(call, _)| matches!(call.called, Called::Waits(_)));
        waits
            .map(|(call, next)| next.tick - call.tick)
            .max()
            .unwrap_or(0)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{CallRecord, Called, HashMap};

    // ANCHOR: solution
    pub(super) fn longest(calls: &[CallRecord]) -> u64 {
        let mut since: HashMap<u64, u64> = HashMap::new();
        let mut longest = 0;
        for call in calls {
            if let Some(tick) = since.remove(&call.pid) {
                longest = longest.max(call.tick - tick);
            }
            if matches!(call.called, Called::Waits(_)) {
                since.insert(call.pid, call.tick);
            }
        }
        longest
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[CallRecord]) -> u64;

pub(super) fn check_start() {
    check(start::longest);
}

pub(super) fn check_solution() {
    check(solution::longest);
}

/// The sleeper sleeps for 5,000 ticks, and the others work or wait meanwhile.
fn check(longest: Answer) {
    let alone = calls_of(&["sleeper"]);
    assert_eq!(longest(&alone), 5_000);
    assert_eq!(longest(&calls_of(&["hello"])), 0);
    let beside = calls_of(&["sleeper", "pid", "hello", "unknown_call"]);
    assert!(longest(&beside) >= 5_000);
    let both = calls_of(&["exec", "sleeper"]);
    let waits = both
        .iter()
        .filter(|call| matches!(call.called, Called::Waits(_)));
    assert!(waits.count() >= 2);
    assert!(longest(&both) >= 5_000);
}

fn calls_of(names: &[&str]) -> Vec<CallRecord> {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        calls: CallLog::Keep,
        ..Settings::default()
    });
    for name in names {
        let pid = computer.start(name, Priority::NORMAL);
        pid.expect("there is room");
    }
    computer.run();
    computer.take_calls()
}
