//! What is told of a run afterwards, against runs that were made by hand and worked out
//! on paper: times, lost time, Jain's index, and the chart.

use std::time::Duration;

use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Wait, WaitReason};
use kernel_sim::kernel::{Kernel, Running};
use kernel_sim::schedule::{Gantt, Metrics, Schedule, Unit};

/// A kernel of threads without contexts, whose history is kept; times are in
/// microseconds.
struct Run {
    kernel: Kernel<()>,
}

impl Run {
    fn new() -> Run {
        let mut run = Run::without_history();
        run.kernel.keep_history();
        run
    }

    fn without_history() -> Run {
        let kernel = Kernel::new(Clock::counted(), Default::default());
        Run { kernel }
    }

    fn comes(&mut self, name: &'static str) -> Pid {
        let pid = self.kernel.create((), Priority::NORMAL, name);
        self.kernel.admit(pid).expect("it is new");
        pid
    }

    fn pass(&mut self, micros: u64) {
        self.kernel.pass(Duration::from_micros(micros));
    }

    /// The next one runs for so long.
    fn runs(&mut self, micros: u64) -> Running<()> {
        let thread = self.kernel.dispatch().expect("somebody is ready");
        self.pass(micros);
        thread
    }

    fn runs_and_yields(&mut self, micros: u64) {
        let thread = self.runs(micros);
        self.kernel.preempt(thread);
    }

    fn runs_and_parks(&mut self, micros: u64) {
        let thread = self.runs(micros);
        let (reason, deadline) = (WaitReason::Park, None);
        self.kernel.block(thread, Wait { reason, deadline });
    }

    fn runs_and_ends(&mut self, micros: u64) {
        let thread = self.runs(micros);
        let pid = thread.pid();
        self.kernel.exit(thread);
        self.kernel.reap(pid).expect("it has ended");
    }

    fn schedule(&self) -> Schedule {
        Schedule::of(self.kernel.history().expect("it is kept"))
    }

    fn metrics(&self) -> Metrics {
        Metrics::of(&self.schedule())
    }
}

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// ```text
///   a  ███ 30 ~~~~~~~~ 50 ~~~~~~~ █ 10
///   b  ··· 30 ██ 20   (nobody 30)
/// ```
fn one_waits() -> Run {
    let mut run = Run::new();
    let a = run.comes("a");
    run.comes("b");
    run.runs_and_parks(30);
    run.runs_and_ends(20);
    run.pass(30);
    run.kernel.wake(a).expect("it waits");
    run.runs_and_ends(10);
    run
}

#[test]
fn the_times_of_a_thread_are_those_that_it_has_had() {
    let metrics = one_waits().metrics();
    let [a, b] = &metrics.threads[..] else {
        panic!("there are two");
    };
    assert_eq!((a.name.as_str(), b.name.as_str()), ("a", "b"));
    assert_eq!(a.turnaround, Some(micros(90)));
    assert_eq!(a.response, Some(micros(0)));
    assert_eq!(
        (a.waiting, a.running, a.blocked),
        (micros(0), micros(40), micros(50))
    );
    assert_eq!(b.turnaround, Some(micros(50)));
    assert_eq!(b.response, Some(micros(30)));
    assert_eq!(
        (b.waiting, b.running, b.blocked),
        (micros(30), micros(20), micros(0))
    );
    assert_eq!((a.switches, b.switches, metrics.switches), (2, 1, 3));
    assert_eq!(metrics.span, micros(90));
    assert_eq!(metrics.turnaround(), micros(70));
    assert_eq!(metrics.response(), micros(15));
    assert_eq!(metrics.waiting(), micros(15));
    // Two in 90 microseconds.
    assert!((metrics.throughput() - 2e6 / 90.0).abs() < 1e-6);
}

/// In the 30 microseconds in which nobody runs, nobody could.
#[test]
fn time_in_which_all_wait_is_not_lost() {
    let metrics = one_waits().metrics();
    assert_eq!(metrics.lost, micros(0));
    assert_eq!(metrics.share_lost(), 0.0);
}

