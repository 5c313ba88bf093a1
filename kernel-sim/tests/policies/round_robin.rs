//! Round-robin. That nobody starves is in `starvation.rs`.

use crate::support::{job, metrics, schedule, ticks, waiting};

/// OSTEP 7.7, ten ticks for each of its seconds: three jobs of 5, a slice of 1. Each
/// has its first turn after 0, 1 and 2: an average response of 1.
#[test]
fn each_has_a_slice_in_turn() {
    let jobs = [job("A", 50), job("B", 50), job("C", 50)];
    assert_eq!(
        schedule("round-robin", 10, &jobs),
        "A 0-10, B 10-20, C 20-30, A 30-40, B 40-50, C 50-60, A 60-70, B 70-80, C 80-90, \
         A 90-100, B 100-110, C 110-120, A 120-130, B 130-140, C 140-150"
    );
    let response = metrics("round-robin", 10, &jobs).response();
    assert_eq!(ticks(response), 10);
}

/// Silberschatz 5.3.3, ten ticks for each of its milliseconds: bursts of 24, 3 and 3, a
/// quantum of 4. P1 waits 10 - 4, P2 4, P3 7.
#[test]
fn who_needs_less_than_its_quantum_gives_up_the_rest() {
    let jobs = [job("P1", 240), job("P2", 30), job("P3", 30)];
    let text = "P1 0-40, P2 40-70, P3 70-100, P1 100-300";
    assert_eq!(schedule("round-robin", 40, &jobs), text);
    let waited = waiting(&metrics("round-robin", 40, &jobs));
    assert_eq!(waited, 60 + 40 + 70);
}

/// From the rule: B comes at 10, just when A's quantum is over, and has been in the line
/// when A joins it.
#[test]
fn who_comes_as_a_quantum_ends_is_before_who_is_interrupted() {
    let jobs = [job("A", 30), job("B", 20).arrives(10)];
    let text = "A 0-10, B 10-20, A 20-30, B 30-40, A 40-50";
    assert_eq!(schedule("round-robin", 10, &jobs), text);
}
