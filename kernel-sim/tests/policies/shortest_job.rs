//! Shortest job first, and how the length of a job is guessed.

use std::time::Duration;

use proptest::prelude::*;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::{Policy, ShortestJob};
use kernel_sim::kernel::state::Arrow;
use kernel_sim::workload::Job;

use crate::support::{job, metrics, schedule, turnaround, waiting};

fn told(name: &str, computing: u64) -> Job {
    job(name, computing).with_true_estimate()
}

/// OSTEP 7.4: 100, 10 and 10. Average turnaround (10 + 20 + 120) / 3.
#[test]
fn the_shortest_goes_first() {
    let jobs = [told("A", 100), told("B", 10), told("C", 10)];
    assert_eq!(schedule("sjf", 9, &jobs), "B 0-10, C 10-20, A 20-120");
    assert_eq!(turnaround(&metrics("sjf", 9, &jobs)), 3 * 50);
}

/// OSTEP 7.4: the same, but B and C come at 10. Nobody is interrupted, so the average
/// turnaround is (100 + 100 + 110) / 3.
#[test]
fn who_comes_late_waits_for_a_long_one() {
    let [b, c] = [told("B", 10).arrives(10), told("C", 10).arrives(10)];
    let jobs = [told("A", 100), b, c];
    assert_eq!(schedule("sjf", 9, &jobs), "A 0-100, B 100-110, C 110-120");
    assert_eq!(turnaround(&metrics("sjf", 9, &jobs)), 310);
}

/// Silberschatz 5.3.2, ten ticks for each of its milliseconds: 6, 8, 7 and 3. Average
/// waiting (3 + 16 + 9 + 0) / 4.
#[test]
fn four_bursts_are_sorted_by_length() {
    let jobs = [
        told("P1", 60),
        told("P2", 80),
        told("P3", 70),
        told("P4", 30),
    ];
    let text = "P4 0-30, P1 30-90, P3 90-160, P2 160-240";
    assert_eq!(schedule("sjf", 1_000, &jobs), text);
    assert_eq!(waiting(&metrics("sjf", 1_000, &jobs)), 30 + 160 + 90);
}

/// A policy and threads of no kernel that it is told of.
struct Guess {
    policy: ShortestJob,
    kernel: Kernel<()>,
}

impl Guess {
    fn new() -> Guess {
        Guess {
            policy: ShortestJob::default(),
            kernel: Kernel::default(),
        }
    }

    fn ready(&mut self, thread: Pid, attributes: Attributes, arrow: Arrow) {
        self.policy.ready(thread, &attributes, arrow, Instant::BOOT);
    }

    /// Somebody who says how long it takes, in half milliseconds.
    fn rival(&mut self, halves: u64) -> Pid {
        let rival = self.thread();
        let estimate = Duration::from_micros(500) * halves as u32;
        self.ready(
            rival,
            Attributes::default().with_estimate(estimate),
            Arrow::Admit,
        );
        rival
    }

    fn thread(&mut self) -> Pid {
        self.kernel.create((), Priority::NORMAL, "thread")
    }

    /// The thread gets the CPU, since there is nobody else, and leaves it.
    fn runs(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        assert_eq!(self.policy.next(Instant::BOOT), Some(thread));
        self.policy.ran(thread, time, arrow);
    }

    /// How many milliseconds the burst of a thread that is ready is thought to be: who
    /// takes half a millisecond less is before it, who takes half of one more is not.
    fn expected(&mut self, thread: Pid) -> Option<u64> {
        (1..50).find(|&millis| {
            let (less, more) = (self.rival(2 * millis - 1), self.rival(2 * millis + 1));
            let found = self.policy.in_order() == [less, thread, more];
            self.policy.remove(less);
            self.policy.remove(more);
            found
        })
    }
}

/// Silberschatz 5.3.2, figure 5.4: the first guess is 10, α is 1/2.
#[test]
fn a_guess_is_the_average_of_the_last_guess_and_what_it_came_to() {
    let mut guess = Guess::new();
    let thread = guess.thread();
    let told = Attributes::default().with_estimate(Duration::from_millis(10));
    guess.ready(thread, told, Arrow::Admit);
    let mut guesses = vec![guess.expected(thread)];
    for came_to in [6, 4, 6, 4, 13, 13, 13] {
        guess.runs(thread, Duration::from_millis(came_to), Arrow::Block);
        guess.ready(thread, told, Arrow::Wake);
        guesses.push(guess.expected(thread));
    }
    assert_eq!(guesses, [10, 8, 6, 6, 5, 9, 11, 12].map(Some));
}

/// From the rule: 4 and 8 have been, so who says nothing is thought to take 6. That it
/// yields in between makes no burst of its own.
#[test]
fn of_whom_nothing_is_known_the_average_of_all_is_assumed() {
    let mut guess = Guess::new();
    for parts in [&[4][..], &[3, 5][..]] {
        let thread = guess.thread();
        guess.ready(thread, Attributes::default(), Arrow::Admit);
        let (last, first) = parts.split_last().expect("there is one");
        for &part in first {
            guess.runs(thread, Duration::from_millis(part), Arrow::Preempt);
            guess.ready(thread, Attributes::default(), Arrow::Preempt);
        }
        guess.runs(thread, Duration::from_millis(*last), Arrow::Exit);
    }
    let thread = guess.thread();
    guess.ready(thread, Attributes::default(), Arrow::Admit);
    assert_eq!(guess.expected(thread), Some(6));
}

/// What they wait in all, if they run in that order.
fn waiting_in(order: &[u64]) -> u64 {
    let (mut now, mut waited) = (0, 0);
    for length in order {
        waited += now;
        now += length;
    }
    waited
}

/// The least that they can wait in all, whoever goes first.
fn least_waiting(done: &mut Vec<u64>, left: &mut Vec<u64>) -> u64 {
    if left.is_empty() {
        return waiting_in(done);
    }
    let mut least = u64::MAX;
    for place in 0..left.len() {
        let next = left.remove(place);
        done.push(next);
        least = least.min(least_waiting(done, left));
        done.pop();
        left.insert(place, next);
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_no_other_order_do_they_wait_less(lengths in prop::collection::vec(8..100u64, 1..7)) {
        let jobs: Vec<Job> = lengths.iter().map(|&length| told("job", length)).collect();
        // All jobs of a name are one program, which would be the last one's.
        let jobs: Vec<Job> = jobs.into_iter().enumerate()
            .map(|(place, it)| told(&format!("job{place}"), it.computing()))
            .collect();
        let least = least_waiting(&mut Vec::new(), &mut lengths.clone());
        prop_assert_eq!(waiting(&metrics("sjf", 1_000, &jobs)), least);
    }
}
