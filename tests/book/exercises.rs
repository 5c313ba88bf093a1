//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/again.rs"]
mod again;
#[path = "../../docs/exercises/all_events.rs"]
mod all_events;
#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/cached.rs"]
mod cached;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/fair_lock.rs"]
mod fair_lock;
#[path = "../../docs/exercises/holes.rs"]
mod holes;
#[path = "../../docs/exercises/latch.rs"]
mod latch;
#[path = "../../docs/exercises/once_phases.rs"]
mod once_phases;
#[path = "../../docs/exercises/patience.rs"]
mod patience;
#[path = "../../docs/exercises/prefix_sums.rs"]
mod prefix_sums;
#[path = "../../docs/exercises/publish.rs"]
mod publish;
#[path = "../../docs/exercises/repaired.rs"]
mod repaired;
#[path = "../../docs/exercises/reply.rs"]
mod reply;
#[path = "../../docs/exercises/sieve.rs"]
mod sieve;
#[path = "../../docs/exercises/try_once.rs"]
mod try_once;
#[path = "../../docs/exercises/two_semaphores.rs"]
mod two_semaphores;

/// All of them.
const EXERCISES: [Exercise; 17] = [
    Exercise {
        file: "again.rs",
        start: again::check_start,
        solution: again::check_solution,
    },
    Exercise {
        file: "all_events.rs",
        start: all_events::check_start,
        solution: all_events::check_solution,
    },
    Exercise {
        file: "arrows.rs",
        start: arrows::check_start,
        solution: arrows::check_solution,
    },
    Exercise {
        file: "cached.rs",
        start: cached::check_start,
        solution: cached::check_solution,
    },
    Exercise {
        file: "contexts.rs",
        start: contexts::check_start,
        solution: contexts::check_solution,
    },
    Exercise {
        file: "fair_lock.rs",
        start: fair_lock::check_start,
        solution: fair_lock::check_solution,
    },
    Exercise {
        file: "holes.rs",
        start: holes::check_start,
        solution: holes::check_solution,
    },
    Exercise {
        file: "latch.rs",
        start: latch::check_start,
        solution: latch::check_solution,
    },
    Exercise {
        file: "once_phases.rs",
        start: once_phases::check_start,
        solution: once_phases::check_solution,
    },
    Exercise {
        file: "patience.rs",
        start: patience::check_start,
        solution: patience::check_solution,
    },
    Exercise {
        file: "prefix_sums.rs",
        start: prefix_sums::check_start,
        solution: prefix_sums::check_solution,
    },
    Exercise {
        file: "publish.rs",
        start: publish::check_start,
        solution: publish::check_solution,
    },
    Exercise {
        file: "repaired.rs",
        start: repaired::check_start,
        solution: repaired::check_solution,
    },
    Exercise {
        file: "reply.rs",
        start: reply::check_start,
        solution: reply::check_solution,
    },
    Exercise {
        file: "sieve.rs",
        start: sieve::check_start,
        solution: sieve::check_solution,
    },
    Exercise {
        file: "try_once.rs",
        start: try_once::check_start,
        solution: try_once::check_solution,
    },
    Exercise {
        file: "two_semaphores.rs",
        start: two_semaphores::check_start,
        solution: two_semaphores::check_solution,
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
