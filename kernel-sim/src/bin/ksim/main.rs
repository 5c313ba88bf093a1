//! `ksim`: the simulated computer, to look at. Prints text, and decides nothing:
//! what a computer does is in the library, in `os.rs`.
//!
//! Reading order: `args.rs`, what one can ask for; `files.rs`, `machine.rs`, how
//! files become programs and a computer of them; then a file for each command,
//! `run.rs` first, which has `calls.rs`, `accounts.rs` and `figures.rs`; `scheduling.rs`, who is
//! next, and `outputs.rs`, files to write, which several commands have; `plot.rs`, charts as
//! SVG; `screen.rs`, `table.rs`, `instruction.rs` and `registers.rs`, how things are written
//! down; `failure.rs`, what can go wrong.
//!
//! All that is printed follows from the arguments and the files: two runs print
//! the same, to the byte.

#![forbid(unsafe_code)]

mod accounts;
mod args;
mod asm;
mod calls;
mod demo;
mod failure;
mod figures;
mod files;
mod instruction;
mod machine;
mod maps;
mod outputs;
mod plot;
mod programs;
mod ps;
mod registers;
mod run;
mod scheduling;
mod screen;
mod step;
mod table;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    match perform(args.command, &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn perform(command: Command, out: &mut dyn io::Write) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(&args, out),
        Command::Step(args) => step::step(&args, out),
        Command::Ps(args) => ps::ps(&args, out),
        Command::Maps(args) => maps::maps(&args, out),
        Command::Asm(args) => asm::asm(&args, out),
        Command::Programs { program: None } => programs::list(out),
        Command::Programs {
            program: Some(name),
        } => programs::text(&name, out),
        Command::Demo(args) => demo::show(&args, out),
    }
}
