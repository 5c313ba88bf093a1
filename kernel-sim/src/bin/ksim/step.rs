//! `ksim step`: one instruction after the other, and the PCB at each switch.

use std::io::{self, BufRead as _, Read as _, Write};

use kernel_sim::kernel::state::Arrow;
use kernel_sim::kernel::trace::Event;
use kernel_sim::machine::cpu::{Registers, Trap};
use kernel_sim::os::{Computer, Outcome, Step, Trace};
use log::LevelFilter;

use crate::args::StepArgs;
use crate::failure::Failure;
use crate::instruction;
use crate::machine;
use crate::registers;
use crate::screen::Screen;
use crate::table::wrapped;
use kernel_sim::schedule::grouped;

pub(crate) fn step(args: &StepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let computer = machine::computer(&args.machine, KEEP)?;
    let mut stepper = Stepper::new(computer);
    match args.count {
        Some(count) => stepper.show(count, out),
        None => stepper.ask(out),
    }
}

/// The switches are wanted, and who becomes ready.
pub(crate) const KEEP: Trace = Trace::Keep(LevelFilter::Trace);

/// How long a line is at most that is read from standard input; a longer one is two.
const LONGEST: u64 = 80;

/// How wide the registers of a PCB are printed.
const WIDTH: usize = 74;

/// How wide the last column of an instruction is.
const EFFECT: usize = 45;

/// A computer that is shown while it runs.
pub(crate) struct Stepper {
    pub(crate) computer: Computer,
    screen: Screen,
    /// How often to show the head of the columns: once.
    has_head: bool,
    is_over: bool,
}

impl Stepper {
    pub(crate) fn new(mut computer: Computer) -> Stepper {
        // How processes are made is nothing to step through.
        computer.take_events();
        Stepper {
            screen: Screen::new(&computer),
            computer,
            has_head: false,
            is_over: false,
        }
    }

    /// Shows so many instructions, and what is between them.
    pub(crate) fn show(&mut self, count: u64, out: &mut dyn Write) -> Result<(), Failure> {
        let mut left = count;
        while left > 0 && !self.is_over {
            if self.one(out)? {
                left -= 1;
            }
        }
        Ok(())
    }

    /// Shows as many as somebody asks for.
    fn ask(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        let help = "Enter: the next instruction. A number: so many. q: the end.";
        writeln!(out, "{help}")?;
        let mut count = 1;
        let mut lines = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            // Standard input may have no end, and no lines.
            let read = (&mut lines).take(LONGEST).read_until(b'\n', &mut line);
            if read.map_err(Failure::Input)? == 0 {
                break;
            }
            match String::from_utf8_lossy(&line).trim() {
                "" => {}
                "q" => break,
                text => match text.parse() {
                    Ok(number) => count = number,
                    Err(_) => {
                        let text = text.replace(char::is_control, "\u{fffd}");
                        writeln!(out, "'{text}' is no number. {help}")?;
                        continue;
                    }
                },
            }
            self.show(count, out)?;
            count = 1;
            out.flush()?;
            if self.is_over {
                break;
            }
        }
        Ok(())
    }

    /// Does one step and shows it. Whether it was an instruction, or a trap.
    fn one(&mut self, out: &mut dyn Write) -> Result<bool, Failure> {
        let before = self.computer.on_cpu().map(|(_, process)| {
            let next = instruction::next(process);
            let fetched = process.memory().fetch(process.registers().pc);
            (process.registers().clone(), next, fetched)
        });
        let tick = self.computer.now();
        let step = self.computer.step();
        let events = self.computer.take_events();
        match (&step, before) {
            (Step::Executed(pid), Some((before, next, Ok(Some(fetched))))) => {
                let after = self.registers(*pid).unwrap_or_default();
                let effect = instruction::effect(fetched, &before, &after);
                self.line(tick, *pid, before.pc, &next, &effect, out)?;
            }
            (Step::Trapped(pid, trap), Some((before, next, _))) => {
                let after = self.computer.thread(*pid);
                let what = instruction::trap(*trap, &before, after);
                let next = if *trap == Trap::Timer { "" } else { &next };
                self.line(tick, *pid, before.pc, next, &what, out)?;
            }
            (Step::Idled(ticks), _) if *ticks > 0 => {
                let ticks = grouped(*ticks);
                writeln!(
                    out,
                    "{:>8}  nobody is ready: idle for {ticks} ticks",
                    grouped(tick)
                )?;
            }
            (Step::Over(outcome), _) => self.over(outcome, out)?,
            _ => {}
        }
        self.screen.show(&mut self.computer, out)?;
        if !events.is_empty() {
            self.screen.finish(out)?;
        }
        for event in &events {
            self.arrow(event, out)?;
        }
        Ok(matches!(step, Step::Executed(_) | Step::Trapped(..)))
    }

    fn registers(&self, pid: u64) -> Option<Registers> {
        Some(self.computer.thread(pid)?.registers().clone())
    }

    /// One instruction.
    fn line(
        &mut self,
        tick: u64,
        pid: u64,
        pc: u32,
        instruction: &str,
        effect: &str,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        self.screen.finish(out)?;
        if !self.has_head {
            self.has_head = true;
            let head = ["tick", "pid", "pc", "instruction"];
            let [tick, pid, pc, instruction] = head;
            writeln!(
                out,
                "{tick:>8} {pid:>4}  {pc:<10}  {instruction:<26}  what it did"
            )?;
        }
        self.name_of_place(pid, pc, out)?;
        let tick = grouped(tick);
        let mut left = format!("{tick:>8} {pid:>4}  {pc:#010x}  {instruction:<26}");
        for line in wrapped(effect, EFFECT) {
            let line = format!("{left:<53}  {line}");
            writeln!(out, "{}", line.trim_end())?;
            left.clear();
        }
        Ok(())
    }

    /// The name of a place in a program that has no lines to show.
    fn name_of_place(&self, pid: u64, pc: u32, out: &mut dyn Write) -> Result<(), Failure> {
        let report = self.computer.report(pid).expect("it was on the CPU");
        if report.program.line_at(pc).is_none()
            && let Some((name, 0)) = report.program.symbol_at(pc)
        {
            writeln!(out, "{:15}{name}:", "")?;
        }
        Ok(())
    }

    /// An arrow, and the context that went along it.
    fn arrow(&self, event: &Event, out: &mut dyn Write) -> Result<(), Failure> {
        let Event {
            dispatch,
            arrow,
            pid,
            name,
            why,
            ready,
            ..
        } = event;
        let why = if why.is_empty() {
            ""
        } else {
            &format!(": {why}")
        };
        let ready = match ready.is_empty() {
            true => "nobody".into(),
            false => ready.join(", "),
        };
        writeln!(
            out,
            "  ── #{dispatch}  {arrow}  {name}{why}    ready: {ready}"
        )?;
        let what = match arrow {
            Arrow::Dispatch => "loaded from the PCB",
            Arrow::Preempt | Arrow::Block => "saved in the PCB",
            _ => return Ok(()),
        };
        let Some(registers) = self.registers(pid.ident()) else {
            return Ok(());
        };
        let mut margin = what;
        for line in registers::all(&registers, WIDTH) {
            writeln!(out, "     {margin:<19}  {line}")?;
            margin = "";
        }
        Ok(())
    }

    fn over(&mut self, outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
        self.is_over = true;
        let tick = grouped(self.computer.now());
        writeln!(out, "{tick:>8}  {outcome}")?;
        Ok(())
    }
}
