//! What one can ask for. The texts here are the help, and meant to teach.

use std::path::PathBuf;

use clap::{Args as _Args, Parser, Subcommand, ValueEnum};

use crate::outputs::OutputArgs;
use crate::scheduling::{POLICIES, SchedulingArgs};

const ABOUT: &str = "\
A computer that can be looked into.

A program lies on a disk, as bytes. Loaded, it becomes a process: it gets memory for its code,
data, heap and stack, and the kernel writes down in a process control block (PCB) where it is:
program counter and registers. Many processes share one CPU. To take it from one and give it to
another is a context switch: registers are saved in one PCB and loaded from another.

All of that happens here as on a real computer, only slower, and one can watch it. The CPU
executes RISC-V instructions; the system calls are Linux's. A tick is the time of one
instruction, a microsecond.";

const BEGIN: &str = "\
Where to begin:
  ksim demo program-to-process       from bytes on a disk to a process, and to its end
  ksim run hello                     run a program
  ksim step hello --count 20         the same, instruction by instruction
  ksim run tab_crashing tab_living   two at once: one crashes, the other does not notice
  ksim programs                      what else is on the disk

FILE is the name of a program on the disk, or the path of a file of yours, with a / or a . in it:
a text in assembly, or an executable for RISC-V of 32 bits (ELF) that a compiler has made.
A text to start from is printed by `ksim programs hello`; for C there is kernel-sim/c/hello.c:
  riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -ffreestanding -nostdlib -static -O1 \\
      crt0.s hello.c -o hello.elf

Exit codes: 0, also if processes crashed, which is no failure of the computer; 1 if a file could
not be read, assembled, run or written; 2 for arguments that make no sense.";

const RUN: &str = "\
Several FILEs share the CPU, and the same one may be given more than once.

Examples:
  ksim run hello
  ksim run yield_ping yield_pong --trace     each line is an arrow of the kernel's diagram
  ksim run long_loop long_loop --quantum 50  short turns: look at what switching costs
  ksim run long_loop sum_loop --policy priority --priorities 10,20 --gantt
  ksim run pid long_loop sleeper --policy srt --estimates 300,4000,200 --metrics
  ksim run pipe --calls                      who asks the kernel for what, and who waits
  ksim run c/sort.elf -- pear fig apple      an executable, and argv

In front of what a process writes is its pid and its name. The table at the end has, for each,
  instr      the instructions that it has executed
  user       ticks for these, one each
  kernel     ticks in the kernel: for its calls, and when the timer came
  switching  ticks for bringing it to the CPU, first and after another process had it
  calls, switches, timer    how many of each; the timer takes the CPU away
  end        how it has ended
Of more than forty, those whose lines are the same have one together.

--calls does what strace does on Linux. A text in a call is the beginning of what is in memory
there: as it was when the process called, or what it got with the answer.";

const RUN_END: &str = "\
With --gantt and --metrics, the ticks for switching belong to the turn for which it was done.

Exit code 0 means that the computer has run, whatever has become of the processes.";

fn run_help() -> String {
    format!("{RUN}\n\n{POLICIES}\n\n{RUN_END}")
}

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "ksim",
    version,
    about = "A computer that can be looked into",
    long_about = ABOUT,
    after_help = BEGIN,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run programs, and say what each has cost
    #[command(after_help = run_help())]
    Run(RunArgs),

    /// Run programs one instruction at a time
    #[command(after_help = "\
Without --count, press Enter for the next instruction, type a number for so many, or q to leave.

Examples:
  ksim step registers --count 30
  ksim step factorial                        watch sp go down and come back up
  ksim step pid pid --quantum 20 --count 60  watch registers being saved and loaded

`=` shows what an instruction has changed. Calls are shown with arguments and answer. At each
switch, what is saved in the PCB or loaded from it is printed; registers that are 0 are left out.")]
    Step(StepArgs),

    /// Show the process table as it is at some tick
    #[command(after_help = "\
Examples:
  ksim ps sleeper long_loop --at 0           before anything has happened
  ksim ps sleeper long_loop --at 2000        one waits, one runs
  ksim ps zombie --at 9000                   a child has ended, and nobody has asked how

Children and threads are below who has made them. A thread that is not the main one has the
number of its process, too: 1/2.

The state is that of the kernel's diagram: New, Ready, Running, Waiting, Terminated. Of who was
reaped there is no PCB any more, only the account of what it has cost. What the kernel does for a
process is not interrupted: if it is at work at the tick that you ask for, you see the next one
at which it is not.")]
    Ps(AtArgs),

    /// Draw the memory of each process
    #[command(after_help = "\
