//! Why a command did not do what it was to do.

use std::io;
use std::process::ExitCode;

use kernel_sim::machine::asm::{Errors, Problem};
use kernel_sim::os::{ElfError, StartError};

#[derive(Debug)]
pub(crate) enum Failure {
    /// No file, and no program on the disk.
    NoSuchProgram(String),
    /// No program on the disk, and a file whose name does not look like a path.
    NoPath(String),
    /// A file that could not be read.
    Unreadable(String, io::Error),
    /// A program with mistakes.
    Wrong(Errors),
    /// An executable that this computer cannot execute.
    BadElf(String, ElfError),
    /// A command about text, and a file that was compiled.
    NoText(String),
    /// A program for which there is no room.
    NotStarted(String, StartError),
    /// A file that could not be written.
    Unwritable(String, io::Error),
    /// Standard input could not be read.
    Input(io::Error),
    /// Nobody takes what we print, or it cannot be written.
    Output(io::Error),
    /// A file that would be written over.
    InTheWay(String),
    /// More in a list, for example of priorities, than there are files.
    LongList {
        list: &'static str,
        length: usize,
        files: usize,
    },
    /// A demonstration without figures, and a file for them.
    NoFigures(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl Failure {
    /// Says it, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let message = match self {
            // `ksim run hello | head -1`: whoever reads has seen enough.
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Failure::Output(error) => format!("ksim: cannot print: {error}"),
            Failure::Input(error) => format!("ksim: cannot read standard input: {error}"),
            Failure::NoSuchProgram(name) => format!(
                "ksim: there is no program '{name}' on the disk, and no such file.\n\
                 `ksim programs` lists what is on the disk; the path of a file has a / or a . in it"
            ),
            Failure::NoPath(name) => format!(
                "ksim: there is no program '{name}' on the disk. What you have under that name \
                 is meant by a path with a / in it: ./{name}"
            ),
            Failure::Unreadable(file, error) => format!("ksim: cannot read {file}: {error}"),
            Failure::Unwritable(file, error) => format!("ksim: cannot write {file}: {error}"),
            Failure::InTheWay(file) => format!(
                "ksim: {file} is named twice on the command line, and would be written over"
            ),
            Failure::Wrong(errors) => {
                let count = match errors.all() {
                    [_] => "a mistake".into(),
                    [some @ .., last] if last.problem == Problem::TooMany => {
                        format!("more than {} mistakes", some.len())
                    }
                    all => format!("{} mistakes", all.len()),
                };
                format!("{errors}ksim: the program has {count}, and was not run")
            }
            Failure::BadElf(file, error) => format!("ksim: cannot run {file}: {error}"),
            Failure::NoText(file) => format!(
                "ksim: {file} is an ELF file, and was compiled already.\n\
                 `riscv64-unknown-elf-objdump -d {file}` shows its instructions"
            ),
            Failure::NotStarted(name, error) => format!("ksim: cannot start {name}: {error}"),
            Failure::LongList {
                list,
                length,
                files,
            } => format!(
                "ksim: more --{list} ({length}) than FILEs ({files}): give one for each, \
                 in the same order"
            ),
            Failure::NoFigures(demo) => format!(
                "ksim: the demonstration '{demo}' has no figures for --svg or --csv; \
                 policies and overhead have"
            ),
        };
        // If that cannot be said either, the exit code still says it.
        let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{message}\n"));
        match self {
            Failure::LongList { .. } | Failure::NoFigures(_) | Failure::InTheWay(_) => {
                ExitCode::from(2)
            }
            _ => ExitCode::FAILURE,
        }
    }
}
