//! `ksim run --calls`: a line for each call, as strace prints them for the programs
//! of Linux.

use std::io::Write;

use kernel_sim::os::{CallRecord, Called, Computer};

use crate::failure::Failure;
use crate::instruction::answered;
use crate::run::{DISPATCH, WIDTH};
use crate::screen::Screen;
use crate::table::wrapped;
use kernel_sim::schedule::grouped;

/// Those since the last time, if they are kept. Says whether one of the lines names a
/// dispatch.
pub(crate) fn show(
    computer: &mut Computer,
    screen: &mut Screen,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let mut names_dispatches = false;
    for record in computer.take_calls() {
        screen.finish(out)?;
        let CallRecord {
            tick,
            pid,
            text,
            called,
            ..
        } = record;
        let end = match called {
            Called::Answered(answer) => answered(answer),
            Called::Waits(why) => {
                names_dispatches |= why.contains(DISPATCH);
                format!("  {why}")
            }
            Called::NeverAnswered => String::new(),
        };
        let mut margin = format!("{:>10} {pid:>4}", grouped(tick));
        let mut lines = wrapped(&(text + &end), WIDTH - 20).into_iter();
        writeln!(out, "{margin}  {}", lines.next().unwrap_or_default())?;
        margin = " ".repeat(margin.chars().count() + 4);
        for line in lines {
            writeln!(out, "{margin}{line}")?;
        }
    }
    Ok(names_dispatches)
}
