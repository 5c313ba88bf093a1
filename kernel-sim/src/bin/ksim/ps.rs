//! `ksim ps`: the process table at some tick.

use std::collections::BTreeMap;
use std::io::Write;

use kernel_sim::kernel::state::StateName;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Report, Trace};

use crate::args::AtArgs;
use crate::failure::Failure;
use crate::instruction;
use crate::machine;
use crate::run::number;
use crate::table::{Align, Table, grouped, wrapped};

pub(crate) fn ps(args: &AtArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut computer = machine::computer(&args.machine, Trace::Log)?;
    computer.run_until(args.at);
    table(&computer, out)
}

/// The table of all processes as they are now.
pub(crate) fn table(computer: &Computer, out: &mut dyn Write) -> Result<(), Failure> {
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
    writeln!(out, "at tick {}", grouped(computer.now()))?;
    write!(out, "{}", table.text())?;
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

fn row(computer: &Computer, report: &Report, depth: usize, turns: Option<&u64>) -> Vec<String> {
    let process = computer.thread(report.pid);
    let register = |read: fn(&kernel_sim::machine::cpu::Registers) -> u32| match process {
        Some(process) => format!("{:#010x}", read(process.registers())),
        None => "-".into(),
    };
    vec![
        number(report),
        format!("{}{}", branch(depth), report.program.name()),
        report.state.to_string(),
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
