//! Names in code font: a file that a page speaks of is there, and so is an item.

use std::collections::BTreeSet;
use std::path::Path;

use crate::page::{is_there, pages};
use crate::{files_below, no_problems, read};

/// Where files and items may be.
const FOLDERS: [&str; 5] = ["docs", "examples", "kernel-sim", "runtime", "tests"];

/// Paths that begin with these are not ours.
const OTHERS: [&str; 7] = [
    "std",
    "core",
    "alloc",
    "corosensei",
    "loom",
    "slab",
    "Duration",
];

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
            if !looks_like_file(&span) {
                continue;
            }
            // As it is, or from any folder on.
            let ends_so =
                |path: &String| path.ends_with(&format!("/{}", span.trim_end_matches('/')));
            if !is_there(Path::new(&span)) && !files.iter().any(ends_so) {
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
    let sources = sources();
    let mut problems = Vec::new();
    for page in pages() {
        for (line, span) in page.code_spans() {
            let Some(segments) = segments(&span) else {
                continue;
            };
            let is_there = match segments[..] {
                [.., owner, name] => sources
                    .iter()
                    .any(|source| source.words.contains(owner) && source.names.contains(name)),
                _ => true,
            };
            if !is_there {
                let at = page.at(line);
                problems.push(format!("{at}: nobody defines the end of `{span}`"));
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

/// A source file of ours.
struct Source {
    /// All words in it, and the name of its crate.
    words: BTreeSet<String>,
    /// What it defines: items, variants, and itself.
    names: BTreeSet<String>,
}

fn sources() -> Vec<Source> {
    let folders = [("kernel-sim/src", "kernel_sim"), ("runtime/src", "runtime")];
    let files = folders.into_iter().flat_map(|(folder, krate)| {
        files_below(folder)
            .into_iter()
            .map(move |file| (file, krate))
    });
    files.map(|(file, krate)| source(&file, krate)).collect()
}

fn source(path: &Path, krate: &str) -> Source {
    let text = read(path);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_word(c)).filter(|word| !word.is_empty());
    let kinds = [
        "fn", "struct", "enum", "trait", "type", "const", "static", "mod",
    ];
    let mut names: BTreeSet<String> = words
        .clone()
        .zip(words.clone().skip(1))
        .filter(|(kind, _)| kinds.contains(kind))
        .map(|(_, name)| name.to_owned())
        .collect();
    // A variant begins its line with a capital.
    let lines = text.lines().map(str::trim_start);
    let variants = lines.filter(|line| line.starts_with(char::is_uppercase));
    names.extend(variants.filter_map(|line| {
        let end = line.find(|c: char| !is_word(c))?;
        Some(line[..end].to_owned())
    }));
    // A field begins it with its name and a colon.
    let lines = text
        .lines()
        .map(|line| line.trim_start().trim_start_matches("pub "));
    let fields = lines.filter_map(|line| line.split_once(": "));
    let fields = fields.filter(|(name, _)| name.chars().all(is_word));
    names.extend(fields.map(|(name, _)| name.to_owned()));
    // And what is made public under its name here.
    let exports = text.split("pub use ").skip(1);
    let exports = exports.filter_map(|rest| rest.split(';').next());
    let exports = exports.flat_map(|names| names.split(|c| !is_word(c)));
    names.extend(exports.map(str::to_owned));
    let stem = path.file_stem().expect("it has a name");
    names.insert(stem.to_string_lossy().into_owned());
    let mut words: BTreeSet<String> = words.map(str::to_owned).collect();
    words.insert(krate.to_owned());
    // What is in a module is told by its path, too.
    words.extend(
        path.iter()
            .map(|part| part.to_string_lossy().replace(".rs", "")),
    );
    Source { words, names }
}
