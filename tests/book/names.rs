//! Names in code font: a file that a page speaks of is there, and so is an item.

use std::collections::BTreeSet;
use std::path::Path;

use crate::page::{is_there, pages};
use crate::{files_below, no_problems, read};

/// Where files and items may be.
const FOLDERS: [&str; 5] = ["docs", "examples", "kernel-sim", "runtime", "tests"];

/// Paths that begin with these are not ours.
const OTHERS: [&str; 6] = ["std", "core", "alloc", "corosensei", "loom", "slab"];

#[test]
fn files_that_a_page_speaks_of_are_there() {
    let files: Vec<String> = FOLDERS
        .iter()
        .flat_map(|folder| files_below(folder))
        .map(|path| path.display().to_string())
        .collect();
    let mut problems = Vec::new();
    for page in pages() {
        for (line, span) in page.code_spans() {
            if !looks_like_file(span) {
                continue;
            }
            // As it is, or from any folder on.
            let ends_so =
                |path: &String| path.ends_with(&format!("/{}", span.trim_end_matches('/')));
            if !is_there(Path::new(span)) && !files.iter().any(ends_so) {
                problems.push(format!("{}: there is no file `{span}`", page.at(line)));
            }
        }
    }
    no_problems(problems);
}

fn looks_like_file(span: &str) -> bool {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let known = [".rs", ".s", ".c", ".h", ".md", ".toml", ".txt"];
    span.chars().all(is_path)
        && !span.starts_with('.')
        && (known.iter().any(|end| span.ends_with(end)) || span.ends_with('/'))
}

#[test]
fn items_that_a_page_speaks_of_are_there() {
    let names = defined();
    let mut problems = Vec::new();
    for page in pages() {
        for (line, span) in page.code_spans() {
            let Some(segments) = segments(span) else {
                continue;
            };
            for segment in segments.iter().filter(|segment| !names.contains(**segment)) {
                problems.push(format!(
                    "{}: nobody defines '{segment}' of `{span}`",
                    page.at(line)
                ));
            }
        }
    }
    no_problems(problems);
}

/// The names in a path of ours like `Kernel::dispatch`; `None` if it is none.
fn segments(span: &str) -> Option<Vec<&str>> {
    let span = span.split('(').next().unwrap_or_default();
    let segments: Vec<&str> = span.split("::").collect();
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_path = segments.len() > 1 && segments.iter().all(is_name);
    (is_path && !OTHERS.contains(&segments[0])).then_some(segments)
}

/// All names that our sources define: items, variants, fields, and the crates.
fn defined() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["kernel_sim", "runtime"].map(str::to_owned).into();
    for folder in ["kernel-sim/src", "runtime/src"] {
        for path in files_below(folder) {
            names.extend(
                path.file_stem()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
            let text = read(&path);
            let mut words = text
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .filter(|word| !word.is_empty());
            while let Some(word) = words.next() {
                let kinds = [
                    "fn", "struct", "enum", "trait", "type", "const", "static", "mod",
                ];
                if kinds.contains(&word) {
                    names.extend(words.next().map(str::to_owned));
                }
            }
            // A variant begins its line with a capital.
            let lines = text.lines().map(str::trim_start);
            let variants = lines.filter(|line| line.starts_with(char::is_uppercase));
            names.extend(variants.filter_map(|line| {
                let end = line.find(|c: char| !c.is_ascii_alphanumeric())?;
                Some(line[..end].to_owned())
            }));
        }
    }
    names
}
