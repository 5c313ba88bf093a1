//! What instructions do, one by one, and how they trap.

#![cfg(feature = "machine")]

mod arithmetic;
mod jumps;
mod loads_and_stores;
mod random;
mod traps;

use kernel_sim::machine::cpu::{self, Registers, Stop, Trap};
use kernel_sim::machine::isa::{Imm12, Instruction, Register};
use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

pub(crate) const CODE: u32 = 0x1_0000;
pub(crate) const DATA: u32 = 0x2_0000;
pub(crate) const DATA_LIMIT: u32 = DATA + 0x1000;

/// A program with a page of data, before its first instruction.
pub(crate) struct Program {
    pub(crate) registers: Registers,
    pub(crate) memory: AddressSpace,
}

impl Program {
    pub(crate) fn of_words(words: impl IntoIterator<Item = u32>) -> Program {
        let code: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        let mut memory = AddressSpace::default();
        let sections = [
            Section::code(CODE, &code),
            Section::data(DATA, Segment::zeroed(0x1000)),
        ];
        for section in sections {
            memory.place(section.unwrap()).unwrap();
        }
        Program {
            registers: Registers::starting_at(CODE),
            memory,
        }
    }

    pub(crate) fn new(instructions: impl IntoIterator<Item = Instruction>) -> Program {
        Program::of_words(instructions.into_iter().map(Instruction::encode))
    }

    pub(crate) fn with(mut self, register: Register, value: u32) -> Program {
        self.registers.set(register, value);
        self
    }

    pub(crate) fn run(&mut self, budget: u64) -> Stop {
        cpu::run(&mut self.registers, &self.memory, budget)
    }

    pub(crate) fn step(&mut self) -> Result<(), Trap> {
        cpu::step(&mut self.registers, &self.memory)
    }

    /// Executes one instruction, and sees to it that it goes on to the next.
    #[track_caller]
    pub(crate) fn go_on(&mut self) {
        let pc = self.registers.pc;
        assert_eq!(self.step(), Ok(()));
        assert_eq!(self.registers.pc, pc + 4);
    }

    /// Executes one instruction, which has to trap and to leave all as it was.
    #[track_caller]
    pub(crate) fn trap(&mut self) -> Trap {
        let (registers, data) = (self.registers.clone(), self.data());
        let trap = self.step().expect_err("it does not trap");
        assert_eq!((&self.registers, self.data()), (&registers, data));
        trap
    }

    pub(crate) fn data(&self) -> Vec<u8> {
        self.memory.read(DATA, DATA_LIMIT - DATA).unwrap()
    }
}

pub(crate) fn imm(value: i32) -> Imm12 {
    Imm12::new(value).expect("small enough")
}

/// In terms of `i32`, because so much of this is about signs.
pub(crate) fn word(value: i32) -> u32 {
    value.cast_unsigned()
}