/// Ten between two turns, and five before the first one.
#[test]
fn time_in_which_somebody_could_run_and_nobody_does_is_lost() {
    let mut run = Run::new();
    run.comes("a");
    run.comes("b");
    run.pass(5);
    run.runs_and_yields(20);
    run.pass(10);
    run.runs_and_yields(25);
    let metrics = run.metrics();
    assert_eq!(metrics.lost, micros(15));
    assert_eq!(metrics.share_lost(), 0.25);
    let later = run.schedule().until(micros(63));
    assert_eq!(Metrics::of(&later).lost, micros(18));
}

/// The others still had the CPU, so it was not lost.
#[test]
fn to_look_at_a_few_threads_alone_loses_no_time() {
    let mut run = Run::new();
    let main = run.comes("main");
    run.comes("worker");
    run.runs_and_yields(40);
    run.runs_and_ends(10);
    run.runs_and_ends(20);
    let schedule = run.schedule().only(|_, pid| pid != main);
    let metrics = Metrics::of(&schedule);
    assert_eq!(metrics.lost, micros(0));
    assert_eq!(metrics.threads.len(), 1);
    assert_eq!(metrics.threads[0].response, Some(micros(40)));
    let turns: Vec<_> = schedule.turns().map(|turn| turn.name).collect();
    assert_eq!(turns, ["worker"]);
    let names = run.schedule();
    let names: Vec<_> = names.turns().map(|turn| turn.name).collect();
    assert_eq!(names, ["main", "worker", "main"]);
}

/// Dispatched again and again while it is alone, it has one turn, with one switch.
#[test]
fn who_follows_itself_is_not_a_switch() {
    let mut run = Run::new();
    let a = run.comes("a");
    run.runs_and_yields(10);
    run.runs_and_yields(10);
    run.runs_and_parks(10);
    run.pass(70);
    run.kernel.wake(a).expect("it waits");
    run.runs_and_ends(10);
    let schedule = run.schedule();
    let turns: Vec<_> = schedule.turns().map(|turn| (turn.from, turn.to)).collect();
    assert_eq!(turns, [(micros(0), micros(110))]);
    assert_eq!(Metrics::of(&schedule).switches, 1);
}

/// A kill wakes it, and it has one more turn.
#[test]
fn a_killed_thread_ends_like_any_other() {
    let mut run = Run::new();
    let a = run.comes("a");
    run.comes("b");
    run.runs_and_parks(10);
    run.kernel.kill(a);
    run.runs_and_yields(5);
    run.runs_and_ends(1);
    let metrics = run.metrics();
    assert_eq!(metrics.threads[0].turnaround, Some(micros(16)));
    assert_eq!(metrics.threads[0].waiting, micros(5));
    assert_eq!(metrics.threads[0].blocked, micros(0));
    assert_eq!(metrics.threads[1].turnaround, None);
}

/// It was New and never wanted the CPU.
#[test]
fn who_was_never_admitted_is_not_there() {
    let mut run = Run::new();
    let never = run.kernel.create((), Priority::NORMAL, "never");
    let late = run.kernel.create((), Priority::NORMAL, "late");
    run.comes("a");
    run.runs_and_yields(30);
    run.kernel.discard(never).expect("it is new");
    run.kernel.admit(late).expect("it is new");
    run.runs_and_ends(10);
    run.runs_and_ends(10);
    let metrics = run.metrics();
    let names: Vec<_> = metrics.threads.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["a", "late"]);
    // From its admission, and not from when it was made.
    assert_eq!(metrics.threads[1].turnaround, Some(micros(20)));
}

#[test]
fn who_has_not_ended_has_no_turnaround_and_is_there_until_the_end() {
    let mut run = Run::new();
    run.comes("runs");
    run.comes("never runs");
    let thread = run.runs(40);
    let schedule = run.schedule().until(micros(40));
    let metrics = Metrics::of(&schedule);
    assert_eq!(metrics.threads[0].turnaround, None);
    assert_eq!(metrics.threads[0].running, micros(40));
    assert_eq!(metrics.threads[1].response, None);
    assert_eq!(metrics.threads[1].waiting, micros(40));
    assert_eq!(metrics.turnaround(), micros(0));
    assert_eq!(metrics.throughput(), 0.0);
    assert_eq!(metrics.span, micros(40));
    assert_eq!(
        metrics.text(Unit::Micros),
        "\
times in us  turnaround  response   waiting   running   blocked  switches
runs                  -         0         0        40         0         1
never runs            -         -        40         0         0         0
mean                  -         0        20        20         0       0.5

0 of 2 threads have ended in 40 us: a throughput of 0.0 a second.
Fairness 0.500: Jain's index, 1 if all had the same part of the time in which they could run.
1 switch, in which 0 us were lost, 0.0 % of the time.
"
    );
    run.kernel.exit(thread);
}

