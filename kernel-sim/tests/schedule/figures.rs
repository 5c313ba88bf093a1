//! Times, lost time, and Jain's index.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::schedule::{Gantt, Metrics, Unit};

use crate::{Run, micros, one_waits};

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
    assert_eq!(metrics.threads[0].lost, micros(5));
    assert_eq!(metrics.threads[1].lost, micros(10));
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
times in us  turnaround  response   waiting   running   blocked  switches      lost
runs                  -         0         0        40         0         1         0
never runs            -         -        40         0         0         0         0
mean                  -         0        20        20         0       0.5         0

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
