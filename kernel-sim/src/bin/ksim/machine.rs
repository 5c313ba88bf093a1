//! From arguments to a computer with processes on it.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{CallLog, Computer, Disk, Limits, Settings, Trace};

use crate::args::MachineArgs;
use crate::failure::Failure;
use crate::files;

/// A computer on which each file is a process, ready and not yet run.
pub(crate) fn computer(args: &MachineArgs, trace: Trace) -> Result<Computer, Failure> {
    computer_that_logs(args, trace, CallLog::Off)
}

/// The same, and it may write down its calls.
pub(crate) fn computer_that_logs(
    args: &MachineArgs,
    trace: Trace,
    calls: CallLog,
) -> Result<Computer, Failure> {
    let (priorities, files) = (args.priorities.len(), args.files.len());
    if priorities > files {
        return Err(Failure::TooManyPriorities { priorities, files });
    }
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
    let mut computer = Computer::boot(Settings {
        disk,
        quantum: args.quantum,
        policy: args.policy.parse().expect("it was parsed before"),
        limits: Limits {
            ticks: args.max_ticks,
            ..Limits::default()
        },
        trace,
        calls,
        ..Settings::default()
    });
    let arguments: Vec<&str> = args.arguments.iter().map(String::as_str).collect();
    let missing = std::iter::repeat(&Priority::NORMAL);
    for (name, priority) in names.iter().zip(args.priorities.iter().chain(missing)) {
        let started = computer.start_with(name, &arguments, *priority);
        started.map_err(|error| Failure::NotStarted(name.clone(), error))?;
    }
    Ok(computer)
}