#[test]
fn times_before_the_last_step_change_nothing() {
    let schedule = one_waits().schedule();
    assert_eq!(schedule.clone().until(micros(3)).end(), schedule.end());
}

#[test]
fn a_history_in_which_nothing_happened_is_told_without_panic() {
    let run = Run::new();
    for schedule in [run.schedule(), run.schedule().until(micros(100))] {
        assert_eq!(Gantt::of(&schedule).to_string(), "nobody was there\n");
        let metrics = Metrics::of(&schedule);
        assert_eq!(metrics.fairness(), 1.0);
        assert_eq!(metrics.span, micros(0));
        assert!(
            metrics
                .text(Unit::Ticks)
                .contains("0 of 0 threads have ended in 0 ticks")
        );
    }
    // Somebody came, and no time has passed since.
    let mut run = Run::new();
    run.comes("a");
    let text = Gantt::of(&run.schedule()).to_string();
    assert!(text.starts_with("a\n    └──"), "{text}");
    assert!(text.contains("\nus  0\n"), "{text}");
}

/// What runs and nobody knows is not time in which nobody ran.
#[test]
fn of_who_was_there_before_the_history_nothing_is_told() {
    let mut run = Run::without_history();
    run.comes("before");
    run.kernel.keep_history();
    run.comes("a");
    run.runs_and_yields(50);
    run.runs_and_ends(10);
    let metrics = run.metrics();
    assert_eq!(metrics.threads.len(), 1);
    assert_eq!(metrics.threads[0].waiting, micros(50));
    assert_eq!(metrics.lost, micros(0));
}

/// n threads of which the i-th runs so long and is ready, without running, for so long.
fn fairness(parts: &[(u64, u64)]) -> f64 {
    let mut run = Run::new();
    run.comes("model");
    run.runs_and_ends(1);
    let mut metrics = run.metrics();
    let model = metrics.threads.remove(0);
    for &(running, waiting) in parts {
        let mut thread = model.clone();
        (thread.running, thread.waiting) = (micros(running), micros(waiting));
        metrics.threads.push(thread);
    }
    metrics.fairness()
}

/// (Σx)² / (n Σx²), where x is the part of the time that it wanted.
#[test]
fn fairness_is_jains_index() {
    for (parts, index) in [
        // All the same, however much it is.
        (&[(10, 10), (300, 300)][..], 1.0),
        (&[(10, 0)], 1.0),
        // One has all, and three have nothing: 1 / 4.
        (&[(10, 0), (0, 10), (0, 10), (0, 10)], 0.25),
        // k of n have the same and the others nothing: k / n.
        (&[(5, 5), (5, 5), (0, 10), (0, 10), (0, 10)], 0.4),
        // 1 and 1/2: (3/2)² / (2 × 5/4) = 9/10.
        (&[(10, 0), (10, 10)], 0.9),
        // 1, 1/2, 1/4: (7/4)² / (3 × 21/16) = 7/9.
        (&[(8, 0), (8, 8), (8, 24)], 7.0 / 9.0),
        // Who wants nothing is not treated unfairly.
        (&[(10, 0), (10, 10), (0, 0)], 0.9),
        (&[(0, 0)], 1.0),
        (&[], 1.0),
        // If nobody has had anything, that is even.
        (&[(0, 5), (0, 7)], 1.0),
    ] {
        let found = fairness(parts);
        assert!((found - index).abs() < 1e-12, "{parts:?}: {found}");
    }
}

