//! Coverage: which lines of code stand in a page. Of the files in `ALL` each one does; what
//! does not of the others is in the appendix, with the reason, and is a quarter at most.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::page::{Page, is_there, pages};
use crate::source::{code_lines, parts};
use crate::{files_below, no_problems};

/// Where our code is.
const SOURCES: [&str; 2] = ["kernel-sim/src", "runtime/src"];

/// What is told whole: files, and all files of folders.
const ALL: [&str; 17] = [
    "kernel-sim/src/kernel",
    "kernel-sim/src/kernel.rs",
    "runtime/src/dispatch.rs",
    "runtime/src/fiber.rs",
    "runtime/src/inbox.rs",
    "runtime/src/join.rs",
    "runtime/src/stack",
    "runtime/src/stack.rs",
    "runtime/src/sync/condvar",
    "runtime/src/sync/condvar.rs",
    "runtime/src/sync/mpsc",
    "runtime/src/sync/mpsc.rs",
    "runtime/src/sync/mutex.rs",
    "runtime/src/sync/wait_queue.rs",
    "runtime/src/thread",
    "runtime/src/thread.rs",
    "runtime/src/trap.rs",
];

/// The page that lists what is not shown.
const APPENDIX: &str = "docs/src/not-shown.md";

/// A source file, and which of its lines of code no page shows.
struct Told {
    lines: usize,
    missing: Vec<usize>,
}

/// All sources.
fn told(pages: &[Page]) -> BTreeMap<PathBuf, Told> {
    let mut shown: BTreeSet<(PathBuf, String)> = BTreeSet::new();
    for include in pages.iter().flat_map(Page::includes) {
        shown.extend(include.anchor.map(|anchor| (include.file, anchor)));
    }
    let files = SOURCES.iter().flat_map(|folder| files_below(folder));
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let told = files.map(|path| {
        let is_shown = |name: &str| shown.contains(&(path.clone(), name.to_owned()));
        let parts = parts(&path).0.into_iter();
        let parts = parts.filter(|part| is_shown(&part.name));
        let lines = parts.flat_map(|part| part.lines);
        let there: BTreeSet<usize> = lines.map(|(number, _)| number).collect();
        let mut missing = code_lines(&path);
        let lines = missing.len();
        missing.retain(|line| !there.contains(line));
        (path, Told { lines, missing })
    });
    told.collect()
}

fn must_be_whole(path: &Path) -> bool {
    ALL.iter().any(|whole| path.starts_with(whole))
}

/// Line numbers for people: `3-5, 9`.
fn ranges(numbers: &[usize]) -> String {
    let chunks = numbers.chunk_by(|one, next| next - one <= 2);
    let ranges = chunks.map(|chunk| match chunk {
        [only] => only.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    ranges.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_must_be_told_is_told_whole() {
    let told = told(&pages()).into_iter();
    let whole = told.filter(|(path, _)| must_be_whole(path));
    let incomplete = whole.filter(|(_, told)| !told.missing.is_empty());
    let incomplete = incomplete.map(|(path, told)| {
        let lines = ranges(&told.missing);
        format!("{}: in no page: {lines}", path.display())
    });
    let gone = ALL.iter().filter(|path| !is_there(Path::new(path)));
    let gone = gone.map(|path| format!("{path}: it has to be told whole, and is not there"));
    no_problems(incomplete.chain(gone).collect());
}

#[test]
fn the_appendix_lists_the_rest() {
    let pages = pages();
    let told = told(&pages);
    let mut problems = Vec::new();
    let mut listed: Vec<&str> = Vec::new();
    for (line, row) in rows(&pages) {
        let at = format!("{APPENDIX}:{line}");
        let [path, numbers, reason] = row;
        let path = path.trim_matches('`');
        let below = told.iter().filter(|(file, _)| file.starts_with(path));
        let below: Vec<_> = below.map(|(_, told)| told).collect();
        let missing: usize = below.iter().map(|told| told.missing.len()).sum();
        let lines: usize = below.iter().map(|told| told.lines).sum();
        let right = format!("{missing} of {lines}");
        if missing == 0 {
            problems.push(format!("{at}: all of {path} is shown"));
        } else if numbers != right {
            problems.push(format!("{at}: {right} lines are not shown:"));
            let files = told.iter().filter(|(file, _)| file.starts_with(path));
            let files = files.filter(|(_, told)| !told.missing.is_empty());
            problems
                .extend(files.map(|(file, told)| {
                    format!("  {}: {}", file.display(), ranges(&told.missing))
                }));
        }
        if reason.is_empty() {
            problems.push(format!("{at}: why is {path} not shown?"));
        }
        listed.push(path);
    }
    for (path, told) in &told {
        let is_listed = listed.iter().any(|listed| path.starts_with(listed));
        if !told.missing.is_empty() && !is_listed && !must_be_whole(path) {
            let (path, lines) = (path.display(), ranges(&told.missing));
            let (missing, all) = (told.missing.len(), told.lines);
            problems.push(format!(
                "{path}: {missing} of {all} lines are neither in a page nor in {APPENDIX}: {lines}"
            ));
        }
    }
    no_problems(problems);
}

/// The rows of the appendix that begin with a path, with the numbers of their lines.
fn rows(pages: &[Page]) -> Vec<(usize, [&str; 3])> {
    let appendix = pages.iter().find(|page| page.path == Path::new(APPENDIX));
    let lines = appendix.map_or(Vec::new(), Page::prose).into_iter();
    let rows = lines.filter(|(_, line)| line.starts_with("| `"));
    let rows = rows.filter_map(|(number, line)| {
        let cells = line.trim_matches('|').splitn(3, '|').map(str::trim);
        let cells: Vec<&str> = cells.collect();
        Some((number, cells.try_into().ok()?))
    });
    rows.collect()
}

#[test]
fn three_quarters_of_the_rest_are_shown() {
    let told = told(&pages()).into_iter();
    let rest = told.filter(|(path, _)| !must_be_whole(path));
    let (mut lines, mut missing) = (0, 0);
    for (_, told) in rest {
        lines += told.lines;
        missing += told.missing.len();
    }
    assert!(
        missing * 4 <= lines,
        "of {lines} lines {missing} are not shown, more than a quarter"
    );
}
