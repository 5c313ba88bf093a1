//! What is said about a listing was true of the lines that it showed when it was written. So
//! `docs/shown.txt` has a checksum of each listing; if one differs, somebody reads the page
//! again, and then `REREAD=1 cargo test --test book` writes the file anew.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use crate::page::{Include, Page, is_there, pages};
use crate::source::parts;
use crate::{no_problems, read, root};

const SHOWN: &str = "docs/shown.txt";

#[test]
fn prose_is_read_again_when_the_lines_that_it_is_about_change() {
    let pages = pages();
    let listings = pages.iter().flat_map(|page| {
        let includes = page.includes().into_iter();
        // What an exercise begins with, each reader changes.
        let kept = includes.filter(|include| !include.file.starts_with("docs/exercises"));
        kept.map(move |include| (page, include))
    });
    let listings: Vec<_> = listings.collect();
    let now = listings.iter().map(|(page, include)| {
        let checksum = checksum(include);
        format!("{} {checksum:08x}\n", name(page, include))
    });
    let now: String = now.collect();
    if env::var_os("REREAD").is_some_and(|reread| reread == "1") {
        fs::write(root().join(SHOWN), now).expect("it can be written");
        return;
    }
    let text = read(Path::new(SHOWN));
    let recorded = text.lines().filter_map(|line| line.rsplit_once(' '));
    let recorded: BTreeMap<&str, &str> = recorded.collect();
    let mut problems = Vec::new();
    for ((page, include), line) in listings.iter().zip(now.lines()) {
        let (name, checksum) = line.rsplit_once(' ').expect("it has two parts");
        let what = match recorded.get(name) {
            Some(recorded) if *recorded == checksum => continue,
            Some(_) => "has changed",
            None => "is new here",
        };
        let (at, file) = (page.at(include.line), include.file.display());
        let anchor = include.anchor.as_deref().unwrap_or_default();
        problems.push(format!(
            "{at}: '{anchor}' of {file} {what}: read the prose around it, then run \
             REREAD=1 cargo test --test book"
        ));
    }
    if problems.is_empty() && recorded.len() > listings.len() {
        problems.push(format!(
            "{SHOWN}: it has listings that no page shows any more: run \
             REREAD=1 cargo test --test book"
        ));
    }
    no_problems(problems);
}

/// A listing and the page that it stands in.
fn name(page: &Page, include: &Include) -> String {
    let (page, file) = (page.path.display(), include.file.display());
    let anchor = include.anchor.as_deref().unwrap_or_default();
    format!("{page} {file}:{anchor}")
}

/// Of the lines without what is before and behind them: the FNV-1a hash of 32 bits, by
/// G. Fowler, L. C. Noll and K.-P. Vo.
fn checksum(include: &Include) -> u32 {
    let lines: Vec<String> = match &include.anchor {
        Some(anchor) => {
            let mut parts = parts(&include.file).0.into_iter();
            let part = parts.find(|part| part.name == *anchor);
            let lines = part.map_or(Vec::new(), |part| part.lines).into_iter();
            lines.map(|(_, line)| line).collect()
        }
        None if is_there(&include.file) => read(&include.file).lines().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let mut hash: u32 = 0x811c_9dc5;
    for line in lines {
        for byte in line.trim().bytes().chain([b'\n']) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    hash
}
