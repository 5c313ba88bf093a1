//! The CPU does what another one does: `qemu-riscv32`, which was written by
//! others and executes the same programs.
//!
//! Each program is one ELF file for it, and the same bytes as sections for us.
//! Where qemu is not installed the tests are skipped, unless `REQUIRE_QEMU` is
//! set. `PROPTEST_CASES=3000 cargo test --release -p kernel-sim --test qemu` is
//! for a longer look.
//!
//! Two things are not compared, because there the two differ on purpose:
//! qemu's user mode does misaligned loads and stores, as Linux does; and it has
//! compressed instructions, so that it jumps to all even addresses.

#![cfg(feature = "machine")]

mod elf;
mod program;
#[path = "../tools/mod.rs"]
mod tools;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{TestRunner, contextualize_config};

use kernel_sim::machine::cpu::{self, Registers, Stop, Trap};
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

use program::{CODE, DATA, LENGTH, SAVED, SCRATCH};

fn qemu() -> Option<String> {
    let names = ["qemu-riscv32", "qemu-riscv32-static"];
    tools::find(&names, "qemu-user", "REQUIRE_QEMU")
}

/// More than any of the programs needs: none has more than 5 × 5 rounds of a
/// few hundred pieces.
const BUDGET: u64 = 1_000_000;

/// What has the CPU here: the same code and data as in the file.
fn load(code: &[u8], data: &[u8]) -> (Registers, AddressSpace) {
    let mut memory = AddressSpace::default();
    let sections = [
        Section::code(CODE, code),
        Section::data(DATA, Segment::from(data)),
    ];
    for section in sections {
        memory.place(section.unwrap()).unwrap();
    }
    (Registers::starting_at(CODE), memory)
}

/// Runs up to the call that would write the data, and takes it from there.
fn outcome_here(code: &[u8], data: &[u8]) -> Vec<u8> {
    let (mut registers, memory) = load(code, data);
    let stop = cpu::run(&mut registers, &memory, BUDGET);
    assert_eq!(stop.trap, Trap::Ecall, "{} {stop:?}", registers.pc);
    let [number, file, address, length] =
        [Register::A7, Register::A0, Register::A1, Register::A2].map(|r| registers.get(r));
    assert_eq!((number, file, address, length), (64, 1, DATA, LENGTH));
    registers.skip();
    let written = memory.read(address, length).unwrap();
    let stop = cpu::run(&mut registers, &memory, BUDGET);
    assert!(matches!(
        stop,
        Stop {
            trap: Trap::Ecall,
            ..
        }
    ));
    assert_eq!(registers.get(Register::A7), 93);
    written
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn write_executable(path: &Path, code: &[u8], data: &[u8]) {
    fs::write(path, elf::executable((CODE, code), (DATA, data))).unwrap();
    // Without this, qemu ends with status 1 and says nothing.
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// Small numbers, the ends of the range, and anything. Memory and registers
/// are filled with them, over and over.
fn values() -> impl Strategy<Value = Vec<u32>> {
    let value = prop_oneof![
        3 => prop::sample::select(vec![0, 1, 2, u32::MAX, u32::MAX - 1, 1 << 31, (1 << 31) - 1]),
        2 => 0..64_u32,
        3 => any::<u32>(),
    ];
    prop::collection::vec(value, 97)
}

#[test]
fn random_programs_end_with_equal_registers_and_memory() {
    let Some(qemu) = qemu() else {
        return;
    };
    let mut runner = TestRunner::new(contextualize_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    }));
    let path = file("random.elf");
    let strategy = (program::pieces(), values());
    let result = runner.run(&strategy, |(pieces, values)| {
        let code = program::assemble(&pieces);
        let values = values.iter().cycle().take(LENGTH as usize / 4);
        let data: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
        let here = outcome_here(&code, &data);
        write_executable(&path, &code, &data);
        let there = tools::run(Command::new(&qemu).arg(&path));
        let ((here, here_saved), (there, there_saved)) = (
            here.split_at(SCRATCH as usize),
            there.split_at(SCRATCH as usize),
        );
        for ((register, a), b) in Register::all()
            .zip(words(here_saved))
            .zip(words(there_saved))
        {
            prop_assert_eq!(a, b, "in {}", register);
        }
        for ((address, a), b) in (DATA..SAVED).step_by(4).zip(words(here)).zip(words(there)) {
            prop_assert_eq!(a, b, "at {:#010x}", address);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word))
}

/// The programs are no use if they are over at once.
#[test]
fn random_programs_execute_instructions_by_the_hundred() {
    use proptest::strategy::ValueTree as _;

    let mut runner = TestRunner::deterministic();
    let mut executed = 0;
    for _ in 0..20 {
        let pieces = program::pieces().new_tree(&mut runner).unwrap().current();
        let code = program::assemble(&pieces);
        let (mut registers, memory) = load(&code, &[0; LENGTH as usize]);
        executed += cpu::run(&mut registers, &memory, BUDGET).executed;
    }
    assert!(executed > 20 * 100, "{executed}");
}

/// What is a trap here is a signal there, and nothing else.
#[test]
fn what_traps_here_is_killed_there() {
    let Some(qemu) = qemu() else {
        return;
    };
    let (sigill, sigtrap, sigsegv) = (4, 5, 11);
    let programs: [(&str, &[u32], i32); 8] = [
        ("lw a0,0(zero)", &[0x0000_2503], sigsegv),
        ("sw a0,0(zero)", &[0x00a0_2023], sigsegv),
        ("sw a0,0(pc)", &[0x0000_0597, 0x00a5_a023], sigsegv),
        ("jr zero", &[0x0000_0067], sigsegv),
        ("jr DATA", &[0x0010_0537, 0x0005_0067], sigsegv),
        ("ebreak", &[0x0010_0073], sigtrap),
        ("unimp", &[0xc000_1073], sigill),
        ("a word of zeroes", &[0], sigill),
    ];
    for (name, words, signal) in programs {
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let data = [0x13, 0, 0, 0];
        let (mut registers, memory) = load(&code, &data);
        let here = match cpu::run(&mut registers, &memory, BUDGET).trap {
            Trap::Fault(_) => sigsegv,
            Trap::Illegal(_) => sigill,
            Trap::Ebreak => sigtrap,
            other => panic!("{name}: {other}"),
        };
        assert_eq!(here, signal, "{name}");

        let path = file("killed.elf");
        write_executable(&path, &code, &data);
        let output = Command::new(&qemu).arg(&path).output().unwrap();
        assert_eq!(output.status.signal(), Some(signal), "{name}: {output:?}");
    }
}
