//! An assembler for one format.

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::machine::isa::{Instruction, Op, Register};

/// What the reader begins with.
mod start {
    use super::{Instruction, Op, Register};

    // ANCHOR: start
    // The word of `add a0,a1,a2` and of all others that have a name of `Op` and three registers.
    // `None` if it is something else, or says too much or too little.
    pub(super) fn word(statement: &str) -> Option<u32> {
        let operands = statement.strip_prefix("add ")?;
        let mut registers = operands.split(',').map(Register::named);
        let instruction = Instruction::Op {
            op: Op::Add,
            rd: registers.next()??,
            rs1: registers.next()??,
            rs2: registers.next()??,
        };
        Some(instruction.encode())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Instruction, Op, Register};

    // ANCHOR: solution
    pub(super) fn word(statement: &str) -> Option<u32> {
        let (name, operands) = statement.split_once(' ')?;
        let op = *Op::ALL.iter().find(|op| op.mnemonic() == name)?;
        let mut registers = operands.split(',').map(Register::named);
        let instruction = Instruction::Op {
            op,
            rd: registers.next()??,
            rs1: registers.next()??,
            rs2: registers.next()??,
        };
        match registers.next() {
            Some(_) => None,
            None => Some(instruction.encode()),
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(&str) -> Option<u32>;

pub(super) fn check_start() {
    check(start::word);
}

pub(super) fn check_solution() {
    check(solution::word);
}

/// The real assembler is asked.
fn check(answer: Answer) {
    for op in Op::ALL {
        for operands in ["a0,a1,a2", "zero,sp,t6", "x1,fp,s0"] {
            let statement = format!("{} {operands}", op.mnemonic());
            let image = assemble("one.s", &statement, Layout::default()).expect("it is right");
            let word = answer(&statement).expect("it is an instruction");
            assert_eq!(word.to_le_bytes(), image.text.bytes[..], "{statement}");
        }
    }
    let wrong = [
        "add",
        "add a0,a1",
        "add a0,a1,a2,a3",
        "add a0,a1,a9",
        "addi a0,a1,a2",
        "ad a0,a1,a2",
    ];
    for statement in wrong {
        assert_eq!(answer(statement), None, "{statement}");
    }
}
