//! Static priority. Who starves is in `../fairness.rs`.

use kernel_sim::workload::Job;

use crate::support::{job, metrics, priority, schedule, waiting};

/// A job of that priority where 1 is the most urgent one, as in the book.
fn ranked(name: &str, computing: u64, rank: u8) -> Job {
    job(name, computing).with(priority(31 - rank))
}

/// Silberschatz 5.3.4, ten ticks for each of its milliseconds: bursts of 10, 1, 2, 1 and 5
/// of the priorities 3, 1, 4, 5 and 2. Average waiting 8.2.
#[test]
fn the_most_urgent_goes_first() {
    let jobs = [
        ranked("P1", 100, 3),
        ranked("P2", 10, 1),
        ranked("P3", 20, 4),
        ranked("P4", 10, 5),
        ranked("P5", 50, 2),
    ];
    let text = "P2 0-10, P5 10-60, P1 60-160, P3 160-180, P4 180-190";
    assert_eq!(schedule("priority", 1_000, &jobs), text);
    assert_eq!(waiting(&metrics("priority", 1_000, &jobs)), 5 * 82);
}

/// Silberschatz 5.3.4, in turn among equals: bursts of 4, 5, 8, 7 and 3 of the priorities
/// 3, 2, 2, 1 and 3, a quantum of 2.
#[test]
fn those_who_are_equally_urgent_have_a_quantum_in_turn() {
    let jobs = [
        ranked("P1", 40, 3),
        ranked("P2", 50, 2),
        ranked("P3", 80, 2),
        ranked("P4", 70, 1),
        ranked("P5", 30, 3),
    ];
    assert_eq!(
        schedule("priority", 20, &jobs),
        "P4 0-70, P2 70-90, P3 90-110, P2 110-130, P3 130-150, P2 150-160, P3 160-200, \
         P1 200-220, P5 220-240, P1 240-260, P5 260-270"
    );
}

/// From the rule: H comes at 30 and interrupts L; E, as urgent as L, does not. L, which
/// was interrupted, is behind E then.
#[test]
fn only_who_is_more_urgent_interrupts() {
    let jobs = [
        ranked("L", 100, 5),
        ranked("E", 10, 5).arrives(20),
        ranked("H", 20, 4).arrives(30),
    ];
    let text = "L 0-30, H 30-50, E 50-60, L 60-130";
    assert_eq!(schedule("priority", 1_000, &jobs), text);
}
