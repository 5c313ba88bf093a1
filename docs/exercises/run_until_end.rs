//! A computer that stops as soon as somebody has ended.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Settings};

/// What the reader begins with.
mod start {
    use super::Computer;

    // ANCHOR: start
    // Runs the computer until the process has ended, and not a tick longer. Gives the tick,
    // or nothing if the computer has come to its own end before that.
    pub(super) fn run_until_end_of(computer: &mut Computer, _pid: u64) -> Option<u64> {
        computer.run(); // Until all have ended.
        Some(computer.now())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Computer;
    use kernel_sim::os::Step;

    // ANCHOR: solution
    pub(super) fn run_until_end_of(computer: &mut Computer, pid: u64) -> Option<u64> {
        loop {
            let report = computer.report(pid)?;
            if report.death.is_some() {
                return Some(computer.now());
            }
            if let Step::Over(_) = computer.step() {
                return None;
            }
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Computer, u64) -> Option<u64>;

pub(super) fn check_start() {
    check(start::run_until_end_of);
}

pub(super) fn check_solution() {
    check(solution::run_until_end_of);
}

fn check(answer: Answer) {
    let boot = || {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            limits: Limits {
                ticks: 20_000,
                ..Limits::default()
            },
            ..Settings::default()
        });
        for name in ["sleeper", "exit_code", "sum_loop"] {
            let started = computer.start(name, Priority::NORMAL);
            started.expect("there is room for it");
        }
        computer
    };
    // One tick before, it had not ended.
    for pid in [1, 2, 3] {
        let mut computer = boot();
        let tick = answer(&mut computer, pid).expect("it ends");
        assert_eq!(computer.now(), tick);
        let mut before = boot();
        before.run_until(tick - 1);
        let ended = |computer: &Computer| {
            let report = computer.report(pid).expect("it is there");
            report.death.is_some()
        };
        assert!(ended(&computer));
        assert!(before.now() >= tick || !ended(&before));
        // And the computer can go on.
        computer.run();
        before.run();
        assert_eq!(computer.now(), before.now());
    }
    let mut computer = boot();
    let started = computer.start("infinite_loop", Priority::NORMAL);
    let pid = started.expect("there is room for it");
    assert_eq!(answer(&mut computer, pid), None);
}
