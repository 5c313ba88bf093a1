//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/policies_checkpoints.rs"]
mod policies_checkpoints;
#[path = "../../docs/exercises/policies_eligible.rs"]
mod policies_eligible;
#[path = "../../docs/exercises/policies_fits.rs"]
mod policies_fits;
#[path = "../../docs/exercises/policies_idle.rs"]
mod policies_idle;
#[path = "../../docs/exercises/policies_machine.rs"]
mod policies_machine;
#[path = "../../docs/exercises/policies_marks.rs"]
mod policies_marks;
#[path = "../../docs/exercises/policies_older.rs"]
mod policies_older;
#[path = "../../docs/exercises/policies_own.rs"]
mod policies_own;
#[path = "../../docs/exercises/policies_quantum.rs"]
mod policies_quantum;
#[path = "../../docs/exercises/policies_ratio.rs"]
mod policies_ratio;
#[path = "../../docs/exercises/policies_slowdown.rs"]
mod policies_slowdown;
#[path = "../../docs/exercises/policies_steps.rs"]
mod policies_steps;
#[path = "../../docs/exercises/policies_waiting.rs"]
mod policies_waiting;

/// All of them.
const EXERCISES: [Exercise; 15] = [
    Exercise {
        file: "arrows.rs",
        start: arrows::check_start,
        solution: arrows::check_solution,
    },
    Exercise {
        file: "contexts.rs",
        start: contexts::check_start,
        solution: contexts::check_solution,
    },
    Exercise {
        file: "policies_checkpoints.rs",
        start: policies_checkpoints::check_start,
        solution: policies_checkpoints::check_solution,
    },
    Exercise {
        file: "policies_eligible.rs",
        start: policies_eligible::check_start,
        solution: policies_eligible::check_solution,
    },
    Exercise {
        file: "policies_fits.rs",
        start: policies_fits::check_start,
        solution: policies_fits::check_solution,
    },
    Exercise {
        file: "policies_idle.rs",
        start: policies_idle::check_start,
        solution: policies_idle::check_solution,
    },
    Exercise {
        file: "policies_machine.rs",
        start: policies_machine::check_start,
        solution: policies_machine::check_solution,
    },
    Exercise {
        file: "policies_marks.rs",
        start: policies_marks::check_start,
        solution: policies_marks::check_solution,
    },
    Exercise {
        file: "policies_older.rs",
        start: policies_older::check_start,
        solution: policies_older::check_solution,
    },
    Exercise {
        file: "policies_own.rs",
        start: policies_own::check_start,
        solution: policies_own::check_solution,
    },
    Exercise {
        file: "policies_quantum.rs",
        start: policies_quantum::check_start,
        solution: policies_quantum::check_solution,
    },
    Exercise {
        file: "policies_ratio.rs",
        start: policies_ratio::check_start,
        solution: policies_ratio::check_solution,
    },
    Exercise {
        file: "policies_slowdown.rs",
        start: policies_slowdown::check_start,
        solution: policies_slowdown::check_solution,
    },
    Exercise {
        file: "policies_steps.rs",
        start: policies_steps::check_start,
        solution: policies_steps::check_solution,
    },
    Exercise {
        file: "policies_waiting.rs",
        start: policies_waiting::check_start,
        solution: policies_waiting::check_solution,
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