/// With a column for each microsecond, what is drawn is what is counted.
#[test]
fn the_columns_of_the_chart_add_up_to_the_times() {
    let mut run = Run::new();
    let (a, b) = (run.comes("a"), run.comes("b"));
    for round in 1..6 {
        run.runs_and_parks(round);
        run.pass(2);
        run.runs_and_yields(2 * round);
        run.comes("c");
        run.runs_and_parks(3);
        run.pass(4);
        run.kernel.wake(a).expect("it waits");
        run.kernel.wake(b).expect("it waits");
        run.runs_and_ends(round);
    }
    let schedule = run.schedule();
    let metrics = Metrics::of(&schedule);
    let width = metrics.span.as_micros() as usize;
    let chart = Gantt::of(&schedule).with_width(width).to_string();
    for (line, thread) in chart.lines().zip(&metrics.threads) {
        let count = |letter| micros(line[4..].chars().filter(|&c| c == letter).count() as u64);
        assert_eq!(count('█'), thread.running, "{chart}");
        assert_eq!(count('·'), thread.waiting, "{chart}");
        assert_eq!(count('~'), thread.blocked, "{chart}");
        assert_eq!(count('▄'), micros(0), "{chart}");
    }
    // At no time two run.
    let rows: Vec<Vec<char>> = chart
        .lines()
        .take(metrics.threads.len())
        .map(|line| line.chars().collect())
        .collect();
    for column in 4..width + 4 {
        let runs = |row: &&Vec<char>| row.get(column) == Some(&'█');
        assert!(rows.iter().filter(runs).count() <= 1, "{column}\n{chart}");
    }
}

/// A column is three microseconds; the first `a` comes back after 80.
#[test]
fn the_chart_has_a_row_for_each_thread_with_round_numbers_below() {
    let mut run = one_waits();
    run.comes("a");
    run.runs_and_yields(30);
    let chart = Gantt::of(&run.schedule()).with_width(40).to_string();
    assert_eq!(
        chart,
        "\
a   ██████████~~~~~~~~~~~~~~~~▄███
b   ··········███████
a                                 ██████████
    └─────┴──────┴──────┴─────┴──────┴──────
us  0     20     40     60    80     100
    █ runs  ▄ runs for less than half  · is ready  ~ waits
"
    );
}

/// In each column of ten, `a` has six, in two turns, and `b` has four.
#[test]
fn turns_that_share_a_column_are_added_up() {
    let mut run = Run::new();
    run.comes("a");
    run.comes("b");
    for _ in 0..8 {
        run.runs_and_yields(3);
        run.runs_and_yields(4);
        run.runs_and_yields(3);
        run.runs_and_yields(0);
    }
    let chart = Gantt::of(&run.schedule()).with_width(8).to_string();
    assert!(chart.starts_with("a   ████████\nb   ▄▄▄▄▄▄▄▄\n"), "{chart}");
}

/// In each column of ten, `b` waits until it is woken, and is ready after that.
#[test]
fn a_column_without_turns_shows_what_lasted_longer() {
    let mut run = Run::new();
    let b = run.comes("b");
    run.comes("a");
    for woken_after in [4, 4, 4, 5, 6, 6, 6, 6] {
        run.runs_and_parks(0);
        let a = run.runs(woken_after);
        run.kernel.wake(b).expect("it waits");
        run.pass(10 - woken_after);
        run.kernel.preempt(a);
    }
    let chart = Gantt::of(&run.schedule()).with_width(8).to_string();
    assert!(chart.starts_with("b   ····~~~~\na   ████████\n"), "{chart}");
}

/// Names in wide letters, one that is too long, and one that would move the cursor.
#[test]
fn rows_begin_in_the_same_column_whatever_the_names_are() {
    let mut run = Run::new();
    for name in [
        "worker",
        "쓰레드",
        "worker",
        "a name that is longer than there is room for",
        "two\nlines",
    ] {
        run.comes(name);
    }
    for _ in 0..5 {
        run.runs_and_ends(10);
    }
    let schedule = run.schedule();
    assert_eq!(
        Gantt::of(&schedule).with_width(10).to_string(),
        "\
worker                    ██
쓰레드                    ··██
worker                    ····██
a name that is longer t…  ······██
two\u{fffd}lines                 ········██
                          └─────────
us                        0
                          █ runs  ▄ runs for less than half  · is ready  ~ waits
"
    );
    let text = Metrics::of(&schedule).text(Unit::Micros);
    assert!(
        text.contains("\n쓰레드                            20        10"),
        "{text}"
    );
    assert!(
        text.contains("\ntwo\u{fffd}lines                         50        40"),
        "{text}"
    );
}
