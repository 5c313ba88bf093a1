//! The table, in Markdown: a row for each figure of each workload, a column for
//! each peer, and footnotes for what is missing or was measured differently.

use std::fmt;
use std::fs;
use std::thread;

use crate::cell::Cell;
use crate::pair::PAIR;
use crate::peer::Peer;
use crate::workload::{Unit, Workload};

pub(crate) struct Table {
    peers: Vec<&'static str>,
    /// A raw resume + suspend, in nanoseconds.
    pair: f64,
    /// The row's name, and what the columns say.
    rows: Vec<(&'static str, Vec<String>)>,
    notes: Vec<String>,
}

impl Table {
    /// A table without workloads. The first peer is the one that the others are
    /// compared with.
    pub(crate) fn new(peers: &[Box<dyn Peer>], pair: f64) -> Self {
        Self {
            peers: peers.iter().map(|peer| peer.name()).collect(),
            pair,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds the rows of a workload, of which there is a cell for each peer.
    pub(crate) fn add(&mut self, workload: &Workload, cells: &[Cell]) {
        for (number, row) in workload.rows.iter().enumerate() {
            let ours = cells[0].figure(number).ok();
            let mut columns = Vec::new();
            for (peer, cell) in cells.iter().enumerate() {
                columns.push(self.entry(number, row.unit, cell, ours, peer == 0));
                if peer == 0 {
                    let pairs = ours.filter(|_| row.unit == Unit::Nanoseconds);
                    columns.push(pairs.map_or(String::new(), |ours| rounded(ours / self.pair)));
                }
            }
            self.rows.push((row.name, columns));
        }
    }

    /// What the table says of a cell in one of its rows.
    fn entry(
        &mut self,
        row: usize,
        unit: Unit,
        cell: &Cell,
        ours: Option<f64>,
        is_ours: bool,
    ) -> String {
        let figure = match cell.figure(row) {
            Ok(figure) => figure,
            Err(reason) => {
                let reason = reason.to_owned();
                return format!("— [{}]", self.note(reason));
            }
        };
        let mut entry = match unit {
            Unit::Nanoseconds => rounded(figure),
            Unit::Milliseconds => format!("{} ms", rounded(figure)),
            Unit::Bytes => format!("{} bytes", with_spaces(figure as u64)),
        };
        if let Some(ours) = ours.filter(|_| !is_ours) {
            entry += &format!(" ({}×)", rounded(figure / ours));
        }
        if let Some(note) = &cell.note {
            entry += &format!(" [{}]", self.note(note.clone()));
        }
        entry
    }

    /// The number of that footnote, which is the same for the same text.
    fn note(&mut self, text: String) -> usize {
        let known = self.notes.iter().position(|note| *note == text);
        let index = known.unwrap_or_else(|| {
            self.notes.push(text);
            self.notes.len() - 1
        });
        index + 1
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ours, others) = self.peers.split_first().expect("there are peers");
        let columns = self.peers.len() + 2;
        writeln!(
            f,
            "| median of one, ns | {ours} | pairs | {} |",
            others.join(" | ")
        )?;
        writeln!(f, "|{}", " --- |".repeat(columns))?;
        let pair = rounded(self.pair);
        let empty = " |".repeat(others.len());
        writeln!(f, "| raw {PAIR} of corosensei | {pair} | 1.00 |{empty}")?;
        for (name, columns) in &self.rows {
            writeln!(f, "| {name} | {} |", columns.join(" | "))?;
        }
        writeln!(f)?;
        writeln!(f, "With × in brackets: how many times ours.")?;
        writeln!(f)?;
        for (index, note) in self.notes.iter().enumerate() {
            writeln!(f, "{}. {note}", index + 1)?;
        }
        writeln!(f)?;
        writeln!(f, "{}", versions())?;
        writeln!(f, "{}", machine())
    }
}

/// Three digits, as more would not be the same again; of large figures, all
/// before the point.
fn rounded(figure: f64) -> String {
    match figure {
        ..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => with_spaces(figure.round() as u64),
    }
}

/// The number, with its digits in groups of three.
pub(crate) fn with_spaces(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(" ")
}

/// The versions of the crates that are compared.
fn versions() -> String {
    const CRATES: [&str; 8] = [
        "corosensei",
        "may",
        "generator",
        "tokio",
        "async-executor",
        "async-lock",
        "async-channel",
        "async-io",
    ];
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let entry = format!("name = \"{name}\"\nversion = \"");
        let (_, rest) = lock.split_once(&entry)?;
        let (version, _) = rest.split_once('"')?;
        Some(format!("{name} {version}"))
    };
    let versions: Vec<_> = CRATES.into_iter().filter_map(version).collect();
    format!("With {}.", versions.join(", "))
}

/// What the figures were measured on.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown CPU", |line| {
        line.trim_start_matches([' ', '\t', ':'])
    });
    let release = read("/proc/sys/kernel/osrelease");
    let cpus = thread::available_parallelism().map_or(0, usize::from);
    format!(
        "On {model}, {cpus} CPU for this process, Linux {}.",
        release.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_or_all_before_the_point() {
        let figures = [2.456, 12.34, 123.4, 1234.5, 1_234_567.0];
        let words = figures.map(rounded);
        assert_eq!(words, ["2.46", "12.3", "123", "1 235", "1 234 567"]);
    }

    #[test]
    fn the_same_note_has_the_same_number() {
        let mut table = Table::new(&[], 1.0);
        let numbers = ["a", "b", "a"].map(|text| table.note(text.to_owned()));
        assert_eq!(numbers, [1, 2, 1]);
    }
}
