//! What processes write, with a margin that says who.

use std::collections::BTreeMap;
use std::io;

use kernel_sim::os::{Computer, Write};

use kernel_sim::schedule::grouped;

/// The screen: one line at a time, and whose it is.
pub(crate) struct Screen {
    /// How wide the margin is.
    width: usize,
    /// Who is in the middle of a line.
    unfinished: Option<u64>,
    /// Of each process, the beginning of a letter whose end it has not yet written.
    begun: BTreeMap<u64, (String, Vec<u8>)>,
    is_empty: bool,
}

impl Screen {
    /// For the processes of this computer.
    pub(crate) fn new(computer: &Computer) -> Screen {
        let reports = computer.reports();
        let names = reports
            .iter()
            .map(|r| margin(r.pid, r.program.name()).chars().count());
        Screen {
            width: names.max().unwrap_or(0),
            unfinished: None,
            begun: BTreeMap::new(),
            is_empty: true,
        }
    }

    /// Shows what was written since the last time.
    pub(crate) fn show(
        &mut self,
        computer: &mut Computer,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        for write in computer.console_mut().take() {
            let report = computer.report(write.pid);
            let name = report.map_or(String::new(), |report| report.program.name().into());
            self.print(&write, &name, out)?;
        }
        Ok(())
    }

    fn print(&mut self, write: &Write, name: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let begun = self.begun.remove(&write.pid);
        let mut bytes = begun.map_or(Vec::new(), |(_, bytes)| bytes);
        bytes.extend(&write.bytes);
        let rest = bytes.split_off(bytes.len() - unfinished_letter(&bytes));
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if !rest.is_empty() {
            self.begun.insert(write.pid, (name.into(), rest));
        }
        if write.lost > 0 {
            text.push_str(&format!(" [and {} bytes more]", grouped(write.lost)));
        }
        self.lines(write.pid, name, &text, out)
    }

    fn lines(
        &mut self,
        pid: u64,
        name: &str,
        text: &str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        for line in text.split_inclusive('\n') {
            if self.unfinished != Some(pid) {
                self.finish(out)?;
                let margin = margin(pid, name);
                write!(out, "{margin:<width$} │ ", width = self.width)?;
            }
            // Nobody moves the cursor of the terminal that this is printed on.
            let shown = line.trim_end_matches('\n');
            let shown = shown.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
            write!(out, "{shown}")?;
            self.unfinished = Some(pid);
            self.is_empty = false;
            if line.ends_with('\n') {
                self.finish(out)?;
            }
        }
        Ok(())
    }

    /// Ends the last line, and leaves an empty one after it.
    pub(crate) fn end(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        for (pid, (name, _)) in std::mem::take(&mut self.begun) {
            self.lines(pid, &name, "\u{fffd}", out)?;
        }
        self.finish(out)?;
        match self.is_empty {
            true => Ok(()),
            false => writeln!(out),
        }
    }

    /// Ends the line in which somebody is.
    pub(crate) fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        match self.unfinished.take() {
            Some(_) => writeln!(out),
            None => Ok(()),
        }
    }
}

/// How many bytes at the end are the beginning of a letter in UTF-8.
fn unfinished_letter(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last();
    let tail = last.map_or(&[][..], |chunk| chunk.invalid());
    // A letter that was begun and not ended is invalid as it is, and valid with more.
    match std::str::from_utf8(tail) {
        Err(error) if error.error_len().is_none() => tail.len(),
        _ => 0,
    }
}

fn margin(pid: u64, name: &str) -> String {
    format!("{pid} {name}")
}
