//! What a program was called with, read off its stack.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::AddressSpace;
use kernel_sim::os::{Computer, Disk, Settings};

fn word(memory: &AddressSpace, address: u32) -> u32 {
    u32::from_le_bytes(memory.load(address).expect("a word is there"))
}

fn byte(memory: &AddressSpace, address: u32) -> u8 {
    let [byte] = memory.load(address).expect("a byte is there");
    byte
}

/// What the reader begins with.
mod start {
    use super::{AddressSpace, byte, word};

    // ANCHOR: start
    pub(super) fn argument(memory: &AddressSpace, sp: u32, n: u32) -> Option<String> {
        let address = word(memory, sp + 4 * n); // Is it there?
        let first = byte(memory, address) as char; // And the others?
        Some(String::from(first))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{AddressSpace, byte, word};

    // ANCHOR: solution
    pub(super) fn argument(memory: &AddressSpace, sp: u32, n: u32) -> Option<String> {
        let argc = word(memory, sp);
        if n >= argc {
            return None;
        }
        let address = word(memory, sp + 4 + 4 * n);
        let bytes = (address..).map(|at| byte(memory, at));
        let bytes = bytes.take_while(|&byte| byte != 0).collect();
        String::from_utf8(bytes).ok()
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::argument);
}

pub(super) fn check_solution() {
    check(solution::argument);
}

fn check(answer: fn(&AddressSpace, u32, u32) -> Option<String>) {
    let more: [&[&str]; 4] = [&[], &["one", "two"], &["", "x", ""], &["a b", "딸기"]];
    for arguments in more {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            ..Settings::default()
        });
        let started = computer.start_with("hello", arguments, Priority::NORMAL);
        let pid = started.expect("there is room");
        let thread = computer.thread(pid).expect("it has not begun");
        let sp = thread.registers().get(Register::SP);
        let all = ["hello"].iter().chain(arguments);
        for (n, expected) in all.enumerate() {
            let found = answer(&thread.memory(), sp, n as u32);
            assert_eq!(found.as_deref(), Some(*expected), "argument {n}");
        }
        for n in [1, 2, 100] {
            let beyond = arguments.len() as u32 + n;
            assert_eq!(answer(&thread.memory(), sp, beyond), None);
        }
    }
}