Examples:
  ksim maps hello
  ksim maps heap_growth --at 0               the heap is empty
  ksim maps heap_growth --at 2500            and now it is not

r, w, x: what may be read, written, executed. Nothing is both writable and executable.")]
    Maps(AtArgs),

    /// Assemble a program, and show which bytes its lines have become
    #[command(after_help = "\
Examples:
  ksim asm hello
  ksim asm hello --text hello.text           the bytes of .text and .rodata, as loaded
  objdump -D -b binary -m riscv hello.text   what GNU's tools say to them

Columns: address, bytes as a number, the instruction as the CPU knows it, line and its text.")]
    Asm(AsmArgs),

    /// List the programs on the disk, or print the text of one
    #[command(after_help = "\
Examples:
  ksim programs
  ksim programs hello
  ksim programs hello > mine.s               a copy to change; then: ksim run mine.s")]
    Programs {
        /// The one whose text is wanted
        program: Option<String>,
    },

    /// Show one idea, with a few words on what to look at
    #[command(after_help = "\
Examples:
  ksim demo program-to-process
  ksim demo ipc
  ksim demo overhead --svg overhead.svg      a plot, for a browser

Only policies and overhead have figures, for --svg and --csv.")]
    Demo(DemoArgs),
}

#[derive(Clone, Debug, _Args)]
pub(crate) struct DemoArgs {
    /// Which idea
    pub(crate) demo: Demo,

    #[command(flatten)]
    pub(crate) outputs: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Demo {
    /// From bytes on a disk to a process, and to its end
    ProgramToProcess,
    /// Chrome: each tab is a process; one crashes, and the others live
    Tabs,
    /// What the kernel writes down about a process, and when that changes
    Pcb,
    /// What exactly happens when the CPU goes from one process to another
    ContextSwitch,
    /// Two threads of a process: what they have in common, and what not
    ThreadsShare,
    /// Two threads add to one counter, and additions are lost
    Race,
    /// A child that has ended, and whose parent has not asked how
    Zombies,
    /// A megabyte in each of four ways, and what that costs
    Ipc,
    /// Three processes that wait for each other in a ring
    Deadlock,
    /// The same work under eleven policies: who runs when
    Policies,
    /// What switching costs: why too many threads are slower
    Overhead,
}

/// What computer it is, and what runs on it.
#[derive(Clone, Debug, _Args)]
pub(crate) struct MachineArgs {
    /// Names of programs on the disk, or paths of .s or ELF files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,

    /// When the computer is switched off
    #[arg(long, value_name = "TICKS", default_value = "10000000")]
    pub(crate) max_ticks: u64,

    /// What each of the programs is called with, after its name
    #[arg(last = true, value_name = "ARG")]
    pub(crate) arguments: Vec<String>,

    #[command(flatten)]
    pub(crate) scheduling: SchedulingArgs,
}

#[derive(Clone, Debug, _Args)]
pub(crate) struct RunArgs {
    /// Print a line for each arrow that a process goes along
    #[arg(long)]
    pub(crate) trace: bool,

    /// Print a line for each call, with its arguments and its answer
    #[arg(long)]
    pub(crate) calls: bool,

    /// Print who had the CPU when, as a Gantt chart
    #[arg(long)]
    pub(crate) gantt: bool,

    /// Print how long each took, waited and ran
    #[arg(long)]
    pub(crate) metrics: bool,

    #[command(flatten)]
    pub(crate) outputs: OutputArgs,

    #[command(flatten)]
    pub(crate) machine: MachineArgs,
}

#[derive(Clone, Debug, _Args)]
pub(crate) struct StepArgs {
    /// Show so many instructions, without asking
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,

    #[command(flatten)]
    pub(crate) machine: MachineArgs,
}

#[derive(Clone, Debug, _Args)]
pub(crate) struct AtArgs {
    /// When to look
    #[arg(long, value_name = "TICK", default_value = "0")]
    pub(crate) at: u64,

    #[command(flatten)]
    pub(crate) machine: MachineArgs,
}

#[derive(Clone, Debug, _Args)]
pub(crate) struct AsmArgs {
    /// The name of a program on the disk, or the path of a .s file
    pub(crate) file: String,

    /// Write the code section's bytes into this file: .text, and after it .rodata
    #[arg(long, value_name = "OUT")]
    pub(crate) text: Option<PathBuf>,

    /// Write the data section's bytes into this file: .data, and after it .bss
    #[arg(long, value_name = "OUT")]
    pub(crate) data: Option<PathBuf>,
}
