//! Links: each one inside the book leads to a page, and to a heading of it.

use std::path::Path;

use crate::no_problems;
use crate::page::{PAGES, Page, is_there, pages, plain};

#[test]
fn links_inside_the_book_lead_somewhere() {
    let pages = pages();
    let mut problems = Vec::new();
    for page in &pages {
        for (line, target) in page.links() {
            if target.starts_with("https://") {
                continue;
            }
            if let Some(problem) = problem_of(page, target, &pages) {
                problems.push(format!("{}: {problem}", page.at(line)));
            }
        }
    }
    no_problems(problems);
}

fn problem_of(page: &Page, target: &str, pages: &[Page]) -> Option<String> {
    let (file, heading) = match target.split_once('#') {
        Some((file, heading)) => (file, Some(heading)),
        None => (target, None),
    };
    let folder = page.path.parent().expect("it is in a folder");
    let path = match file.is_empty() {
        true => page.path.clone(),
        false => plain(&folder.join(file)),
    };
    if !path.starts_with(PAGES) || !is_there(&path) {
        return Some(format!("'{target}' leads out of the book or nowhere"));
    }
    let heading = heading?;
    let there = pages.iter().find(|page| page.path == path);
    match there.is_some_and(|page| page.headings().iter().any(|name| name == heading)) {
        true => None,
        false => Some(format!("{} has no heading '{heading}'", path.display())),
    }
}

/// What is not in the table of contents, nobody finds.
#[test]
fn every_page_is_in_the_table_of_contents() {
    let listed: Vec<_> = pages().into_iter().map(|page| page.path).collect();
    let summary = Path::new(PAGES).join("SUMMARY.md");
    let files = crate::files_below(PAGES).into_iter();
    let lost = files.filter(|path| {
        path.extension().is_some_and(|kind| kind == "md")
            && *path != summary
            && !listed.contains(path)
    });
    no_problems(
        lost.map(|path| format!("{}: it is in no list", path.display()))
            .collect(),
    );
}

/// No tags but those that fold something away or name a file, no pictures, and no links by
/// name: nobody looks at where these lead.
#[test]
fn pages_are_made_of_plain_markdown() {
    const ALLOWED: [&str; 7] = [
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<p class=\"file\">",
        "</p>",
        "<https://",
    ];
    let mut problems = Vec::new();
    for page in pages() {
        for (line, mut words) in page.words() {
            for allowed in ALLOWED {
                words = words.replace(allowed, "");
            }
            let mut tags = words.split('<').skip(1);
            let begins_tag =
                |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || "/!".contains(c));
            if tags.any(begins_tag) || ["~~~", "![", "]["].iter().any(|mark| words.contains(mark)) {
                problems.push(format!("{}: this is no plain Markdown", page.at(line)));
            }
        }
    }
    no_problems(problems);
}
