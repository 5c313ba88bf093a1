//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/clock_idle.rs"]
mod clock_idle;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/dispatch_loop.rs"]
mod dispatch_loop;
#[path = "../../docs/exercises/news_latch.rs"]
mod news_latch;
#[path = "../../docs/exercises/python_turns.rs"]
mod python_turns;
#[path = "../../docs/exercises/queue_append.rs"]
mod queue_append;
#[path = "../../docs/exercises/table_tickets.rs"]
mod table_tickets;
#[path = "../../docs/exercises/trace_lives.rs"]
mod trace_lives;
#[path = "../../docs/exercises/waiting_gate.rs"]
mod waiting_gate;

/// All of them.
const EXERCISES: [Exercise; 10] = [
    Exercise {
        file: "arrows.rs",
        start: arrows::check_start,
        solution: arrows::check_solution,
    },
    Exercise {
        file: "clock_idle.rs",
        start: clock_idle::check_start,
        solution: clock_idle::check_solution,
    },
    Exercise {
        file: "contexts.rs",
        start: contexts::check_start,
        solution: contexts::check_solution,
    },
    Exercise {
        file: "dispatch_loop.rs",
        start: dispatch_loop::check_start,
        solution: dispatch_loop::check_solution,
    },
    Exercise {
        file: "news_latch.rs",
        start: news_latch::check_start,
        solution: news_latch::check_solution,
    },
    Exercise {
        file: "python_turns.rs",
        start: python_turns::check_start,
        solution: python_turns::check_solution,
    },
    Exercise {
        file: "queue_append.rs",
        start: queue_append::check_start,
        solution: queue_append::check_solution,
    },
    Exercise {
        file: "table_tickets.rs",
        start: table_tickets::check_start,
        solution: table_tickets::check_solution,
    },
    Exercise {
        file: "trace_lives.rs",
        start: trace_lives::check_start,
        solution: trace_lives::check_solution,
    },
    Exercise {
        file: "waiting_gate.rs",
        start: waiting_gate::check_start,
        solution: waiting_gate::check_solution,
    },
];

struct Exercise {
    file: &'static str,
    start: fn(),
    solution: fn(),
}

fn passes(check: impl FnOnce() + UnwindSafe) -> bool {
    catch_unwind(check).is_ok()
}

#[test]
fn the_start_fails_its_check_and_the_solution_passes() {
    let mut problems = Vec::new();
    for Exercise {
        file,
        start,
        solution,
    } in EXERCISES
    {
        if passes(start) {
            problems.push(format!("docs/exercises/{file}: there is nothing to do"));
        }
        if !passes(solution) {
            problems.push(format!("docs/exercises/{file}: the solution is wrong"));
        }
    }
    no_problems(problems);
}

#[test]
fn every_exercise_is_checked_and_its_solution_folded_away() {
    let mut problems = Vec::new();
    for path in files_below("docs/exercises") {
        let name = path.file_name().expect("it has one").to_string_lossy();
        if !EXERCISES.iter().any(|exercise| exercise.file == name) {
            problems.push(format!("{}: nobody checks it", path.display()));
        }
        for anchor in ["start", "solution"] {
            problems.extend(problem_of(&path, anchor));
        }
    }
    no_problems(problems);
}

fn problem_of(path: &PathBuf, anchor: &str) -> Option<String> {
    for page in pages() {
        let includes = page.includes().into_iter();
        let mut shown = includes
            .filter(|include| include.file == *path && include.anchor.as_deref() == Some(anchor));
        let Some(include) = shown.next() else {
            continue;
        };
        let before: Vec<&str> = page.text.lines().take(include.line).collect();
        let count = |tag| before.iter().filter(|line| line.contains(tag)).count();
        let is_folded = count("<details>") > count("</details>");
        return (is_folded != (anchor == "solution")).then(|| {
            format!(
                "{}: a solution is folded away, and nothing else",
                page.at(include.line)
            )
        });
    }
    Some(format!("{}: no page shows its '{anchor}'", path.display()))
}
