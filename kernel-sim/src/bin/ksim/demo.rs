//! `ksim demo`: one idea each, with a few words on what to look at.

mod overhead;
mod policies;
mod talking;

use std::io::Write;
use std::num::NonZero;

use clap::ValueEnum as _;
use kernel_sim::os::{Outcome, Trace};

use crate::args::{Demo, DemoArgs, MachineArgs};
use crate::failure::Failure;
use crate::scheduling::SchedulingArgs;
use crate::step::{KEEP, Stepper};
use crate::table::wrapped;
use crate::{files, machine, maps, ps, run};
use kernel_sim::schedule::grouped;

pub(crate) fn show(args: &DemoArgs, out: &mut dyn Write) -> Result<(), Failure> {
    args.outputs.check(&[])?;
    let has_figures = matches!(args.demo, Demo::Policies | Demo::Overhead);
    if !has_figures && !args.outputs.is_empty() {
        let value = args.demo.to_possible_value().expect("none is hidden");
        return Err(Failure::NoFigures(value.get_name().into()));
    }
    match args.demo {
        Demo::ProgramToProcess => program_to_process(out),
        Demo::Tabs => tabs(out),
        Demo::Pcb => pcb(out),
        Demo::ContextSwitch => context_switch(out),
        Demo::ThreadsShare => talking::threads_share(out),
        Demo::Race => talking::race(out),
        Demo::Zombies => talking::zombies(out),
        Demo::Ipc => talking::ipc(out),
        Demo::Deadlock => talking::deadlock(out),
        Demo::Policies => policies::policies(&args.outputs, out),
        Demo::Overhead => overhead::overhead(&args.outputs, out),
    }
}

/// A computer as one without further arguments is.
fn args(files: &[&str], quantum: u64) -> MachineArgs {
    MachineArgs {
        files: files.iter().map(|&file| file.into()).collect(),
        max_ticks: 10_000_000,
        scheduling: SchedulingArgs::with_quantum(NonZero::new(quantum).expect("not zero")),
        arguments: Vec::new(),
    }
}

fn program_to_process(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, PROGRAM)?;
    heading(out, "1  On the disk: bytes, and where they are to be put")?;
    let program = files::program("hello")?;
    let image = program.image().expect("it was assembled");
    write!(out, "{}", image.listing(program.text()))?;

    heading(
        out,
        "2  Loaded: a process with memory of its own, and a PCB",
    )?;
    let computer = machine::computer(&args(&["hello"], 1_000), KEEP)?;
    let report = computer.report(1).expect("it was started");
    maps::map(&computer, &report, out)?;
    writeln!(out)?;
    ps::table(&computer, out)?;

    heading(out, "3  On the CPU: instructions, and two calls")?;
    let mut stepper = Stepper::new(computer);
    stepper.show(u64::MAX, out)?;

    heading(out, "4  At the end: nothing is left of it but its account")?;
    run::summary(&stepper.computer, &Outcome::Ended, out)?;
    next(
        out,
        &[
            "ksim step factorial",
            "ksim maps global_variables",
            "ksim asm hello --text OUT",
        ],
    )
}

const PROGRAM: &str = "\
A program is bytes on a disk and does nothing. Loaded, it becomes a process: the bytes are put
into memory, a heap and a stack are added, and the kernel makes a PCB for it.

Look at: the addresses. Where _start is on the disk, there pc is in the PCB; what is executed
in part 3 are the words of part 1.";

fn tabs(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, TABS)?;
    let files = ["tab_living", "tab_crashing", "tab_living"];
    let mut computer = machine::computer(&args(&files, 1_000), Trace::Log)?;
    let outcome = run::show_run(&mut computer, 1, out)?;
    run::summary(&computer, &outcome, out)?;
    next(
        out,
        &[
            "ksim run tab_crashing tab_living --trace",
            "ksim run null_pointer bad_pointer",
        ],
    )
}

const TABS: &str = "\
Chrome gives each tab a process of its own. Here are three; the second one follows a pointer
that was never set.

Look at: [news] is gone after its first line, and the kernel says why; both [mail] go on to
their end, with exit 0. If the three were threads of one process, all of them would be gone.
";

fn pcb(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, PCB)?;
    let files = ["sleeper", "long_loop", "factorial"];
    let mut computer = machine::computer(&args(&files, 300), Trace::Log)?;
    for (tick, words) in [
        (
            0,
            "Loaded, and nobody has run. pc is at _start in all of them",
        ),
        (
            161,
            "The first one has the CPU: its pc has moved, the others' have not",
        ),
        (
            400,
            "It sleeps, and so it needs no CPU. The next one has it",
        ),
        (
            739,
            "The timer has taken the CPU away: it is the third one's turn",
        ),
        (
            2_000,
            "That one has ended, and its PCB is gone. One still sleeps",
        ),
        (
            5_300,
            "Its time is over: it is ready, and waits for its turn",
        ),
        (5_744, "It has had its turn, and has ended"),
    ] {
        heading(out, words)?;
        ps::table_at(&mut computer, tick, out)?;
    }
    next(
        out,
        &[
            "ksim ps sleeper long_loop --at 3000",
            "ksim run sleeper long_loop factorial --quantum 300 --trace",
        ],
    )
}

const PCB: &str = "\
The kernel has a process control block, a PCB, for each process: who it is, in which of five
states, what it waits for, and its registers as long as it does not have the CPU.

Look at: state, and pc. Only the pc of a Running process moves; what a Ready or Waiting one
has in its PCB is where it will go on.";

fn context_switch(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, SWITCH)?;
    let computer = machine::computer(&args(&["long_loop", "long_loop"], 6), KEEP)?;
    let mut stepper = Stepper::new(computer);
    stepper.show(28, out)?;

    heading(out, "The price: the same two programs to their end")?;
    for quantum in [10_000, 1_000, 100] {
        let mut computer = machine::computer(&args(&["long_loop", "long_loop"], quantum), KEEP)?;
        computer.run();
        let now = computer.now();
        let switching: u64 = computer.reports().iter().map(|r| r.account.switching).sum();
        let share = switching * 100 / now;
        writeln!(
            out,
            "quantum {:>6}: {:>9} ticks, of which {:>7} for switching, {share:>2} %",
            grouped(quantum),
            grouped(now),
            grouped(switching)
        )?;
    }
    next(
        out,
        &[
            "ksim step pid pid --quantum 20",
            "ksim run long_loop long_loop --quantum 50",
        ],
    )
}

const SWITCH: &str = "\
Two processes of the same program, which count s0 up and s1 down. After six instructions the
timer takes the CPU away: registers and pc go into one PCB, and come out of the other.

Look at: what is saved is what is loaded later, to the last register. So neither of them can
tell that it was interrupted, and none has anything of the other's counts.
";

fn say(out: &mut dyn Write, words: &str) -> Result<(), Failure> {
    writeln!(out, "{words}")?;
    Ok(())
}

fn heading(out: &mut dyn Write, words: &str) -> Result<(), Failure> {
    writeln!(out)?;
    heading_after_run(out, words)
}

/// The same, where there is an empty line already.
fn heading_after_run(out: &mut dyn Write, words: &str) -> Result<(), Failure> {
    writeln!(out, "── {words}\n")?;
    Ok(())
}

/// In lines that are not too long.
fn paragraph(out: &mut dyn Write, words: &str) -> Result<(), Failure> {
    for line in wrapped(words, run::WIDTH) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn next(out: &mut dyn Write, commands: &[&str]) -> Result<(), Failure> {
    writeln!(out, "\nTry next:")?;
    for command in commands {
        writeln!(out, "  {command}")?;
    }
    Ok(())
}
