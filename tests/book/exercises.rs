//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/chunk_map.rs"]
mod chunk_map;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/debounce.rs"]
mod debounce;
#[path = "../../docs/exercises/deep_sum.rs"]
mod deep_sum;
#[path = "../../docs/exercises/longest_turn.rs"]
mod longest_turn;
#[path = "../../docs/exercises/may_it_wait.rs"]
mod may_it_wait;
#[path = "../../docs/exercises/own_line.rs"]
mod own_line;
#[path = "../../docs/exercises/own_lock.rs"]
mod own_lock;
#[path = "../../docs/exercises/stack_chain.rs"]
mod stack_chain;
#[path = "../../docs/exercises/stacks_needed.rs"]
mod stacks_needed;
#[path = "../../docs/exercises/who_may_enter.rs"]
mod who_may_enter;

/// All of them.
const EXERCISES: [Exercise; 12] = [
    Exercise {
        file: "arrows.rs",
        start: arrows::check_start,
        solution: arrows::check_solution,
    },
    Exercise {
        file: "chunk_map.rs",
        start: chunk_map::check_start,
        solution: chunk_map::check_solution,
    },
    Exercise {
        file: "contexts.rs",
        start: contexts::check_start,
        solution: contexts::check_solution,
    },
    Exercise {
        file: "debounce.rs",
        start: debounce::check_start,
        solution: debounce::check_solution,
    },
    Exercise {
        file: "deep_sum.rs",
        start: deep_sum::check_start,
        solution: deep_sum::check_solution,
    },
    Exercise {
        file: "longest_turn.rs",
        start: longest_turn::check_start,
        solution: longest_turn::check_solution,
    },
    Exercise {
        file: "may_it_wait.rs",
        start: may_it_wait::check_start,
        solution: may_it_wait::check_solution,
    },
    Exercise {
        file: "own_line.rs",
        start: own_line::check_start,
        solution: own_line::check_solution,
    },
    Exercise {
        file: "own_lock.rs",
        start: own_lock::check_start,
        solution: own_lock::check_solution,
    },
    Exercise {
        file: "stack_chain.rs",
        start: stack_chain::check_start,
        solution: stack_chain::check_solution,
    },
    Exercise {
        file: "stacks_needed.rs",
        start: stacks_needed::check_start,
        solution: stacks_needed::check_solution,
    },
    Exercise {
        file: "who_may_enter.rs",
        start: who_may_enter::check_start,
        solution: who_may_enter::check_solution,
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
