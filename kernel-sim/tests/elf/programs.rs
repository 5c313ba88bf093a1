//! The recorded files do what their sources say.

use std::fs;
use std::path::{Path, PathBuf};

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{Access, Fault};
use kernel_sim::os::{Computer, DeathKind, Disk, Limits, Outcome, Program, Settings};

/// What a program is called with, what it prints, and what it ends with: a status,
/// or a number above 128 that says by which signal, as shells do.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) prints: &'static str,
    pub(crate) status: i32,
}

pub(crate) const SIGSEGV: i32 = 11;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "hello",
        arguments: &[],
        prints: "Hello from C! I am called hello.\n",
        status: 0,
    },
    Case {
        name: "hello",
        arguments: &["one", "", "three and more"],
        prints: "Hello from C! I am called hello.\nArgument 1 is one.\nArgument 2 is .\n\
                 Argument 3 is three and more.\n",
        status: 0,
    },
    Case {
        name: "sort",
        arguments: &[],
        prints: "apple\napple\ncherry\nfig\nlemon\npear\nquince\n",
        status: 9,
    },
    Case {
        name: "sort",
        arguments: &["b", "a"],
        prints: "a\nb\n",
        status: 3,
    },
    Case {
        name: "heap",
        arguments: &[],
        prints: "1000 links, the sum is 500500\nand no process gets 3,840 MiB\n",
        status: 0,
    },
    Case {
        name: "crash",
        arguments: &[],
        prints: "opening news ...\n",
        status: 128 + SIGSEGV,
    },
];

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("c")
}

/// The recorded file of this name.
pub(crate) fn recorded(name: &str) -> Vec<u8> {
    fs::read(folder().join(name).with_extension("elf")).expect("it is part of the sources")
}

/// A computer with only this program on it.
pub(crate) fn computer(program: Program, limits: Limits) -> Computer {
    let mut disk = Disk::default();
    disk.put(program);
    Computer::boot(Settings {
        disk,
        limits,
        ..Settings::default()
    })
}

/// What a file prints when it is called so, and what it ends with.
pub(crate) fn run_here(file: &[u8], case: &Case) -> (String, i32) {
    let program = Program::from_elf(case.name, file).unwrap_or_else(|e| panic!("{e}"));
    let mut computer = computer(program, Limits::default());
    let pid = computer
        .start_with(case.name, case.arguments, Priority::NORMAL)
        .unwrap();
    assert_eq!(computer.run(), Outcome::Ended);
    let death = computer.report(pid).unwrap().death.unwrap();
    let status = match death.kind {
        DeathKind::Exit(status) => status.into(),
        DeathKind::Fault(_) => 128 + SIGSEGV,
        other => panic!("{other:?}"),
    };
    (computer.console().text(), status)
}

#[test]
fn recorded_executables_do_what_their_sources_say() {
    for case in CASES {
        let found = run_here(&recorded(case.name), case);
        assert_eq!(
            found,
            (case.prints.to_owned(), case.status),
            "{}",
            case.name
        );
    }
}

#[test]
fn a_fault_is_in_a_function_that_has_a_name() {
    let program = Program::from_elf("crash", &recorded("crash")).unwrap();
    let mut computer = computer(program, Limits::default());
    computer.start("crash", Priority::NORMAL).unwrap();
    computer.run();
    let report = computer.report(1).unwrap();
    let death = report.death.unwrap();
    let DeathKind::Fault(Fault {
        address: 0,
        access: Access::Write,
        ..
    }) = death.kind
    else {
        panic!("{death}");
    };
    let (function, offset) = report.program.symbol_at(death.pc).unwrap();
    assert_eq!(function, "count_visit");
    assert!(offset > 0 && offset < 64, "{offset}");
    // Names say nothing of data, or of what is nowhere.
    assert_eq!(report.program.symbol_at(0x4000_0000), None);
    assert_eq!(report.program.line_at(death.pc), None);
}

#[test]
fn a_process_begins_at_the_entry_with_data_and_zeroes() {
    let program = Program::from_elf("sort", &recorded("sort")).unwrap();
    let entry = program.entry();
    assert_eq!(program.symbol_at(entry), Some(("_start", 0)));
    let mut computer = computer(program, Limits::default());
    computer.start("sort", Priority::NORMAL).unwrap();
    let thread = computer.thread(1).unwrap();
    assert_eq!(thread.registers().pc, entry);
    assert_eq!(thread.registers().get(Register::SP) % 16, 0);
    // `words` and `calls` are not in the file.
    let memory = thread.memory();
    let extents = memory.sections().map(|section| section.extent());
    let names: Vec<String> = extents
        .map(|extent| format!("{} {}", extent.name, extent.permissions))
        .collect();
    let expected = [
        "code section r-x",
        "data section rw-",
        "heap rw-",
        "stack rw-",
    ];
    assert_eq!(names, expected);
    let data = memory.sections().nth(1).unwrap().extent();
    let bytes = memory.read(data.base, data.limit - data.base);
    assert!(bytes.unwrap().iter().all(|&byte| byte == 0));
    assert!(data.limit - data.base >= 33 * 4);
    assert!(
        thread.process().heap().base >= data.limit
            && thread.process().heap().base.is_multiple_of(4096)
    );
}

/// Two processes of one file have its code in common and nothing else.
#[test]
fn two_processes_of_one_executable_do_not_share_variables() {
    let program = Program::from_elf("heap", &recorded("heap")).unwrap();
    let mut computer = computer(program, Limits::default());
    for _ in 0..2 {
        computer.start("heap", Priority::NORMAL).unwrap();
    }
    assert_eq!(computer.run(), Outcome::Ended);
    for pid in [1, 2] {
        let text = computer.console().text_of(pid);
        assert!(
            text.starts_with("1000 links, the sum is 500500\n"),
            "{text}"
        );
    }
}

/// With calls that qemu does not answer in the same way: pids are others there, and
/// nobody else is on the CPU.
#[test]
fn c_programs_take_turns() {
    let program = Program::from_elf("turns", &recorded("turns")).unwrap();
    let mut computer = computer(program, Limits::default());
    for _ in 0..2 {
        computer.start("turns", Priority::NORMAL).unwrap();
    }
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(
        computer.console().text(),
        "process 1 is here\nprocess 2 is here\n\
         process 1 goes to sleep\nprocess 2 goes to sleep\n\
         process 2 is awake\nprocess 1 is awake\n"
    );
    let status = |pid| computer.report(pid).unwrap().death.unwrap().status();
    assert_eq!([1, 2].map(status), [Some(11), Some(12)]);
    // Both slept at the same time, the first one 40 milliseconds.
    assert!(
        (40_000..45_000).contains(&computer.now()),
        "{}",
        computer.now()
    );
}
