//! First in, first out.

use crate::support::{job, metrics, schedule, turnaround, waiting};

/// OSTEP 7.3: three jobs of 10 come in this order. Average turnaround (10 + 20 + 30) / 3.
#[test]
fn who_comes_first_runs_first() {
    let jobs = [job("A", 10), job("B", 10), job("C", 10)];
    assert_eq!(schedule("fifo", 1_000, &jobs), "A 0-10, B 10-20, C 20-30");
    assert_eq!(turnaround(&metrics("fifo", 1_000, &jobs)), 3 * 20);
}

/// OSTEP 7.3: the same, but the first job takes 100. Average turnaround
/// (100 + 110 + 120) / 3. The quantum is shorter: it must not matter.
#[test]
fn behind_a_long_job_there_is_a_convoy() {
    let jobs = [job("A", 100), job("B", 10), job("C", 10)];
    assert_eq!(schedule("fifo", 9, &jobs), "A 0-100, B 100-110, C 110-120");
    assert_eq!(turnaround(&metrics("fifo", 9, &jobs)), 3 * 110);
}

/// Silberschatz 5.3.1, ten ticks for each of its milliseconds: bursts of 24, 3 and 3 make
/// an average waiting of 17 in this order, and of 3 with the long one last.
#[test]
fn how_long_all_wait_depends_on_the_order_of_their_coming() {
    let [p1, p2, p3] = [job("P1", 240), job("P2", 30), job("P3", 30)];
    let jobs = [p1.clone(), p2.clone(), p3.clone()];
    let text = "P1 0-240, P2 240-270, P3 270-300";
    assert_eq!(schedule("fifo", 1_000, &jobs), text);
    assert_eq!(waiting(&metrics("fifo", 1_000, &jobs)), 3 * 170);

    let jobs = [p2, p3, p1];
    let text = "P2 0-30, P3 30-60, P1 60-300";
    assert_eq!(schedule("fifo", 1_000, &jobs), text);
    assert_eq!(waiting(&metrics("fifo", 1_000, &jobs)), 3 * 30);
}

/// From the rule: A waits from 20 to 30, while B runs. Then it stands behind C.
#[test]
fn who_has_waited_comes_last_the_next_time() {
    let a = job("A", 20).waits(10).computes(20);
    let jobs = [a, job("B", 50), job("C", 30)];
    let text = "A 0-20, B 20-70, C 70-100, A 100-120";
    assert_eq!(schedule("fifo", 1_000, &jobs), text);
}
