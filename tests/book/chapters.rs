//! Chapters: each one asks a question, shows a run, draws a picture, breaks the code, and ends
//! with an exercise.

use std::path::Path;

use crate::no_problems;
use crate::page::{Page, pages};

/// What is no chapter, and the last one, which looks at other systems: there is nothing to run
/// or to break.
const OTHERS: [&str; 3] = [
    "docs/src/introduction.md",
    "docs/src/not-shown.md",
    "docs/src/real-systems.md",
];

#[test]
fn each_chapter_has_all_its_parts() {
    let pages = pages().into_iter();
    let chapters = pages.filter(|page| OTHERS.iter().all(|other| page.path != Path::new(other)));
    let problems = chapters.flat_map(|page| {
        let missing = missing(&page).into_iter();
        let problems = missing.map(|what| format!("{}: it has no {what}", page.path.display()));
        problems.collect::<Vec<_>>()
    });
    no_problems(problems.collect());
}

fn missing(page: &Page) -> Vec<&'static str> {
    let prose = page.prose();
    let headings = prose.iter().filter(|(_, line)| line.starts_with("## "));
    let headings: Vec<_> = headings.copied().collect();
    let section = |line: usize| headings.iter().rev().find(|(begins, _)| *begins < line);
    let first = headings.first().map_or(usize::MAX, |(line, _)| *line);
    let asks = prose
        .iter()
        .any(|(line, text)| *line < first && text.contains('?'));
    let blocks = page.blocks();
    let has = |kind: &str| blocks.iter().any(|block| block.info == kind);
    let breaks = page.includes().into_iter().any(|include| {
        let kind = include.file.extension().unwrap_or_default();
        let is_break = kind == "diff" || kind == "stderr";
        is_break && section(include.line).is_some_and(|(_, heading)| *heading == "## Break it")
    });
    let has_exercise = headings
        .iter()
        .any(|(_, heading)| heading.starts_with("## Exercise"));
    let parts = [
        (asks, "question before its first heading"),
        (has("console"), "run"),
        (has("text"), "picture"),
        (breaks, "change in a part 'Break it'"),
        (has_exercise, "exercise"),
    ];
    let missing = parts.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, what)| what).collect()
}
