//! The demonstrations with more than one process in a family, or more than one thread
//! in a process.

use std::io::Write;

use kernel_sim::os::{Account, Costs, Trace};

use super::{args, heading, heading_after_run, next, say};
use crate::failure::Failure;
use crate::table::{Align, Table};
use crate::{machine, ps, run};
use kernel_sim::schedule::grouped;

/// Runs it, and shows what it writes and what that has cost.
fn show(program: &str, quantum: u64, out: &mut dyn Write) -> Result<(), Failure> {
    let mut computer = machine::computer(&args(&[program], quantum), Trace::Log)?;
    let outcome = run::show_run(&mut computer, 1, out)?;
    run::summary(&computer, &outcome, out)
}

pub(super) fn threads_share(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, THREADS)?;
    heading(out, "In the middle: two PCBs, one process, two stacks")?;
    let mut computer = machine::computer(&args(&["threads_share"], 1_000), Trace::Log)?;
    ps::table_at(&mut computer, 400, out)?;
    heading(out, "To the end")?;
    show("threads_share", 1_000, out)?;
    heading(out, "And if the main thread ends first")?;
    show("main_ends", 1_000, out)?;
    next(
        out,
        &[
            "ksim programs threads_share",
            "ksim demo race",
            "ksim run threads_share --calls",
        ],
    )
}

const THREADS: &str = "\
A process begins with one thread. This one makes a second: it executes the same code, in the
same memory, and has registers of its own, and a stack.

Look at: the second thread writes 42 into a variable, and the main thread reads it. Their
local variables have the same name, and are two: sp is in another place for each.";

pub(super) fn race(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, RACE)?;
    writeln!(out)?;
    for quantum in [1_000, 997, 100, 10] {
        let words = format!("Without a lock, and the timer comes after {quantum} ticks");
        heading_after_run(out, &words)?;
        let mut computer = machine::computer(&args(&["race"], quantum), Trace::Log)?;
        run::show_run(&mut computer, 1, out)?;
    }
    heading_after_run(out, "With a lock")?;
    show("mutex", 1_000, out)?;
    next(
        out,
        &[
            "ksim programs mutex",
            "ksim run race --quantum 7",
            "ksim run shared_memory",
        ],
    )
}

const RACE: &str = "\
Two threads add 1 to one counter, 2000 times each. To add is to load, to add, and to store. If
the timer comes in between, the other one adds to the same number, and one of the two sums is
overwritten.

Look at: the sum. It should be 4000, and what it is depends on where the timer comes. With the
lock it is 4000 always; and then look at what that costs, in calls and in switches.";

pub(super) fn zombies(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, ZOMBIES)?;
    let mut computer = machine::computer(&args(&["zombie"], 1_000), Trace::Log)?;
    for (tick, words) in [
        (8_501, "There is a child, and it has not run yet"),
        (
            9_000,
            "The child has ended. Its parent sleeps, and does not know",
        ),
        (13_912, "The parent has slept"),
        (14_153, "It has asked, and the child is gone"),
    ] {
        heading(out, words)?;
        ps::table_at(&mut computer, tick, out)?;
    }
    heading(
        out,
        "If the parent ends first: the kernel takes the child, and asks at once",
    )?;
    let mut computer = machine::computer(&args(&["orphan"], 1_000), Trace::Log)?;
    ps::table_at(&mut computer, 9_700, out)?;
    next(
        out,
        &[
            "ksim run zombie --trace",
            "ksim run orphan --calls",
            "ksim run kill",
            "ksim run exec",
        ],
    )
}

const ZOMBIES: &str = "\
A process ends, and gives a number: how it went. Somebody has to be told, and that is its
parent. Until the parent has asked, the PCB stays. That is a zombie.

Look at: the state. Terminated is the last arrow but one of the diagram (6 exit); the last
one, 7 reap, comes when the parent asks. Then no PCB is left, only what the process has cost.";

pub(super) fn ipc(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, IPC)?;
    use Align::{Left, Right};
    let mut table = Table::new(&[
        ("through", Left),
        ("calls", Right),
        ("words copied", Right),
        ("timer", Right),
        ("switches", Right),
        ("user", Right),
        ("kernel", Right),
        ("switching", Right),
        ("all ticks", Right),
    ]);
    for (name, program) in [
        ("pipe", "ipc_pipe"),
        ("socket", "ipc_socket"),
        ("message queue", "ipc_message_queue"),
        ("shared memory", "ipc_shared_memory"),
    ] {
        let mut computer = machine::computer(&args(&[program], 1_000), Trace::Log)?;
        computer.run();
        let reports = computer.reports();
        let total: Account = reports.iter().map(|report| report.account).sum();
        let Account {
            calls,
            words,
            switches,
            preemptions,
            kernel,
            switching,
            ..
        } = total;
        let numbers = [
            calls,
            words,
            preemptions,
            switches,
            total.user(),
            kernel,
            switching,
            total.ticks(),
        ];
        let mut cells = vec![name.to_owned()];
        cells.extend(numbers.map(grouped));
        table.row(cells);
    }
    writeln!(out)?;
    write!(out, "{}", table.text())?;
    let Costs {
        trap,
        call,
        switch,
        word,
    } = Costs::default();
    let whole = trap + call;
    let copies = grouped(u64::from(2 * word * 4096 / 4));
    writeln!(
        out,
        "\nThe kernel's ticks are {trap} for each call or timer, {call} more for each call, and {word} for \
         each\nword; a switch is {switch}. A megabyte is 262,144 words, and twice that is copied by \
         the first\nthree; what is copied besides is the child's memory when it is made.\n\n\
         With shared memory each of the two calls twice for a block, to wait for it and to say that it\n\
         is done; through a pipe one call does both. But a call is {whole} ticks, and to copy a block\n\
         twice is {copies}: so with twice the calls it takes half the time. These are the prices of the\n\
         cost model in os/cost.rs. Real ones differ, and copying much costs more than calling there, too."
    )?;
    next(
        out,
        &[
            "ksim run ipc_shared_memory --calls | head -40",
            "ksim run ipc_pipe --quantum 10000",
            "ksim run socket message_queue pipe",
        ],
    )
}

const IPC: &str = "\
A child makes a megabyte, in blocks of 4096 bytes, and its parent adds it up. The work is the
same, and the same block goes through a pipe, a socket, a message queue, or shared memory.

Look at: the words that are copied, into the kernel and out of it; and the calls. With shared
memory nothing is copied, but the two have to call as well, to take turns.";

pub(super) fn deadlock(out: &mut dyn Write) -> Result<(), Failure> {
    say(out, DEADLOCK)?;
    show("pipe_ring", 1_000, out)?;
    next(
        out,
        &["ksim programs pipe_ring", "ksim run pipe_ring --calls"],
    )
}

const DEADLOCK: &str = "\
Three processes in a ring, with a pipe from each to the next. Each wants to write 5000 bytes
and then to read. A pipe has room for 4096.

Look at: nobody can go on, and nobody ever will. The kernel knows for what each waits and who
has the other end, and so it can say in which ring they stand.
";
