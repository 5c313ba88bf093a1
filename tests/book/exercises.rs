//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::env;
use std::panic::{self, UnwindSafe};
use std::path::Path;

use crate::page::{Page, pages};
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/mod.rs"]
mod all;

use all::EXERCISES;

fn passes(check: impl FnOnce() + UnwindSafe) -> bool {
    panic::catch_unwind(check).is_ok()
}

#[test]
fn the_start_fails_its_check_and_the_solution_passes() {
    let mut problems = Vec::new();
    for exercise in EXERCISES {
        let name = exercise.name;
        if passes(exercise.start) {
            problems.push(format!("docs/exercises/{name}.rs: there is nothing to do"));
        }
        if !passes(exercise.solution) {
            problems.push(format!("docs/exercises/{name}.rs: the solution is wrong"));
        }
    }
    no_problems(problems);
}

/// The start of the one that `EXERCISE` names, for the reader who does it: without output of
/// others.
#[test]
fn ones_own_exercise_is_right() {
    let Some(name) = env::var_os("EXERCISE") else {
        return;
    };
    let mut exercises = EXERCISES.iter();
    let exercise = exercises.find(|exercise| name == exercise.name);
    (exercise
        .expect("EXERCISE is the name of a file in docs/exercises, without '.rs'")
        .start)();
}

#[test]
fn every_exercise_is_checked_and_its_solution_folded_away() {
    let pages = pages();
    let mut problems = Vec::new();
    for path in files_below("docs/exercises") {
        let name = path.file_stem().expect("it has one").to_string_lossy();
        if name == "mod" {
            continue;
        }
        if !EXERCISES.iter().any(|exercise| exercise.name == name) {
            problems.push(format!("{}: nobody checks it", path.display()));
        }
        for anchor in ["start", "solution"] {
            problems.extend(problem_of(&pages, &path, anchor));
        }
    }
    no_problems(problems);
}

fn problem_of(pages: &[Page], path: &Path, anchor: &str) -> Option<String> {
    for page in pages {
        let includes = page.includes().into_iter();
        let mut shown = includes
            .filter(|include| include.file == path && include.anchor.as_deref() == Some(anchor));
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
