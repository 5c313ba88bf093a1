//! From arguments to a computer with processes on it.

use kernel_sim::os::{CallLog, Computer, Disk, Limits, Settings, Trace};

use crate::args::MachineArgs;
use crate::failure::Failure;
use crate::files;

/// A computer on which each file is a process, ready and not yet run.
pub(crate) fn computer(args: &MachineArgs, trace: Trace) -> Result<Computer, Failure> {
    let (mut computer, names) = boot(args, trace, CallLog::Off)?;
    start(&mut computer, &names, args)?;
    Ok(computer)
}

/// A computer with the files on its disk, and the names that they have there.
pub(crate) fn boot(
    args: &MachineArgs,
    trace: Trace,
    calls: CallLog,
) -> Result<(Computer, Vec<String>), Failure> {
    args.scheduling.check(args.files.len())?;
    // What comes with ksim is there as well: a process may execute it.
    let mut disk = Disk::built_in();
    let mut names: Vec<String> = Vec::new();
    for (index, file) in args.files.iter().enumerate() {
        // The same file again is the same program.
        if let Some(first) = args.files[..index].iter().position(|other| other == file) {
            names.push(names[first].clone());
            continue;
        }
        let mut program = files::program(file)?;
        if names.iter().any(|name| name == program.name()) {
            // Two files with one name, in two folders or of two kinds.
            program = program.renamed(&files::shown(file));
        }
        names.push(program.name().to_owned());
        disk.put(program);
    }
    let computer = Computer::boot(Settings {
        disk,
        quantum: args.scheduling.quantum,
        policy: args.scheduling.scheduler(),
        limits: Limits {
            ticks: args.max_ticks,
            ..Limits::default()
        },
        trace,
        calls,
        ..Settings::default()
    });
    Ok((computer, names))
}

/// Makes processes of the programs of these names.
pub(crate) fn start(
    computer: &mut Computer,
    names: &[String],
    args: &MachineArgs,
) -> Result<(), Failure> {
    let arguments: Vec<&str> = args.arguments.iter().map(String::as_str).collect();
    for (index, name) in names.iter().enumerate() {
        let (arrival, attributes) = (
            args.scheduling.arrival(index),
            args.scheduling.attributes(index),
        );
        let started = computer.start_at(arrival, name, &arguments, attributes);
        started.map_err(|error| Failure::NotStarted(name.clone(), error))?;
    }
    Ok(())
}
