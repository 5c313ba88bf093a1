//! Listings: each is a part of a file that is compiled or run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::page::{Block, Include, Page, is_there, pages};
use crate::source::{self, Part};
use crate::{no_problems, read};

/// The longest listing, in lines.
const LONGEST: usize = 40;

/// In a source file at most one line in so many is an anchor's, so that it stays pleasant to
/// read.
const LINES_FOR_AN_ANCHOR: usize = 10;

/// What kinds of blocks there are, and which files they are parts of: what these end with,
/// and the folders in which something is done with them.
const KINDS: [(&str, &[&str], &[&str]); 5] = [
    ("rust", &["rs"], &source::FOLDERS),
    ("asm", &["s"], &source::FOLDERS),
    ("c", &["c", "h"], &source::FOLDERS),
    (CONSOLE, &["txt", "stderr"], &["docs/runs", "docs/wrong"]),
    ("diff", &["diff"], &["docs/breaks"]),
];

/// A run begins with its command, so nobody need say what it is.
const CONSOLE: &str = "console";

/// Pictures are the only blocks that are typed.
const PICTURE: &str = "text";

#[test]
fn no_code_is_typed_in_a_page() {
    let mut problems = Vec::new();
    for page in pages() {
        let blocks = page.blocks();
        for block in &blocks {
            problems.extend(problem_of(&page, block));
        }
        for include in page.includes() {
            let holds = |block: &Block| block.lines().contains(&include.line);
            if !blocks.iter().any(holds) {
                let at = page.at(include.line);
                problems.push(format!("{at}: a part of a file stands in a block"));
            }
        }
    }
    no_problems(problems);
}

