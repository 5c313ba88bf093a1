//! Lengths: how many lines of code there are is true, where the book says it.

use std::path::Path;

use crate::page::pages;
use crate::source::code_lines;
use crate::{files_below, no_problems, root};

/// Where it says it: in the rows of a table, which name what they count, and what of it they
/// do not: | the runtime | 1,234 | `runtime/src/` without `runtime/src/sync/` |
const PAGE: &str = "docs/src/introduction.md";

#[test]
fn lengths_are_as_told() {
    let pages = pages();
    let page = pages.iter().find(|page| page.path == Path::new(PAGE));
    let lines = page.expect("there is such a page").prose().into_iter();
    let rows = lines.filter(|(_, line)| line.starts_with('|') && line.contains('`'));
    let mut problems = Vec::new();
    let mut count = 0;
    for (number, row) in rows {
        count += 1;
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, told, files] = cells[..] else {
            problems.push(format!("{PAGE}:{number}: it has to have three cells"));
            continue;
        };
        let (with, without) = files.split_once(" without ").unwrap_or((files, ""));
        let right = length(&paths(with), &paths(without));
        if told.trim().replace(',', "") != right.to_string() {
            problems.push(format!("{PAGE}:{number}: it is {right} lines of code"));
        }
    }
    assert!(count > 0, "{PAGE}: it does not say how much code there is");
    no_problems(problems);
}

/// The paths in code font.
fn paths(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn length(with: &[&str], without: &[&str]) -> usize {
    let files = with
        .iter()
        .flat_map(|path| match root().join(path).is_dir() {
            true => files_below(path.trim_end_matches('/')),
            false => vec![path.into()],
        });
    let files = files.filter(|file| {
        let is_code = file.extension().is_some_and(|kind| kind == "rs");
        is_code && !without.iter().any(|path| file.starts_with(path))
    });
    files.map(|file| code_lines(&file).len()).sum()
}
