//! Looking at the runtime while it runs.

mod history;
mod stacks;

pub use history::{gantt, metrics, schedule};
pub use stacks::stacks;

use std::panic::Location;

use kernel_sim::columns;
use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::Pcb;
use kernel_sim::kernel::state::State;

use crate::core::{Context, Core};
use crate::current;
use crate::fiber::Fiber;
use crate::handle;
use crate::thread::task::Task;
use crate::thread::timer;

/// The PCB table as text, a line for each thread, the oldest first.
///
/// | column | what it says |
/// | --- | --- |
/// | ident, name, state, daemon | as the thread's handle has them |
/// | since | the number of the dispatch during which the state was entered |
/// | switches | how many times the thread was given the CPU |
/// | sp | the saved stack pointer; none for a thread that has no stack, or that is running |
/// | deepest | the lowest stack pointer seen at a switch |
/// | used | bytes of the stack above that |
/// | stack | size of the stack in bytes |
/// | at | the line of the program that gave up the CPU last; for a thread that had no turn yet, the one that made it |
/// | waits for | what would end its wait |
///
/// For what lies in the stacks there is [`stacks`].
///
/// It is the table of the runtime on this OS thread. Where there is none, it is
/// the tables of all runtimes of the process, one after the other: this waits
/// until each loop has its next turn, so nobody in a runtime may be blocking its
/// OS thread until this returns. [`Handle::ps`](crate::Handle::ps) asks one.
///
/// ```
/// use runtime::{report, thread};
///
/// fn worker() {
///     thread::park();
/// }
///
/// runtime::run(|| {
///     let handle = thread::spawn(worker);
///     thread::yield_now();
///     let table = report::ps();
///     let line = table.lines().find(|line| line.contains("Thread-1 (worker)")).unwrap();
///     assert!(line.contains("Waiting") && line.ends_with("is parked"));
///     handle.thread().unpark();
/// });
/// ```
// ANCHOR: ps
pub fn ps() -> String {
    if let Some(table) = current::try_core(table_of) {
        return table;
    }
    let tables = handle::all_tables();
    match tables.is_empty() {
        true => aligned(&[HEADER.map(String::from)]),
        false => tables.join("\n"),
    }
}
// ANCHOR_END: ps

// ANCHOR: table_of
const HEADER: [&str; 12] = [
    "ident",
    "name",
    "state",
    "daemon",
    "since",
    "switches",
    "sp",
    "deepest",
    "used",
    "stack",
    "at",
    "waits for",
];

fn table_of(core: &Core) -> String {
    let kernel = core.kernel.borrow();
    let mut pcbs: Vec<_> = kernel.iter().collect();
    pcbs.sort_by_key(|pcb| pcb.created());
    let mut rows = vec![HEADER.map(String::from)];
    rows.extend(pcbs.into_iter().map(|pcb| row(&kernel, pcb)));
    aligned(&rows)
}
// ANCHOR_END: table_of

// ANCHOR: row
fn row(kernel: &Kernel<Context>, pcb: &Pcb<Context>) -> [String; HEADER.len()] {
    let thread = pcb.identity();
    let fiber = suspended(pcb);
    let dash = || "-".to_owned();
    let at = match (pcb.state(), fiber) {
        (State::Running, _) => dash(),
        (_, Some(fiber)) => gave_up_at(thread, fiber).to_string(),
        (_, None) => format!("made at {}", thread.name.made_at()),
    };
    [
        pcb.pid().ident().to_string(),
        printable(thread),
        pcb.state().name().to_string(),
        if thread.daemon { "yes" } else { "no" }.to_owned(),
        pcb.since().to_string(),
        pcb.switches().to_string(),
        fiber.map_or_else(dash, |fiber| format!("{:#x}", fiber.sp())),
        fiber.map_or_else(dash, |fiber| format!("{:#x}", fiber.deepest())),
        fiber.map_or_else(dash, |fiber| fiber.used().to_string()),
        thread.stack_size.bytes().to_string(),
        at,
        pcb.state()
            .wait()
            .map_or_else(dash, |wait| kernel.describe(wait)),
    ]
}
// ANCHOR_END: row

/// The fiber of a thread that is in the middle and does not run.
// ANCHOR: suspended
fn suspended(pcb: &Pcb<Context>) -> Option<&Fiber> {
    match pcb.state().context() {
        Some(Context::Suspended(fiber)) => Some(fiber),
        _ => None,
    }
}
// ANCHOR_END: suspended

/// The line of the program that gave up the CPU. A thread that runs a function
/// of this crate as it is, as `spawn(thread::park)` does, gives it up in a line
/// of the standard library that calls functions, and a timer in its own; then it
/// is the line that made the thread.
// ANCHOR: gave_up_at
pub(crate) fn gave_up_at(task: &Task, fiber: &Fiber) -> &'static Location<'static> {
    let is_ours = |at: &Location<'_>| at.file().starts_with("/rustc/") || at.file() == timer::HERE;
    let at = fiber.at().filter(|at| !is_ours(at));
    at.unwrap_or(task.name.made_at())
}
// ANCHOR_END: gave_up_at

/// The thread's name on one line.
// ANCHOR: aligned
fn printable(task: &Task) -> String {
    let name = task.to_string();
    name.replace(char::is_control, "\u{fffd}")
}

/// Rows in columns, each as wide as its widest cell.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| columns::width(&row[column])).max();
    let widths: Vec<usize> = (0..N).filter_map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: String = cells
            .map(|(cell, width)| columns::padded(cell, width + 2))
            .collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
// ANCHOR_END: aligned

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_as_much_room_as_it_has_on_a_terminal() {
        let rows = [["name", "state"], ["쓰레드", "Ready"], ["worker", "New"]];
        let table = aligned(&rows.map(|row| row.map(str::to_owned)));
        assert_eq!(table, "name    state\n쓰레드  Ready\nworker  New\n");
    }
}
