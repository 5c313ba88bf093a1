//! Who pays for the processes of processes.

use std::collections::BTreeMap;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Report, Settings};

/// What the reader begins with.
mod start {
    use super::{BTreeMap, Report};

    // ANCHOR: start
    // What each of those that were started from outside has to pay: all ticks of its own,
    // of its children, of their children, and of all threads of any of them.
    pub(super) fn bill(reports: &[Report]) -> BTreeMap<u64, u64> {
        let mut bill = BTreeMap::new();
        for report in reports {
            let payer = match report.parent {
                0 => report.process,
                parent => parent,
            };
            *bill.entry(payer).or_default() += report.account.ticks();
        }
        bill
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{BTreeMap, Report};

    // ANCHOR: solution
    pub(super) fn bill(reports: &[Report]) -> BTreeMap<u64, u64> {
        let mut bill = BTreeMap::new();
        for report in reports {
            *bill.entry(report.family).or_default() += report.account.ticks();
        }
        bill
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Report]) -> BTreeMap<u64, u64>;

pub(super) fn check_start() {
    check(start::bill);
}

pub(super) fn check_solution() {
    check(solution::bill);
}

/// One of them ends before its child, which has no parent from then on.
fn check(bill: Answer) {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        ..Settings::default()
    });
    let names = ["orphan", "hello", "mutex", "pipe", "zombie"];
    for name in names {
        let pid = computer.start(name, Priority::NORMAL);
        pid.expect("there is room");
    }
    for tick in [0, 15_000, 40_000] {
        computer.run_until(tick);
        check_now(bill, &computer);
    }
    computer.run();
    check_now(bill, &computer);
}

fn check_now(bill: Answer, computer: &Computer) {
    let reports = computer.reports();
    let bill = bill(&reports);
    assert_eq!(bill.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let total: u64 = bill.values().sum();
    assert_eq!(total + computer.idle_ticks(), computer.now());
    for (root, ticks) in bill {
        let own = reports.iter().filter(|report| report.family == root);
        assert_eq!(ticks, own.map(|report| report.account.ticks()).sum::<u64>());
    }
}
