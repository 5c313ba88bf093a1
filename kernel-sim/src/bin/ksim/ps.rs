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
use crate::table::{Align, Table, grouped};

pub(crate) fn ps(args: &AtArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut computer = machine::computer(&args.machine, Trace::Log)?;
    machine::run_unseen(&mut computer, args.at);
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
    for report in computer.reports() {
        table.row(row(computer, &report, turns.get(&report.pid)));
    }
    writeln!(out, "at tick {}", grouped(computer.now()))?;
    write!(out, "{}", table.text())?;
    Ok(())
}

fn row(computer: &Computer, report: &Report, turns: Option<&u64>) -> Vec<String> {
    let process = computer.thread(report.pid);
    let register = |read: fn(&kernel_sim::machine::cpu::Registers) -> u32| match process {
        Some(process) => format!("{:#010x}", read(process.registers())),
        None => "-".into(),
    };
    vec![
        report.pid.to_string(),
        report.program.name().into(),
        report.state.to_string(),
        turns.map_or("-".into(), |turns| grouped(*turns)),
        register(|registers| registers.pc),
        register(|registers| registers.get(Register::SP)),
        grouped(report.account.ticks()),
        doing(computer, report),
    ]
}

/// What a process does, waits for, or has ended by.
fn doing(computer: &Computer, report: &Report) -> String {
    if let Some(death) = report.death {
        return death.short();
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
