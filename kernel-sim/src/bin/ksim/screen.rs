//! What processes write, with a margin that says who.

use std::io;

use kernel_sim::os::{Computer, Write};

/// The screen: one line at a time, and whose it is.
pub(crate) struct Screen {
    /// How wide the margin is.
    width: usize,
    /// Who is in the middle of a line.
    unfinished: Option<u64>,
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
        let text = String::from_utf8_lossy(&write.bytes);
        for line in text.split_inclusive('\n') {
            if self.unfinished != Some(write.pid) {
                self.finish(out)?;
                let margin = margin(write.pid, name);
                write!(out, "{margin:<width$} │ ", width = self.width)?;
            }
            // Nobody moves the cursor of the terminal that this is printed on.
            let shown = line.trim_end_matches('\n');
            let shown = shown.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
            write!(out, "{shown}")?;
            self.unfinished = Some(write.pid);
            self.is_empty = false;
            if line.ends_with('\n') {
                self.finish(out)?;
            }
        }
        Ok(())
    }

    /// Ends the last line, and leaves an empty one after it.
    pub(crate) fn end(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
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

fn margin(pid: u64, name: &str) -> String {
    format!("{pid} {name}")
}
