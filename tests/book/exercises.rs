//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/bytes_of_processes.rs"]
mod bytes_of_processes;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/copies.rs"]
mod copies;
#[path = "../../docs/exercises/private_sections.rs"]
mod private_sections;
#[path = "../../docs/exercises/read_argument.rs"]
mod read_argument;
#[path = "../../docs/exercises/small_shell.rs"]
mod small_shell;
#[path = "../../docs/exercises/stack_tops.rs"]
mod stack_tops;
#[path = "../../docs/exercises/tell_ready.rs"]
mod tell_ready;
#[path = "../../docs/exercises/wait_status.rs"]
mod wait_status;
#[path = "../../docs/exercises/who_goes_on.rs"]
mod who_goes_on;
#[path = "../../docs/exercises/zeroes_in_elf.rs"]
mod zeroes_in_elf;

/// All of them.
const EXERCISES: [Exercise; 12] = [
    Exercise {
        file: "arrows.rs",
        start: arrows::check_start,
        solution: arrows::check_solution,
    },
    Exercise {
        file: "bytes_of_processes.rs",
        start: bytes_of_processes::check_start,
        solution: bytes_of_processes::check_solution,
    },
    Exercise {
        file: "contexts.rs",
        start: contexts::check_start,
        solution: contexts::check_solution,
    },
    Exercise {
        file: "copies.rs",
        start: copies::check_start,
        solution: copies::check_solution,
    },
    Exercise {
        file: "private_sections.rs",
        start: private_sections::check_start,
        solution: private_sections::check_solution,
    },
    Exercise {
        file: "read_argument.rs",
        start: read_argument::check_start,
        solution: read_argument::check_solution,
    },
    Exercise {
        file: "small_shell.rs",
        start: small_shell::check_start,
        solution: small_shell::check_solution,
    },
    Exercise {
        file: "stack_tops.rs",
        start: stack_tops::check_start,
        solution: stack_tops::check_solution,
    },
    Exercise {
        file: "tell_ready.rs",
        start: tell_ready::check_start,
        solution: tell_ready::check_solution,
    },
    Exercise {
        file: "wait_status.rs",
        start: wait_status::check_start,
        solution: wait_status::check_solution,
    },
    Exercise {
        file: "who_goes_on.rs",
        start: who_goes_on::check_start,
        solution: who_goes_on::check_solution,
    },
    Exercise {
        file: "zeroes_in_elf.rs",
        start: zeroes_in_elf::check_start,
        solution: zeroes_in_elf::check_solution,
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
