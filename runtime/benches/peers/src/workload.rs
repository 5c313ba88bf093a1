//! The workloads: how often a peer does its work, and what is made of the
//! times.

use crate::measure::{Effort, cpu_time, median, nanos_each};
use crate::peer::Peer;

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) rows: &'static [Row],
    /// How many tasks there are at a time, if that is many.
    pub(crate) tasks: u64,
    /// Whether it is still the same workload with fewer tasks, because its
    /// figures are for one of them.
    pub(crate) scales: bool,
    /// One figure for each row.
    pub(crate) measure: fn(&dyn Peer, tasks: u64, &Effort) -> Vec<f64>,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Nanoseconds,
    Milliseconds,
    Bytes,
}

const fn nanoseconds(name: &'static str) -> Row {
    let unit = Unit::Nanoseconds;
    Row { name, unit }
}

pub(crate) const WORKLOADS: [Workload; 11] = [
    Workload {
        name: "yield, 2 tasks",
        rows: &[nanoseconds("yield, 2 tasks")],
        tasks: 2,
        scales: false,
        measure: yields,
    },
    Workload {
        name: "yield, 10 000 tasks",
        rows: &[nanoseconds("yield, 10 000 tasks")],
        tasks: 10_000,
        scales: false,
        measure: yields,
    },
    Workload {
        name: "yield, 1 000 000 tasks",
        rows: &[nanoseconds("yield, 1 000 000 tasks")],
        tasks: 1_000_000,
        scales: false,
        measure: yields,
    },
    Workload {
        name: "spawn + join",
        rows: &[nanoseconds("spawn + join")],
        tasks: 1,
        scales: false,
        measure: |peer, _, effort| vec![effort.nanos(|n| peer.spawn_and_join(n))],
    },
    Workload {
        name: "spawn 100 000, join all",
        rows: &[nanoseconds("spawn 100 000, join all: each")],
        tasks: 100_000,
        scales: true,
        measure: |peer, tasks, effort| {
            let times = peer.spawn_all_and_join_all(tasks, effort.rounds);
            vec![median(
                times.into_iter().map(|time| nanos_each(time, tasks)),
            )]
        },
    },
    Workload {
        name: "free mutex",
        rows: &[nanoseconds("free mutex: lock + unlock")],
        tasks: 1,
        scales: false,
        measure: |peer, _, effort| vec![effort.nanos(|n| peer.free_lock(n))],
    },
    Workload {
        name: "wanted mutex",
        rows: &[nanoseconds(
            "mutex that 100 tasks want: lock, yield, unlock",
        )],
        tasks: 100,
        scales: false,
        measure: |peer, tasks, effort| {
            // Rounds of some thousand turns each, beside which spawn and join
            // are nothing.
            let turn = effort.nanos(|turns| peer.lock_yield_unlock(tasks, turns));
            vec![turn / tasks as f64]
        },
    },
    Workload {
        name: "channel",
        rows: &[nanoseconds("round trip over two channels")],
        tasks: 2,
        scales: false,
        measure: |peer, _, effort| vec![effort.nanos(|n| peer.round_trips(n))],
    },
    Workload {
        name: "sleepers",
        rows: &[
            nanoseconds("100 000 sleepers of 1 to 1000 ms: CPU time of each"),
            Row {
                name: "100 000 sleepers of 1 to 1000 ms: the last is late by",
                unit: Unit::Milliseconds,
            },
        ],
        tasks: 100_000,
        scales: true,
        measure: |peer, tasks, _| {
            let before = cpu_time();
            let late = peer.sleepers(tasks);
            let spent = cpu_time() - before;
            vec![nanos_each(spent, tasks), late.as_secs_f64() * 1e3]
        },
    },
    Workload {
        name: "skynet",
        rows: &[
            Row {
                name: "skynet, 1 000 000 leaves, first round",
                unit: Unit::Milliseconds,
            },
            Row {
                name: "skynet, 1 000 000 leaves, second round",
                unit: Unit::Milliseconds,
            },
        ],
        tasks: 1_000_000,
        scales: false,
        measure: |peer, tasks, _| {
            let rounds = peer.skynet(tasks);
            rounds.map(|time| time.as_secs_f64() * 1e3).to_vec()
        },
    },
    Workload {
        name: "parked",
        rows: &[Row {
            name: "resident memory of a parked task, 1 000 000 of them",
            unit: Unit::Bytes,
        }],
        tasks: 1_000_000,
        scales: true,
        measure: |peer, tasks, _| vec![peer.parked(tasks) as f64 / tasks as f64],
    },
];

fn yields(peer: &dyn Peer, tasks: u64, effort: &Effort) -> Vec<f64> {
    let laps = effort.yields.div_ceil(tasks);
    let times = peer.yields(tasks, laps, effort.rounds);
    let each = |time| nanos_each(time, laps * tasks);
    vec![median(times.into_iter().map(each))]
}
