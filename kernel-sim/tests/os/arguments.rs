//! What a program finds on its stack when it begins, as the System V ABI says.

use proptest::prelude::*;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::AddressSpace;
use kernel_sim::os::{Computer, Disk, Limits, Program, Settings, StartError, Thread, USER_END};

use crate::support::{disk, end_of};

fn computer(stack: u32) -> Computer {
    Computer::boot(Settings {
        disk: disk(&[("stop", "li a7, EXIT\n ecall")]),
        limits: Limits {
            stack,
            ..Limits::default()
        },
        ..Settings::default()
    })
}

fn word(memory: &AddressSpace, address: u32) -> u32 {
    u32::from_le_bytes(memory.load(address).expect("a word is there"))
}

/// The bytes from `address` up to the first that is zero.
fn text(memory: &AddressSpace, address: u32) -> String {
    let bytes = (address..).map(|address| memory.read(address, 1).expect("it ends")[0]);
    let bytes = bytes.take_while(|&byte| byte != 0).collect();
    String::from_utf8(bytes).expect("it was UTF-8")
}

/// argv, read as a program reads it. What is behind it has to be as the ABI says.
fn found(thread: &Thread) -> Vec<String> {
    let memory = &thread.memory();
    let sp = thread.registers().get(Register::SP);
    assert_eq!(sp % 16, 0);
    let argc = word(memory, sp);
    let argv = sp + 4;
    let end = argv + 4 * argc;
    let pointers = (argv..end).step_by(4).map(|at| word(memory, at));
    // The end of argv, the end of the environment, and AT_NULL with its value.
    for zero in 0..4 {
        assert_eq!(word(memory, end + 4 * zero), 0);
    }
    for pointer in pointers.clone() {
        assert!(pointer >= end + 16 && pointer < USER_END, "{pointer:#x}");
    }
    pointers.map(|pointer| text(memory, pointer)).collect()
}

#[test]
fn a_program_finds_its_name() {
    let mut computer = computer(4096);
    let pid = computer.start("stop", Priority::NORMAL).unwrap();
    assert_eq!(found(computer.thread(pid).unwrap()), ["stop"]);
}

/// argv[1] as the program itself reads it: the first byte of it is the status.
#[test]
fn a_program_reads_its_arguments() {
    let text = "_start: lw t0, 8(sp)\n lbu a0, 0(t0)\n li a7, 93\n ecall\n";
    let mut disk = Disk::default();
    disk.put(Program::assemble("first", text).unwrap());
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    for (argument, status) in [("A", "exit 65"), ("z", "exit 122")] {
        let started = computer.start_with("first", &[argument], Priority::NORMAL);
        let pid = started.unwrap();
        computer.run();
        assert_eq!(end_of(&computer, pid), status);
    }
}

/// A quarter, as on Linux, with their addresses; and what does not fit leaves
/// nothing behind.
#[test]
fn arguments_take_at_most_a_quarter_of_the_stack() {
    for stack in [512, 16 << 10] {
        let mut computer = computer(stack);
        // argc, four zeroes, two addresses, and two texts with their ends.
        let words = 4 * (5 + 2) + "stop".len() + 2;
        let room = stack / 4;
        let longest = "x".repeat(room as usize - words);
        let pid = computer.start_with("stop", &[&longest], Priority::NORMAL);
        let thread = computer.thread(pid.unwrap()).unwrap();
        assert_eq!(found(thread), ["stop", &longest]);
        assert_eq!(thread.registers().get(Register::SP), USER_END - room);

        let longer = longest + "x";
        let error = computer.start_with("stop", &[&longer], Priority::NORMAL);
        let bytes = u64::from(room) + 16;
        assert_eq!(error, Err(StartError::LongArguments { bytes, room }));
        assert_eq!(computer.kernel().len(), 1);
    }
}

proptest! {
    #[test]
    fn any_arguments_are_found_as_they_were_given(
        arguments in prop::collection::vec("[^\0]{0,20}", 0..20),
    ) {
        let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut computer = computer(64 << 10);
        let pid = computer.start_with("stop", &given, Priority::NORMAL).unwrap();
        let found = found(computer.thread(pid).unwrap());
        prop_assert_eq!(&found[0], "stop");
        prop_assert_eq!(&found[1..], &given[..]);
    }
}
