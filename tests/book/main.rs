//! The book in `docs`, checked: what mdBook itself would stay silent on.
//!
//! - `chapters.rs`: each chapter has all that a chapter has.
//! - `listings.rs`: no code is typed in a page; each listing is a part of a file that is
//!   compiled or run, and each part stands in one page.
//! - `reread.rs`: what is said about a listing is read again when the listing changes.
//! - `runs.rs`: what a terminal shows is what the command prints.
//! - `names.rs`: files and names that a page speaks of are there.
//! - `links.rs`: links inside the book lead somewhere.
//! - `coverage.rs`: what the book shows of the sources, and that the appendix lists the rest.
//! - `lengths.rs`: how much code there is, where the book says it.
//! - `exercises.rs`: what an exercise begins with fails its check, and the solution passes.
//! - `breaks.rs`: each change that breaks the code on purpose can still be made, and is
//!   noticed by the test that the page names.
//! - `wrong.rs`: programs that are wrong are refused by the compiler as the page tells.
//!
//! `page.rs` and `source.rs` take pages and sources apart. All problems are told at once,
//! with file and line.

mod breaks;
mod chapters;
mod coverage;
mod exercises;
mod lengths;
mod links;
mod listings;
mod names;
mod page;
mod reread;
mod runs;
mod source;
mod wrong;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
fn root() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
}

/// All files below a folder, by their paths from the top, in order. Not those that a
/// build has made.
fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root().join(&folder)).unwrap_or_else(|error| {
            panic!("{}: {error}", folder.display());
        });
        for entry in entries {
            let name = entry.expect("it can be read").file_name();
            let path = folder.join(&name);
            if name == "target" || name.to_string_lossy().starts_with('.') {
                continue;
            }
            match root().join(&path).is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fails if there are problems, and tells all of them.
#[track_caller]
fn no_problems(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
