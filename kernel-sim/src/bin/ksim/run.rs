//! `ksim run`: the output of each process, what has become of it, and what it has
//! cost.

use std::io::Write;

use kernel_sim::os::{Account, CallLog, Computer, Death, DeathKind, Outcome, Report, Trace};
use log::LevelFilter;

use crate::accounts::accounts;
use crate::args::RunArgs;
use crate::calls;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::table::wrapped;
use crate::{figures, machine};
use kernel_sim::schedule::grouped;

/// How wide a text is that is not in a table.
pub(crate) const WIDTH: usize = 92;

/// The word by which a report says since when somebody has something, and what it
/// means. To be printed once where the word is.
pub(crate) const DISPATCH: &str = "dispatch";
pub(crate) const DISPATCH_MEANS: &str =
    "(Dispatches are counted: how many times the kernel has given somebody the CPU, arrow 2.)";

/// How many may be in a list, one below the other.
pub(crate) const MOST_LINES: usize = 40;

/// How many ticks pass between two looks at the console.
const PIECE: u64 = 10_000;

pub(crate) fn run(args: &RunArgs, out: &mut dyn Write) -> Result<(), Failure> {
    start_logging();
    let trace = match args.trace {
        true => Trace::Keep(LevelFilter::Trace),
        false => Trace::Log,
    };
    let calls = match args.calls {
        true => CallLog::Keep,
        false => CallLog::Off,
    };
    args.outputs.check(&args.machine.files)?;
    let (mut computer, names) = machine::boot(&args.machine, trace, calls)?;
    if args.gantt || args.metrics || !args.outputs.is_empty() {
        computer.keep_history();
    }
    machine::start(&mut computer, &names, &args.machine)?;
    // With a trace, what is written belongs between the lines where it was written.
    let piece = if args.trace || args.calls { 1 } else { PIECE };
    let outcome = show_run(&mut computer, piece, out)?;
    summary(&computer, &outcome, out)?;
    figures::show(&computer, args, out)
}

/// `RUST_LOG` says what is logged, as it does elsewhere.
fn start_logging() {
    env_logger::builder().format_timestamp(None).init();
}

/// Runs a computer to its end, and shows what is written meanwhile, and its switch
/// trace, if it keeps that.
pub(crate) fn show_run(
    computer: &mut Computer,
    piece: u64,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut screen = Screen::new(computer);
    for event in computer.take_events() {
        writeln!(out, "{event}")?;
    }
    let mut names_dispatches = false;
    let outcome = loop {
        let before = computer.now();
        let outcome = computer.run_until(before.saturating_add(piece));
        names_dispatches |= calls::show(computer, &mut screen, out)?;
        screen.show(computer, out)?;
        for event in computer.take_events() {
            screen.finish(out)?;
            writeln!(out, "{event}")?;
        }
        if outcome != Outcome::TimeIsUp || computer.now() == before {
            break outcome;
        }
    };
    screen.end(out)?;
    // A deadlock's report says the same.
    if names_dispatches && !matches!(outcome, Outcome::Deadlock(_)) {
        writeln!(out, "{DISPATCH_MEANS}\n")?;
    }
    Ok(outcome)
}

