//! The table at the end of a run: a line for each thread.

use std::collections::BTreeMap;

use kernel_sim::os::{Account, DeathKind, Report};

use crate::run::MOST_LINES;
use crate::table::{Align, Table};
use kernel_sim::schedule::grouped;

/// A line for each thread, and their sum. If there are many, one for all that are
/// alike, and no more than [`MOST_LINES`].
pub(crate) fn accounts(reports: &[Report]) -> String {
    use Align::{Left, Right};
    let mut table = Table::new(&[
        ("pid", Right),
        ("name", Left),
        ("instr", Right),
        ("user", Right),
        ("kernel", Right),
        ("switching", Right),
        ("calls", Right),
        ("switches", Right),
        ("timer", Right),
        ("end", Left),
    ]);
    let mut row = |pid: String, cells: Vec<String>| table.row([vec![pid], cells].concat());
    let more = |words: String| {
        let mut cells = vec![String::new(); 9];
        cells[0] = words;
        cells
    };

    let kinds = match reports.len() > MOST_LINES {
        true => alike(reports),
        false => reports.iter().map(|report| vec![report]).collect(),
    };
    for kind in kinds.iter().take(MOST_LINES) {
        row(number(kind[0]), cells_of(kind[0]));
        if let others @ 1.. = kind.len() as u64 - 1 {
            let words = format!("and {} more like it", grouped(others));
            row(String::new(), more(words));
        }
    }
    let others: usize = kinds.iter().skip(MOST_LINES).map(Vec::len).sum();
    if others > 0 {
        let words = format!("and {} others", grouped(others as u64));
        row(String::new(), more(words));
    }
    if reports.len() > 1 {
        let total = reports.iter().map(|report| report.account).sum();
        row(String::new(), cells("all", total, String::new()));
    }
    table.text()
}

/// Those whose lines are the same, but for the number, together.
fn alike(reports: &[Report]) -> Vec<Vec<&Report>> {
    let mut kinds: Vec<Vec<&Report>> = Vec::new();
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for report in reports {
        let kind = *known.entry(cells_of(report)).or_insert(kinds.len());
        if kind == kinds.len() {
            kinds.push(Vec::new());
        }
        kinds[kind].push(report);
    }
    kinds
}

fn cells_of(report: &Report) -> Vec<String> {
    let end = match report.death {
        // The longest of them would make lines too long, and was said above.
        Some(death) if matches!(death.kind, DeathKind::IllegalInstruction(_)) => "illegal".into(),
        Some(death) => death.short(),
        None => format!("still {}", report.state),
    };
    cells(report.program.name(), report.account, end)
}

fn cells(name: &str, account: Account, end: String) -> Vec<String> {
    let Account {
        instructions,
        kernel,
        switching,
        calls,
        switches,
        preemptions,
        ..
    } = account;
    let numbers = [
        instructions,
        account.user(),
        kernel,
        switching,
        calls,
        switches,
        preemptions,
    ];
    let mut cells = vec![name.to_owned()];
    cells.extend(numbers.map(grouped));
    cells.push(end);
    cells
}

/// `3`, or `1/3` for the thread 3 of the process 1, if it is not the main thread.
pub(crate) fn number(report: &Report) -> String {
    match report.process == report.pid {
        true => report.pid.to_string(),
        false => format!("{}/{}", report.process, report.pid),
    }
}