fn problem_of(page: &Page, block: &Block) -> Option<String> {
    let kind = block.info.split(',').next().unwrap_or_default();
    let at = page.at(block.line);
    if kind == PICTURE {
        return None;
    }
    let Some((_, extensions, folders)) = KINDS.iter().find(|(known, ..)| *known == kind) else {
        return Some(format!(
            "{at}: a block is rust, asm, c, console, diff or text, and not '{kind}'"
        ));
    };
    let lines = (block.line + 1..).zip(&block.body);
    let lines: Vec<_> = lines.filter(|(_, line)| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        return Some(format!("{at}: a block of {kind} with nothing in it"));
    }
    let mut files: Vec<String> = Vec::new();
    for (number, line) in lines {
        let at = page.at(number);
        let Some(include) = page.include(number, line) else {
            return Some(format!(
                "{at}: {kind} is not typed, but included from a file"
            ));
        };
        let file = include.file.display().to_string();
        let extension = include.file.extension().unwrap_or_default();
        let is_known = extensions.iter().any(|known| extension == *known);
        if !is_known
            || !folders
                .iter()
                .any(|folder| include.file.starts_with(folder))
        {
            return Some(format!("{at}: {file} is no {kind}"));
        }
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let above = format!("<p class=\"file\">{}</p>", files.join(", "));
    match kind == CONSOLE || page.line_above(block.line) == above {
        true => None,
        false => Some(format!("{at}: above it has to stand {above}")),
    }
}

/// The parts of each file that has some.
fn all_parts() -> BTreeMap<PathBuf, Vec<Part>> {
    let files = source::files().into_iter();
    let parts = files.map(|path| (source::parts(&path).0, path));
    let some = parts.filter(|(parts, _)| !parts.is_empty());
    some.map(|(parts, path)| (path, parts)).collect()
}

#[test]
fn every_include_resolves() {
    let parts = all_parts();
    let mut problems = Vec::new();
    for page in pages() {
        for include in page.includes() {
            if let Err(problem) = lines_of(&include, &parts) {
                problems.push(format!("{}: {problem}", page.at(include.line)));
            }
        }
    }
    no_problems(problems);
}

#[test]
fn no_listing_is_long() {
    let parts = all_parts();
    let mut problems = Vec::new();
    for page in pages() {
        for block in page.blocks() {
            let lines = (block.line + 1..).zip(&block.body);
            let lines = lines.map(|(number, line)| match page.include(number, line) {
                Some(include) => lines_of(&include, &parts).unwrap_or(0),
                None => 1,
            });
            let lines: usize = lines.sum();
            if lines > LONGEST {
                let at = page.at(block.line);
                problems.push(format!("{at}: {lines} lines, more than {LONGEST}"));
            }
        }
    }
    no_problems(problems);
}

/// How many lines are included, or why none can be.
fn lines_of(include: &Include, parts: &BTreeMap<PathBuf, Vec<Part>>) -> Result<usize, String> {
    let file = include.file.display();
    if !is_there(&include.file) {
        return Err(format!("there is no file {file}"));
    }
    let Some(anchor) = &include.anchor else {
        return Ok(read(&include.file).lines().count());
    };
    let of_file = parts.get(&include.file).map_or(&[][..], Vec::as_slice);
    match of_file.iter().find(|part| part.name == *anchor) {
        Some(part) => Ok(part.lines.len()),
        None => Err(format!("{file} has no anchor '{anchor}'")),
    }
}

#[test]
fn every_anchor_is_opened_once_and_closed_and_used_once() {
    let mut used: BTreeMap<(PathBuf, String), Vec<String>> = BTreeMap::new();
    for page in pages() {
        for include in page.includes() {
            if let Some(anchor) = include.anchor.clone() {
                let places = used.entry((include.file, anchor)).or_default();
                places.push(page.at(include.line));
            }
        }
    }
    let mut problems = Vec::new();
    for path in source::files() {
        let (parts, wrong) = source::parts(&path);
        problems.extend(wrong);
        for part in parts {
            let at = format!("{}:{}", path.display(), part.line);
            match used
                .get(&(path.clone(), part.name.clone()))
                .map(Vec::as_slice)
            {
                Some([_]) => {}
                None => problems.push(format!("{at}: no page shows the anchor '{}'", part.name)),
                Some(places) => problems.push(format!(
                    "{at}: the anchor '{}' is shown more than once: {}",
                    part.name,
                    places.join(", ")
                )),
            }
        }
    }
    no_problems(problems);
}

/// Whole functions or statements: what is opened in it is closed in it. And what is said of
/// it in a comment is not in the listing, because the page says it.
#[test]
fn an_anchor_holds_what_can_stand_alone() {
    let mut problems = Vec::new();
    for (path, parts) in all_parts() {
        for part in &parts {
            let at = format!("{}:{}", path.display(), part.line);
            let text: String = part
                .lines
                .iter()
                .map(|(_, line)| without_texts(line))
                .collect();
            for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
                let mut depth = 0;
                let mut lowest = 0;
                for c in text.chars() {
                    depth += i32::from(c == open) - i32::from(c == close);
                    lowest = lowest.min(depth);
                }
                if depth != 0 || lowest < 0 {
                    problems.push(format!("{at}: '{}' cuts through {open}{close}", part.name));
                }
            }
            let first = part.lines.first().map_or("", |(_, line)| line.trim());
            if first.starts_with("///") && !path.starts_with("docs") {
                problems.push(format!(
                    "{at}: '{}' begins before the doc comment",
                    part.name
                ));
            }
            if first.is_empty() {
                problems.push(format!("{at}: '{}' begins with nothing", part.name));
            }
        }
        let lines = read(&path).lines().count();
        if !path.starts_with("docs") && 2 * parts.len() * LINES_FOR_AN_ANCHOR > lines {
            problems.push(format!(
                "{}: {} anchors are many for {lines} lines",
                path.display(),
                parts.len()
            ));
        }
    }
    no_problems(problems);
}

/// A line of code without what stands in quotes, and without a comment behind it.
fn without_texts(line: &str) -> String {
    let line = line.replace("\\\"", "").replace("'\"'", "");
    let code: String = line.split('"').step_by(2).collect();
    let code = code.split("//").next().unwrap_or_default();
    let mut kept = code.to_owned();
    for letter in ["'{'", "'}'", "'('", "')'", "'['", "']'"] {
        kept = kept.replace(letter, "");
    }
    kept
}
