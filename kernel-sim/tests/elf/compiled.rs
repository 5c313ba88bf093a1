//! The C programs, compiled now, do the same here and under `qemu-riscv32`, however
//! they are compiled. Without a compiler or without qemu these tests are skipped and
//! say so; `REQUIRE_RISCV_GCC` and `REQUIRE_QEMU` make that a failure.

use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use kernel_sim::os::{ElfError, Program};

use crate::programs::{CASES, Case, folder, run_here};
use crate::tools;

fn gcc() -> Option<String> {
    let names = ["riscv64-unknown-elf-gcc", "riscv64-linux-gnu-gcc"];
    tools::find(&names, "gcc-riscv64-unknown-elf", "REQUIRE_RISCV_GCC")
}

/// As the help of `ksim` and `docs/checking.md` say.
const OPTIONS: &str = "-march=rv32im -mabi=ilp32 -ffreestanding -nostdlib -static -O1";

/// Compiles a program of `c/` with these options and more.
fn compile(gcc: &str, name: &str, more: &str, to: &Path) {
    let mut command = Command::new(gcc);
    command.current_dir(folder());
    command
        .args(OPTIONS.split(' '))
        .args(more.split_whitespace());
    command.args(["-Wall", "-Wextra", "-Werror", "crt0.s"]);
    command.arg(format!("{name}.c")).arg("-o").arg(to);
    tools::run(&mut command);
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// What it prints under qemu, and what it ends with.
fn run_there(qemu: &str, path: &Path, case: &Case) -> (String, i32) {
    let mut command = Command::new(qemu);
    command
        .args(["-0", case.name])
        .arg(path)
        .args(case.arguments);
    let output = command.output().expect("it was there a moment ago");
    let status = output.status;
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (text, code.expect("one of both"))
}

/// Each puts instructions, constants and variables elsewhere.
const WAYS: [&str; 5] = [
    "",
    "-O0",
    "-O2 -s",
    // Constants in a segment of their own.
    "-Os -Wl,-z,separate-code",
    "-O1 -fno-common -Wl,-Ttext-segment=0x400000 -g",
];

#[test]
fn c_programs_do_the_same_here_and_under_qemu() {
    let (Some(gcc), Some(qemu)) = (
        gcc(),
        tools::find(&["qemu-riscv32"], "qemu-user", "REQUIRE_QEMU"),
    ) else {
        return;
    };
    let path = file("compiled.elf");
    for way in WAYS {
        let mut compiled = "";
        for case in CASES {
            if compiled != case.name {
                compile(&gcc, case.name, way, &path);
                compiled = case.name;
            }
            let here = run_here(&fs::read(&path).unwrap(), case);
            assert_eq!(here, run_there(&qemu, &path, case), "{} {way}", case.name);
            assert_eq!(here, (case.prints.to_owned(), case.status), "{}", case.name);
        }
    }
}

/// With `BLESS=1` it writes the recorded files. Other compilers make other bytes,
/// and so these are not compared.
#[test]
fn the_recorded_files_can_be_made_anew() {
    let Some(gcc) = gcc() else {
        return;
    };
    let mut names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    names.dedup();
    names.push("turns");
    for name in names {
        let path = match env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            true => folder().join(name).with_extension("elf"),
            false => file("anew.elf"),
        };
        compile(&gcc, name, "", &path);
        let file = fs::read(path).unwrap();
        assert!(file.len() < 4096, "{name}: {} bytes", file.len());
        Program::from_elf(name, &file).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The mistakes that one makes with a compiler, and not with an editor of bytes.
#[test]
fn what_is_compiled_for_something_else_is_refused() {
    let Some(gcc) = gcc() else {
        return;
    };
    let path = file("refused.elf");
    let refused = |options: &str| {
        compile(&gcc, "hello", options, &path);
        let file = fs::read(&path).unwrap();
        Program::from_elf("hello", &file).unwrap_err()
    };
    assert_eq!(refused("-march=rv64im -mabi=lp64"), ElfError::Not32Bits);
    assert_eq!(refused("-march=rv32imac"), ElfError::Compressed);
    let double = refused("-march=rv32imfd -mabi=ilp32d");
    assert_eq!(double, ElfError::FloatRegisters);
    let writable = refused("-Wl,-N");
    assert!(
        matches!(writable, ElfError::WritableCode { .. }),
        "{writable}"
    );
    let low = ElfError::TooLow { address: 0x1000 };
    assert_eq!(refused("-Wl,-Ttext-segment=0x1000"), low);
}
