//! Coverage: of the files below, each line of code stands in some page.

use std::collections::BTreeSet;
use std::path::Path;

use crate::no_problems;
use crate::page::pages;
use crate::source::{code_lines, parts};

/// What the book has told so far.
const TOLD: [&str; 2] = [
    "kernel-sim/src/kernel/running.rs",
    "kernel-sim/src/kernel/state.rs",
];

#[test]
fn what_is_told_is_told_whole() {
    let pages = pages();
    let includes: Vec<_> = pages.iter().flat_map(|page| page.includes()).collect();
    let mut problems = Vec::new();
    for path in TOLD {
        let path = Path::new(path);
        let shown: BTreeSet<usize> = parts(path)
            .0
            .into_iter()
            .filter(|part| {
                let of_file = includes.iter().filter(|include| include.file == path);
                let mut anchors = of_file.filter_map(|include| include.anchor.as_deref());
                anchors.any(|anchor| anchor == part.name)
            })
            .flat_map(|part| part.lines.into_iter().map(|(number, _)| number))
            .collect();
        let missing = code_lines(path)
            .into_iter()
            .filter(|line| !shown.contains(line));
        problems.extend(missing.map(|line| format!("{}:{line}: in no page", path.display())));
    }
    no_problems(problems);
}
