//! Exercises: each is a file in `docs/exercises` with two modules, `start` and `solution`,
//! and a function `check` for each, which panics unless it is right.

use std::panic::{UnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::page::pages;
use crate::{files_below, no_problems};

#[path = "../../docs/exercises/all_or_none.rs"]
mod all_or_none;
#[path = "../../docs/exercises/apart.rs"]
mod apart;
#[path = "../../docs/exercises/arrows.rs"]
mod arrows;
#[path = "../../docs/exercises/at_the_end.rs"]
mod at_the_end;
#[path = "../../docs/exercises/by_end.rs"]
mod by_end;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/explain.rs"]
mod explain;
#[path = "../../docs/exercises/how_many.rs"]
mod how_many;
#[path = "../../docs/exercises/idle.rs"]
mod idle;
#[path = "../../docs/exercises/in_request.rs"]
mod in_request;
#[path = "../../docs/exercises/join_all.rs"]
mod join_all;
#[path = "../../docs/exercises/last_lines.rs"]
mod last_lines;
#[path = "../../docs/exercises/orders.rs"]
mod orders;
#[path = "../../docs/exercises/scoped_map.rs"]
mod scoped_map;
#[path = "../../docs/exercises/supervise.rs"]
mod supervise;

/// All of them.
const EXERCISES: [Exercise; 11] = [
#[path = "../../docs/exercises/lookout.rs"]
mod lookout;
#[path = "../../docs/exercises/moment.rs"]
mod moment;
#[path = "../../docs/exercises/segment.rs"]
mod segment;
#[path = "../../docs/exercises/setting.rs"]
mod setting;
#[path = "../../docs/exercises/small_loop.rs"]
mod small_loop;
#[path = "../../docs/exercises/wait_until.rs"]
mod wait_until;
#[path = "../../docs/exercises/within.rs"]
mod within;

/// All of them.
const EXERCISES: [Exercise; 13] = [
#[path = "../../docs/exercises/ask_again.rs"]
mod ask_again;
#[path = "../../docs/exercises/contexts.rs"]
mod contexts;
#[path = "../../docs/exercises/find_room.rs"]
mod find_room;
#[path = "../../docs/exercises/how_many_fit.rs"]
mod how_many_fit;
#[path = "../../docs/exercises/listing.rs"]
mod listing;
#[path = "../../docs/exercises/may_read.rs"]
mod may_read;
#[path = "../../docs/exercises/retarget.rs"]
mod retarget;
#[path = "../../docs/exercises/run_until_end.rs"]
mod run_until_end;
#[path = "../../docs/exercises/same_call.rs"]
mod same_call;
#[path = "../../docs/exercises/signed_less.rs"]
mod signed_less;
#[path = "../../docs/exercises/take_turns.rs"]
mod take_turns;
#[path = "../../docs/exercises/trap_arrows.rs"]
mod trap_arrows;
#[path = "../../docs/exercises/who_holds.rs"]
mod who_holds;

/// All of them.
const EXERCISES: [Exercise; 14] = [
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
        file: "explain.rs",
        start: explain::check_start,
        solution: explain::check_solution,
    },
    Exercise {
        file: "how_many.rs",
        start: how_many::check_start,
        solution: how_many::check_solution,
    },
    Exercise {
        file: "idle.rs",
        start: idle::check_start,
        solution: idle::check_solution,
    },
    Exercise {
        file: "in_request.rs",
        start: in_request::check_start,
        solution: in_request::check_solution,
    },
    Exercise {
        file: "join_all.rs",
        start: join_all::check_start,
        solution: join_all::check_solution,
    },
    Exercise {
        file: "last_lines.rs",
        start: last_lines::check_start,
        solution: last_lines::check_solution,
    },
    Exercise {
        file: "orders.rs",
        start: orders::check_start,
        solution: orders::check_solution,
    },
    Exercise {
        file: "scoped_map.rs",
        start: scoped_map::check_start,
        solution: scoped_map::check_solution,
    },
    Exercise {
        file: "supervise.rs",
        start: supervise::check_start,
        solution: supervise::check_solution,
        file: "apart.rs",
        start: apart::check_start,
        solution: apart::check_solution,
    },
    Exercise {
        file: "within.rs",
        start: within::check_start,
        solution: within::check_solution,
    },
    Exercise {
        file: "small_loop.rs",
        start: small_loop::check_start,
        solution: small_loop::check_solution,
    },
    Exercise {
        file: "at_the_end.rs",
        start: at_the_end::check_start,
        solution: at_the_end::check_solution,
    },
    Exercise {
        file: "setting.rs",
        start: setting::check_start,
        solution: setting::check_solution,
    },
    Exercise {
        file: "by_end.rs",
        start: by_end::check_start,
        solution: by_end::check_solution,
    },
    Exercise {
        file: "wait_until.rs",
        start: wait_until::check_start,
        solution: wait_until::check_solution,
    },
    Exercise {
        file: "all_or_none.rs",
        start: all_or_none::check_start,
        solution: all_or_none::check_solution,
    },
    Exercise {
        file: "segment.rs",
        start: segment::check_start,
        solution: segment::check_solution,
    },
    Exercise {
        file: "moment.rs",
        start: moment::check_start,
        solution: moment::check_solution,
    },
    Exercise {
        file: "lookout.rs",
        start: lookout::check_start,
        solution: lookout::check_solution,
        file: "take_turns.rs",
        start: take_turns::check_start,
        solution: take_turns::check_solution,
    },
    Exercise {
        file: "signed_less.rs",
        start: signed_less::check_start,
        solution: signed_less::check_solution,
    },
    Exercise {
        file: "retarget.rs",
        start: retarget::check_start,
        solution: retarget::check_solution,
    },
    Exercise {
        file: "listing.rs",
        start: listing::check_start,
        solution: listing::check_solution,
    },
    Exercise {
        file: "how_many_fit.rs",
        start: how_many_fit::check_start,
        solution: how_many_fit::check_solution,
    },
    Exercise {
        file: "run_until_end.rs",
        start: run_until_end::check_start,
        solution: run_until_end::check_solution,
    },
    Exercise {
        file: "trap_arrows.rs",
        start: trap_arrows::check_start,
        solution: trap_arrows::check_solution,
    },
    Exercise {
        file: "same_call.rs",
        start: same_call::check_start,
        solution: same_call::check_solution,
    },
    Exercise {
        file: "ask_again.rs",
        start: ask_again::check_start,
        solution: ask_again::check_solution,
    },
    Exercise {
        file: "find_room.rs",
        start: find_room::check_start,
        solution: find_room::check_solution,
    },
    Exercise {
        file: "who_holds.rs",
        start: who_holds::check_start,
        solution: who_holds::check_solution,
    },
    Exercise {
        file: "may_read.rs",
        start: may_read::check_start,
        solution: may_read::check_solution,
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
