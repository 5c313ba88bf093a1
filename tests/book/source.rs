//! A source file, taken apart: the parts that the book shows stand between two comments,
//! `ANCHOR: name` and `ANCHOR_END: name`.

use std::path::{Path, PathBuf};

use crate::{files_below, read};

/// Where there may be anchors: what is in there is compiled or run.
pub(crate) const FOLDERS: [&str; 10] = [
    "docs/exercises",
    "docs/wrong",
    "examples",
    "kernel-sim/c",
    "kernel-sim/programs",
    "kernel-sim/src",
    "kernel-sim/tests",
    "runtime/src",
    "runtime/tests",
    "tests",
];

/// A part of a file.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// The number of the line with `ANCHOR:`.
    pub(crate) line: usize,
    /// The lines between the two, with their numbers, without other anchors.
    pub(crate) lines: Vec<(usize, String)>,
    pub(crate) is_closed: bool,
}

/// All files in which there may be anchors.
pub(crate) fn files() -> Vec<PathBuf> {
    let files = FOLDERS.iter().flat_map(|folder| files_below(folder));
    let is_text = |path: &PathBuf| {
        let kind = path.extension().unwrap_or_default();
        ["rs", "s", "c", "h"].iter().any(|known| kind == *known)
    };
    files.filter(is_text).collect()
}

/// The parts of a file, and what is wrong with its anchors.
pub(crate) fn parts(path: &Path) -> (Vec<Part>, Vec<String>) {
    let text = read(path);
    let mut parts: Vec<Part> = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut problem = |what: &str, name: &str| {
            problems.push(format!("{}:{number}: {what} '{name}'", path.display()));
        };
        match anchor(line) {
            Some(Anchor::Begin(name)) => {
                if parts.iter().any(|part| part.name == name) {
                    problem("there is already an anchor", name);
                }
                if parts.iter().any(|part| !part.is_closed) {
                    problem("in another one stands the anchor", name);
                }
                parts.push(Part {
                    name: name.to_owned(),
                    line: number,
                    lines: Vec::new(),
                    is_closed: false,
                });
            }
            Some(Anchor::End(name)) => {
                let mut open = parts.iter_mut().filter(|part| !part.is_closed);
                match open.find(|part| part.name == name) {
                    Some(part) => part.is_closed = true,
                    None => problem("nobody has opened the anchor", name),
                }
            }
            None => {
                for part in parts.iter_mut().filter(|part| !part.is_closed) {
                    part.lines.push((number, line.to_owned()));
                }
            }
        }
    }
    for part in parts.iter().filter(|part| !part.is_closed) {
        let (line, name) = (part.line, &part.name);
        problems.push(format!(
            "{}:{line}: nobody closes the anchor '{name}'",
            path.display()
        ));
    }
    (parts, problems)
}

enum Anchor<'a> {
    Begin(&'a str),
    End(&'a str),
}

fn anchor(line: &str) -> Option<Anchor<'_>> {
    let comment = line.trim_start().trim_start_matches(['/', '#']).trim();
    if let Some(name) = comment.strip_prefix("ANCHOR: ") {
        return Some(Anchor::Begin(name));
    }
    comment.strip_prefix("ANCHOR_END: ").map(Anchor::End)
}

/// The numbers of the lines of code in a Rust file. Comments, imports and the names of
/// modules, attributes, and lines of brackets alone do not count, nor do unit tests; nor
/// does the line that opens an `impl`, whose functions stand in several listings.
pub(crate) fn code_lines(path: &Path) -> Vec<usize> {
    let text = read(path);
    let mut numbers = Vec::new();
    let (mut in_import, mut in_attribute, mut is_test) = (false, false, false);
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.trim();
        // They stand at the end of a file.
        if is_test && code.starts_with("mod ") {
            break;
        }
        is_test = code == "#[cfg(test)]";
        let words = code
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ");
        let words = words.trim_start_matches("pub ");
        let is_import = words.starts_with("use ") && (words.contains("::") || words.ends_with(';'));
        if in_import || is_import || words.starts_with("extern crate") {
            in_import = !code.ends_with(';');
            continue;
        }
        if in_attribute || code.starts_with("#[") || code.starts_with("#![") {
            in_attribute = !code.ends_with(']');
            continue;
        }
        let is_module = words.starts_with("mod ") && code.ends_with(';');
        let is_impl = words.starts_with("impl") && code.ends_with('{');
        let is_bracket = code.chars().all(|c| "{}()[],;?".contains(c));
        if !code.starts_with("//") && !is_module && !is_impl && !is_bracket {
            numbers.push(number);
        }
    }
    numbers
}
