//! Any bytes as the code of a process. It must not panic, must end with its
//! budget, and must not change what is not its own.

#![no_main]

use kernel_sim::machine::cpu::{self, Registers, Trap};
use kernel_sim::machine::isa::{Instruction, Register};
use kernel_sim::machine::memory::{AddressSpace, Misplaced, Section, Segment};
use libfuzzer_sys::fuzz_target;

const CODE: u32 = 0x1_0000;
const CONSTANTS: u32 = 0x10_0000;
const DATA: u32 = 0x20_0000;
const STACK: u32 = 0x7fff_f000;
const STACK_LIMIT: u32 = 0x8000_0000;
const BUDGET: u64 = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let memory = address_space(bytes).expect("there is room");
    let mut registers = Registers::starting_at(CODE);
    for (register, value) in [
        (Register::SP, STACK_LIMIT),
        (Register::A0, CODE),
        (Register::A1, CONSTANTS),
        (Register::A2, DATA),
    ] {
        registers.set(register, value);
    }

    let mut left = BUDGET;
    while left > 0 {
        let stop = cpu::run(&mut registers, &memory, left);
        assert!(stop.executed <= left);
        assert_eq!(stop.trap == Trap::Timer, stop.executed == left);
        left -= stop.executed;
        match stop.trap {
            // A kernel that knows no call at all; each costs something.
            Trap::Ecall | Trap::Ebreak => {
                registers.skip();
                left = left.saturating_sub(1);
            }
            Trap::Timer => {}
            Trap::Illegal(_) | Trap::Fault(_) => {
                assert!(!stop.trap.to_string().is_empty());
                break;
            }
        }
    }

    assert_eq!(registers.get(Register::ZERO), 0);
    assert_eq!(memory.read(CODE, bytes.len() as u32).unwrap(), bytes);
    assert_eq!(memory.read(CONSTANTS, 16).unwrap(), CONTENTS);
    for word in bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes) {
        if let Some(instruction) = Instruction::decode(word) {
            assert_eq!(instruction.encode(), word);
            assert!(!instruction.to_string().is_empty());
        }
    }
});

const CONTENTS: &[u8; 16] = b"always the same.";

fn address_space(code: &[u8]) -> Result<AddressSpace, Misplaced> {
    let mut memory = AddressSpace::default();
    memory.place(Section::code(CODE, code)?)?;
    memory.place(Section::data(CONSTANTS, Segment::from(CONTENTS))?.read_only())?;
    memory.place(Section::data(DATA, Segment::zeroed(256))?)?;
    memory.place(Section::stack(
        STACK,
        Segment::zeroed((STACK_LIMIT - STACK) as usize),
    )?)?;
    Ok(memory)
}
