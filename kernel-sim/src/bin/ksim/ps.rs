//! `ksim ps`: the process table at some tick.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::Write;

use kernel_sim::kernel::state::StateName;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Outcome, Report, Trace};

use crate::accounts::number;
use crate::args::AtArgs;
use crate::failure::Failure;
use crate::instruction;
use crate::machine;
use crate::run::{DISPATCH, DISPATCH_MEANS};
use crate::table::{Align, Table, wrapped};
use kernel_sim::schedule::grouped;

pub(crate) fn ps(args: &AtArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut computer = machine::computer(&args.machine, Trace::Log)?;
    table_at(&mut computer, args.at, out)
}

/// Runs to this tick, and shows the table.
pub(crate) fn table_at(
    computer: &mut Computer,
    tick: u64,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let outcome = computer.run_until(tick);
    let why = another_tick(computer, tick, &outcome);
    let why = why.map_or(String::new(), |why| format!(" ({why})"));
    writeln!(out, "at tick {}{why}", grouped(computer.now()))?;
    rows(computer, out)
}

/// Why it is not the tick that was asked for, if it is not.
pub(crate) fn another_tick(computer: &Computer, tick: u64, outcome: &Outcome) -> Option<String> {
    let why = match (computer.now().cmp(&tick), outcome) {
        (Ordering::Equal, _) => return None,
        (Ordering::Greater, _) => format!(
            "at {} the kernel was at work, which is not interrupted",
            grouped(tick)
        ),
        (Ordering::Less, Outcome::Ended) => "nothing comes later: all have ended".into(),
        (Ordering::Less, Outcome::Deadlock(_)) => {
            "nothing comes later: nobody can go on, a deadlock".into()
        }
        (Ordering::Less, Outcome::TimeIsUp) => {
            "nothing comes later: the computer is switched off, see --max-ticks".into()
        }
    };
    Some(why)
}

/// The table of all processes as they are now.
pub(crate) fn table(computer: &Computer, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "at tick {}", grouped(computer.now()))?;
    rows(computer, out)
}

fn rows(computer: &Computer, out: &mut dyn Write) -> Result<(), Failure> {
    use Align::{Left, Right};
    let mut table = Table::new(&[
        ("pid", Right),
        ("name", Left),
        ("state", Left),
        ("turns", Right),
        ("pc", Left),
        ("sp", Left),
        ("ticks", Right),
        ("what it does", Left),
    ]);
    let pcbs = computer.kernel().iter();
    let turns: BTreeMap<u64, u64> = pcbs
        .map(|pcb| (pcb.identity().ident(), pcb.switches()))
        .collect();
    let reports = computer.reports();
    let tree = tree(&reports).into_iter();
    let rows: Vec<_> = tree
        .map(|(report, depth)| row(computer, report, depth, turns.get(&report.pid)))
        .collect();
    let width = room_for_last(&rows);
    for mut row in rows {
        let last = row.pop().unwrap_or_default();
        for line in wrapped(&last, width) {
            row.push(line);
            let empty = vec![String::new(); row.len() - 1];
            table.row(std::mem::replace(&mut row, empty));
        }
    }
    let text = table.text();
    write!(out, "{text}")?;
    if text.contains(DISPATCH) {
        writeln!(out, "{DISPATCH_MEANS}")?;
    }
    Ok(())
}

/// How wide the last column may be, so that a line has a hundred characters at most.
fn room_for_last(rows: &[Vec<String>]) -> usize {
    let columns = rows.first().map_or(0, Vec::len).saturating_sub(1);
    let others: usize = (0..columns)
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0).max(5) + 2
        })
        .sum();
    100_usize.saturating_sub(others).max(20)
}

/// Each, and then those that it has made: how far to the right they stand.
fn tree(reports: &[Report]) -> Vec<(&Report, usize)> {
    let above = |report: &Report| match report.pid == report.process {
        true => report.parent,
        false => report.process,
    };
    let mut below: BTreeMap<u64, Vec<&Report>> = BTreeMap::new();
    for report in reports {
        below.entry(above(report)).or_default().push(report);
    }
    let mut tree = Vec::new();
    // The kernel has made those that nobody else has.
    let mut left: Vec<(&Report, usize)> = Vec::new();
    let mut push = |left: &mut Vec<_>, pid, depth| {
        let children = below.remove(&pid).unwrap_or_default();
        left.extend(children.into_iter().rev().map(|report| (report, depth)));
    };
    push(&mut left, 0, 0);
    while let Some((report, depth)) = left.pop() {
        tree.push((report, depth));
        push(&mut left, report.pid, depth + 1);
    }
    tree
}

/// A line. Who has no PCB any more has no turns either: it was reaped.
fn row(computer: &Computer, report: &Report, depth: usize, turns: Option<&u64>) -> Vec<String> {
    let process = computer.thread(report.pid);
    let register = |read: fn(&kernel_sim::machine::cpu::Registers) -> u32| match process {
        Some(process) => format!("{:#010x}", read(process.registers())),
        None => "-".into(),
    };
    vec![
        number(report),
        format!("{}{}", branch(depth), report.program.name()),
        match turns {
            Some(_) => report.state.to_string(),
            None => "reaped".into(),
        },
        turns.map_or("-".into(), |turns| grouped(*turns)),
        register(|registers| registers.pc),
        register(|registers| registers.get(Register::SP)),
        grouped(report.account.ticks()),
        doing(computer, report),
    ]
}

fn branch(depth: usize) -> String {
    match depth {
        0 => String::new(),
        depth => format!("{}└ ", "  ".repeat(depth - 1)),
    }
}

/// What a process does, waits for, or has ended by.
fn doing(computer: &Computer, report: &Report) -> String {
    if let Some(death) = report.death {
        return match report.is_zombie {
            true => format!("zombie: {}", death.short()),
            false => death.short(),
        };
    }
    if let Some(waits) = &report.waits {
        return waits.clone();
    }
    let next = computer.thread(report.pid).map(instruction::next);
    let next = next.unwrap_or_default();
    match report.state {
        StateName::Running => format!("executes {next}"),
        _ => format!("goes on with {next}"),
    }
}
