//! The Gantt chart.

use kernel_sim::schedule::{Gantt, Metrics, Unit};

use crate::{Run, micros, one_waits};

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
