//! The same workloads on this runtime and on those that one could take
//! instead; prints one Markdown table. `README.md` beside this crate says what
//! each workload is, how each peer does it, and what cannot be compared.
//!
//! ```console
//! $ taskset -c 1 cargo run --release
//! ```
//!
//! # Reading order
//!
//! 1. `peer.rs`: what a peer has to do, one method a workload.
//! 2. `peers/`: how each does it, `ours.rs` first.
//! 3. `workload.rs`: how often that is done, and what is made of the times.
//! 4. `measure.rs`: rounds, medians, and what the operating system is asked.
//! 5. `cell.rs`: a cell of the table is measured in a process of its own.
//! 6. `table.rs`: the table.

use std::env;
use std::process::ExitCode;

use measure::{Effort, median};
use peer::Peer;
use table::Table;
use workload::{WORKLOADS, Workload};

mod cell;
mod measure;
// The unit is measured by the code of the benchmarks that `cargo bench` runs.
#[path = "../../pair/mod.rs"]
mod pair;
mod peer;
mod peers;
mod table;
mod workload;

const USAGE: &str = "\
Usage: peers [--quick] [--only NAME]...
       peers --cell WORKLOAD PEER [--quick]

  --quick      one pass of few and short rounds
  --only NAME  only the workloads with NAME in their name
  --cell       measures one cell, in this process, and prints its figures:
               for a profiler, and for the program itself";

/// What the arguments ask for.
#[derive(Default)]
struct Arguments {
    quick: bool,
    only: Vec<String>,
    cell: Option<(String, String)>,
}

impl Arguments {
    /// `None` if they ask for something else than there is.
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => arguments.quick = true,
                "--only" => arguments.only.push(words.next()?),
                "--cell" => arguments.cell = Some((words.next()?, words.next()?)),
                _ => return None,
            }
        }
        Some(arguments)
    }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::parse(env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let effort = if arguments.quick {
        &Effort::QUICK
    } else {
        &Effort::FULL
    };
    match arguments.cell {
        Some((workload, peer)) => one_cell(&workload, &peer, effort),
        None => all_cells(&arguments.only, effort),
    }
}

/// Measures one cell here and prints its figures, one for each of the
/// workload's rows.
fn one_cell(workload: &str, peer: &str, effort: &Effort) -> ExitCode {
    let workload = WORKLOADS.iter().find(|known| known.name == workload);
    let peers = peers::all();
    let peer = peers.iter().find(|known| known.name() == peer);
    let (Some(workload), Some(peer)) = (workload, peer) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    cell::measure_here(workload, &**peer, effort);
    ExitCode::SUCCESS
}

/// Measures all cells, each in a process of its own, and prints the table.
fn all_cells(only: &[String], effort: &Effort) -> ExitCode {
    let chosen = |workload: &&Workload| {
        only.is_empty() || only.iter().any(|part| workload.name.contains(&**part))
    };
    let workloads: Vec<_> = WORKLOADS.iter().filter(chosen).collect();
    if workloads.is_empty() {
        eprintln!("No workload has that in its name. There are:");
        for workload in &WORKLOADS {
            eprintln!("  {}", workload.name);
        }
        return ExitCode::FAILURE;
    }
    let peers = peers::all();
    let mut units = Vec::new();
    let mut measured = Vec::new();
    for workload in workloads {
        eprintln!("{} …", workload.name);
        units.push(cell::unit(effort));
        measured.push((workload, cells_of(workload, &peers, effort)));
    }
    let mut table = Table::new(&peers, median(units));
    for (workload, cells) in measured {
        table.add(workload, &cells);
    }
    print!("{table}");
    ExitCode::SUCCESS
}

/// The cells of one workload. All peers take turns, pass by pass, so that a
/// moment in which the machine has something else to do harms all alike.
fn cells_of(workload: &Workload, peers: &[Box<dyn Peer>], effort: &Effort) -> Vec<cell::Cell> {
    let mut cells: Vec<_> = peers.iter().map(|_| cell::Cell::new(workload)).collect();
    for _ in 0..effort.passes {
        for (cell, peer) in cells.iter_mut().zip(peers) {
            cell.pass(workload, &**peer, effort);
        }
    }
    cells
}