/// Who has died of what, the accounts, and what is left.
pub(crate) fn summary(
    computer: &Computer,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reports = computer.reports();
    let mut obituaries = reports.iter().filter_map(|report| {
        let death = report.death?;
        let by_itself = matches!(death.kind, DeathKind::Exit(_) | DeathKind::WithProcess);
        (!by_itself).then_some((report, death))
    });
    for (report, death) in obituaries.by_ref().take(MOST_LINES) {
        obituary(report, death, out)?;
    }
    let more = obituaries.count() as u64;
    if more > 0 {
        writeln!(
            out,
            "And {} more were ended by the kernel.\n",
            grouped(more)
        )?;
    }
    writeln!(out, "{}", accounts(&reports))?;

    let total: Account = reports.iter().map(|report| report.account).sum();
    let Account {
        kernel, switching, ..
    } = total;
    let parts = [
        (total.user(), "user"),
        (kernel, "kernel"),
        (switching, "switching"),
        (computer.idle_ticks(), "idle"),
    ]
    .map(|(ticks, what)| format!("{} {what}", grouped(ticks)))
    .join(" + ");
    let now = grouped(computer.now());
    let end: String = match outcome {
        Outcome::Ended => "All processes have ended".into(),
        Outcome::TimeIsUp => {
            "The time was up (--max-ticks), and the computer was switched off".into()
        }
        Outcome::Deadlock(deadlock) => {
            for ring in &deadlock.rings {
                writeln!(out, "These wait for each other, and none can go on:")?;
                list(ring.split("; "), out)?;
            }
            if !deadlock.others.is_empty() {
                let head = match deadlock.rings.is_empty() {
                    true => "These wait:",
                    false => "These wait besides:",
                };
                writeln!(out, "{head}")?;
                list(deadlock.others.iter().map(String::as_str), out)?;
            }
            if deadlock.more > 0 {
                writeln!(out, "  and {} more", deadlock.more)?;
            }
            let mut all = deadlock.rings.iter().chain(&deadlock.others);
            if all.any(|words| words.contains(DISPATCH)) {
                writeln!(out, "{DISPATCH_MEANS}")?;
            }
            "Deadlock: nobody can run".into()
        }
    };
    writeln!(out, "{end}, at tick {now}:\n{parts}.")?;
    if *outcome == Outcome::Ended {
        left(computer, out)?;
    }
    Ok(())
}

/// What belongs to no process, and so is there after all of them.
fn left(computer: &Computer, out: &mut dyn Write) -> Result<(), Failure> {
    let queues = computer.message_queues().map(|id| ("message queue", id));
    let pieces = computer.shared_memory().map(|id| ("shared memory", id));
    let left: Vec<String> = queues
        .chain(pieces)
        .map(|(what, id)| format!("{what} {id}"))
        .collect();
    if !left.is_empty() {
        let left = left.join(", ");
        let words = format!("Nobody has removed {left} (IPC_RMID): left in the kernel.");
        for line in wrapped(&words, WIDTH) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// One line, or a few, for each.
fn list<'a>(mut items: impl Iterator<Item = &'a str>, out: &mut dyn Write) -> Result<(), Failure> {
    for item in items.by_ref().take(MOST_LINES) {
        let mut margin = "  ";
        for line in wrapped(item, WIDTH) {
            writeln!(out, "{margin}{line}")?;
            margin = "    ";
        }
    }
    match items.count() as u64 {
        0 => Ok(()),
        more => Ok(writeln!(out, "  and {} more", grouped(more))?),
    }
}

/// What there is to say of a process that has not ended by itself.
fn obituary(report: &Report, death: Death, out: &mut dyn Write) -> Result<(), Failure> {
    let (name, pid) = (report.program.name(), report.pid);
    let (short, long) = (death.short(), death.to_string());
    let why = long.strip_prefix(&short).unwrap_or_default();
    let why = why.trim_start_matches(": ");
    writeln!(out, "{name} ({pid}) was ended by the kernel: {short}")?;
    for line in wrapped(why, WIDTH) {
        writeln!(out, "    {line}")?;
    }
    let instruction = report.program.instruction_at(death.pc);
    let instruction = instruction.map_or("-".into(), |i| i.at(death.pc).to_string());
    writeln!(out, "    pc {:#010x}   {instruction}", death.pc)?;
    if let (DeathKind::IllegalInstruction(_), Some(image)) = (death.kind, report.program.image())
        && death.pc >= image.text.address + image.text.bytes.len() as u32
    {
        writeln!(
            out,
            "    that is .rodata: the program has not asked to exit before"
        )?;
    }
    if let Some((line, text)) = report.program.line_at(death.pc) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = format!("line {line}");
        writeln!(out, "    {line:<13}   {text}")?;
    } else if let Some((symbol, offset)) = report.program.symbol_at(death.pc) {
        writeln!(out, "    in {symbol}, {offset} bytes from its beginning")?;
    }
    writeln!(out)?;
    Ok(())
}
