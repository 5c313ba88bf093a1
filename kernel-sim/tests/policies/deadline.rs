//! Earliest deadline first.

use proptest::prelude::*;

use kernel_sim::workload::Job;

use crate::support::{deadline, job, metrics, priority, schedule};

/// What is done in each period, each time a job of its own: it comes with the period, and
/// has to be done at its end.
#[derive(Clone, Copy, Debug)]
struct Task {
    period: u64,
    computing: u64,
}

impl Task {
    fn jobs(self, name: &str, until: u64) -> impl Iterator<Item = Job> + use<> {
        let job = job(name, self.computing).with(deadline(self.period));
        let arrivals = (0..until).step_by(self.period as usize);
        arrivals.map(move |tick| job.clone().arrives(tick))
    }
}

/// Those that are late, by their number, under that policy.
fn late(policy: &str, jobs: &[Job]) -> Vec<usize> {
    let metrics = metrics(policy, 1_000, jobs);
    // Processes are made in the order of the jobs, and admitted in that of their coming.
    let mut threads = metrics.threads;
    threads.sort_by_key(|thread| thread.pid);
    let lives = threads.iter().zip(jobs).enumerate();
    let late = lives.filter(|(_, (thread, job))| {
        let allowed = job.attributes().deadline().expect("each has one");
        thread.turnaround.expect("it has ended") > allowed
    });
    late.map(|(number, _)| number).collect()
}

/// Silberschatz 5.6.4: P1 takes 25 in each period of 50, P2 35 in each of 80.
const P1: Task = Task {
    period: 50,
    computing: 25,
};
const P2: Task = Task {
    period: 80,
    computing: 35,
};

/// Silberschatz 5.6.4: at 50, P2 has to be done by 80 and goes on, as P1 has until 100. At
/// 100 it has until 160 and is interrupted by P1, which has until 150.
#[test]
fn who_has_to_be_done_soonest_runs() {
    let jobs: Vec<Job> = P1.jobs("P1", 150).chain(P2.jobs("P2", 150)).collect();
    assert_eq!(
        schedule("edf", 1_000, &jobs),
        "P1 0-25, P2 25-60, P1 60-85, P2 85-100, P1 100-125, P2 125-145"
    );
    assert_eq!(late("edf", &jobs), []);
}

/// Silberschatz 5.6.3: with the same tasks, if priority goes by how short a period is, P2
/// still has to do at 80.
#[test]
fn by_the_rate_of_their_periods_they_would_be_late() {
    let by_rate = |jobs: Vec<Job>, level| {
        let rated = move |job: Job| {
            let attributes = job.attributes().with_priority(priority(level));
            job.with(attributes)
        };
        jobs.into_iter().map(rated)
    };
    let (p1, p2) = (P1.jobs("P1", 150).collect(), P2.jobs("P2", 150).collect());
    let jobs: Vec<Job> = by_rate(p1, 20).chain(by_rate(p2, 10)).collect();
    assert_eq!(
        schedule("priority", 1_000, &jobs),
        "P1 0-25, P2 25-50, P1 50-75, P2 75-85, P2 85-100, P1 100-125, P2 125-145"
    );
    assert_eq!(late("priority", &jobs), [3]);
}

/// From the rule: A waits from 20 to 30 and then has until 80, so B, which has until 70,
/// goes on. C says nothing and is last.
#[test]
fn who_is_woken_has_a_new_deadline_and_who_has_none_is_last() {
    let jobs = [
        job("C", 10),
        job("A", 20).waits(10).computes(20).with(deadline(50)),
        job("B", 40).with(deadline(70)),
    ];
    let text = "A 0-20, B 20-60, A 60-80, C 80-90";
    assert_eq!(schedule("edf", 1_000, &jobs), text);
}

/// The times of a number of jobs: when they come, what they take, by when they are due.
type Times = Vec<(u64, u64, u64)>;

/// Whether these can be done in time. If not, there is a stretch of time into which more
/// has to go than it is long, and one that begins as one comes and ends as one is due.
fn is_feasible(times: &Times) -> bool {
    let fits = |from: u64, to: u64| {
        let inside = times
            .iter()
            .filter(|(comes, _, due)| *comes >= from && *due <= to);
        from + inside.map(|(_, takes, _)| takes).sum::<u64>() <= to.max(from)
    };
    let mut ends = times.iter().map(|(_, _, due)| *due);
    ends.all(|to| times.iter().all(|(from, ..)| fits(*from, to)))
}

fn as_jobs(times: &Times) -> Vec<Job> {
    let named = |(place, &(comes, takes, due)): (usize, &(u64, u64, u64))| {
        let job = job(&format!("job{place}"), takes).arrives(comes);
        job.with(deadline(due - comes))
    };
    times.iter().enumerate().map(named).collect()
}

/// Tasks that are due at their next period, until all begin at once again, and that need
/// no more of the CPU than there is.
fn tasks() -> impl Strategy<Value = Vec<Task>> {
    let task = (prop::sample::select(&[40u64, 60, 80, 120][..]), 1..=100u64);
    prop::collection::vec(task, 1..5).prop_map(|wanted| {
        let mut left = 240;
        let mut fits = |(period, percent): (u64, u64)| {
            let times = 240 / period;
            let computing = (period * percent / 100).max(8).min(left / times);
            left -= computing * times;
            Some(Task { period, computing }).filter(|_| computing >= 8)
        };
        wanted.into_iter().filter_map(&mut fits).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Liu and Layland, theorem 7: up to all of the CPU.
    #[test]
    fn periodic_tasks_that_fit_are_all_in_time(tasks in tasks()) {
        let named = |(place, task): (usize, &Task)| task.jobs(&format!("task{place}"), 240);
        let jobs: Vec<Job> = tasks.iter().enumerate().flat_map(named).collect();
        prop_assert_eq!(late("edf", &jobs), []);
    }

    #[test]
    fn whatever_can_be_done_in_time_is(
        times in prop::collection::vec((0..60u64, 8..30u64, 0..80u64), 1..7),
    ) {
        let due = |(comes, takes, more)| (comes, takes, comes + takes + more);
        let times: Times = times.into_iter().map(due).collect();
        prop_assert_eq!(late("edf", &as_jobs(&times)).is_empty(), is_feasible(&times));
    }
}

/// The search is no use if all sets are of one kind.
#[test]
fn with_one_tick_less_a_set_that_fits_does_not() {
    for (due, fits) in [(30, true), (29, false)] {
        let times = vec![(0, 10, 60), (10, 10, due), (12, 10, due)];
        assert_eq!(is_feasible(&times), fits);
        assert_eq!(late("edf", &as_jobs(&times)).is_empty(), fits);
    }
}
