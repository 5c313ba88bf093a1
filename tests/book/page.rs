//! A page of the book, taken apart.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::{read, root};

/// Where the pages are.
pub(crate) const PAGES: &str = "docs/src";

/// A page.
pub(crate) struct Page {
    /// From the top of the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// What stands between two fences.
pub(crate) struct Block {
    /// The number of the line of the first fence.
    pub(crate) line: usize,
    /// The words behind the first fence.
    pub(crate) info: String,
    pub(crate) body: Vec<String>,
}

/// A part of a file that a page shows: `{{#include FILE:ANCHOR}}`.
#[derive(Clone, Debug)]
pub(crate) struct Include {
    pub(crate) line: usize,
    /// From the top of the repository.
    pub(crate) file: PathBuf,
    /// Nothing, if it is the whole file.
    pub(crate) anchor: Option<String>,
}

/// All pages, in the order of the table of contents.
pub(crate) fn pages() -> Vec<Page> {
    let summary = read(&Path::new(PAGES).join("SUMMARY.md"));
    let targets = summary.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| {
            let path = Path::new(PAGES).join(target);
            let text = read(&path);
            Page { path, text }
        })
        .collect()
}

impl Block {
    /// The numbers of all its lines, from one fence to the other.
    pub(crate) fn lines(&self) -> RangeInclusive<usize> {
        self.line..=self.line + self.body.len() + 1
    }
}

impl Page {
    /// The last line above that one in which there is something.
    pub(crate) fn line_above(&self, line: usize) -> &str {
        let lines: Vec<&str> = self.text.lines().take(line - 1).collect();
        let mut lines = lines.into_iter().rev();
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// The place of a line, for people.
    pub(crate) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut is_open = false;
        for (number, line) in (1..).zip(self.text.lines()) {
            let block = blocks.last_mut();
            match (line.trim_start().strip_prefix("```"), block) {
                (Some(_), Some(_)) if is_open => is_open = false,
                (Some(info), _) => {
                    is_open = true;
                    blocks.push(Block {
                        line: number,
                        info: info.trim().to_owned(),
                        body: Vec::new(),
                    });
                }
                (None, Some(block)) if is_open => block.body.push(line.to_owned()),
                (None, _) => {}
            }
        }
        assert!(!is_open, "{}: a fence is open", self.path.display());
        blocks
    }

    /// The lines outside of blocks, with their numbers.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_open = false;
        let mut prose = Vec::new();
        for (number, line) in (1..).zip(self.text.lines()) {
            match line.trim_start().starts_with("```") {
                true => is_open = !is_open,
                false if is_open => {}
                false => prose.push((number, line)),
            }
        }
        prose
    }

    /// What stands between backticks, with the numbers of the lines.
    /// A span may go on in the next line.
    pub(crate) fn code_spans(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut begun: Option<(usize, String)> = None;
        for (number, line) in self.prose() {
            for (at, piece) in line.split('`').enumerate() {
                begun = match (begun, at) {
                    (None, 0) => None,
                    (None, _) => Some((number, piece.to_owned())),
                    (Some((line, begin)), 0) => Some((line, format!("{begin} {piece}"))),
                    (Some(span), _) => {
                        found.push(span);
                        None
                    }
                };
            }
        }
        found
    }

    /// The lines of the prose without what is in code font.
    pub(crate) fn words(&self) -> Vec<(usize, String)> {
        let mut in_span = false;
        let prose = self.prose().into_iter();
        let words = prose.map(|(number, line)| {
            let mut words = String::new();
            for (at, piece) in line.split('`').enumerate() {
                in_span ^= at > 0;
                if !in_span {
                    words.push_str(piece);
                }
            }
            (number, words)
        });
        words.collect()
    }

    /// Targets of links, with the numbers of the lines.
    pub(crate) fn links(&self) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (number, line) in self.prose() {
            let links = line.split("](").skip(1);
            let targets = links.filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (number, target)));
        }
        found
    }

    /// The names by which headings can be linked to.
    pub(crate) fn headings(&self) -> Vec<String> {
        let lines = self.prose().into_iter().map(|(_, line)| line);
        let headings = lines.filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
        headings.map(slug).collect()
    }

    /// All parts of files that it shows.
    pub(crate) fn includes(&self) -> Vec<Include> {
        let lines = (1..).zip(self.text.lines());
        lines
            .filter_map(|(line, text)| self.include(line, text))
            .collect()
    }

    /// What that line includes, if it does, and nothing else stands in it.
    pub(crate) fn include(&self, line: usize, text: &str) -> Option<Include> {
        let target = text.trim().strip_prefix("{{#include ")?;
        let target = target.strip_suffix("}}")?;
        let (file, anchor) = match target.split_once(':') {
            Some((file, anchor)) => (file, Some(anchor.to_owned())),
            None => (target, None),
        };
        let folder = self.path.parent().expect("it is in a folder");
        Some(Include {
            line,
            file: plain(&folder.join(file)),
            anchor,
        })
    }
}

/// The path without `..`.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// As mdBook makes the name of a heading: letters and digits, small, the spaces as `-`.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

/// Whether there is such a file.
pub(crate) fn is_there(path: &Path) -> bool {
    root().join(path).exists()
}
