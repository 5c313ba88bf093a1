//! What brings the CPU back, and what it leaves behind.

use kernel_sim::machine::cpu::{Stop, Trap};
use kernel_sim::machine::isa::{Fence, Instruction, JumpOffset, OpImm, Register};

use crate::{CODE, DATA, Program, imm};

fn add_one() -> Instruction {
    Instruction::OpImm {
        op: OpImm::Addi,
        rd: Register::A0,
        rs1: Register::A0,
        imm: imm(1),
    }
}

fn for_ever() -> Instruction {
    Instruction::Jal {
        rd: Register::ZERO,
        offset: JumpOffset::new(0).unwrap(),
    }
}

#[test]
fn the_timer_comes_after_exactly_as_many_instructions_as_were_allowed() {
    let mut program = Program::new([for_ever()]);
    for budget in [0, 1, 2, 1000] {
        let stop = program.run(budget);
        let timer = Stop {
            trap: Trap::Timer,
            executed: budget,
        };
        assert_eq!(stop, timer);
        assert_eq!(program.registers.pc, CODE);
    }
}

#[test]
fn a_program_that_is_interrupted_again_and_again_computes_the_same() {
    let instructions = || (0..100).map(|_| add_one()).chain([Instruction::Ecall]);
    for quantum in 1..=101 {
        let mut program = Program::new(instructions());
        let mut executed = 0;
        let last = loop {
            let stop = program.run(quantum);
            executed += stop.executed;
            if stop.trap != Trap::Timer {
                break stop.trap;
            }
        };
        assert_eq!((last, executed), (Trap::Ecall, 100));
        assert_eq!(program.registers.get(Register::A0), 100);
        assert_eq!(program.registers.pc, CODE + 400);
    }
}

/// The budget is looked at first: a call right behind the last instruction
/// that was allowed is the next turn's.
#[test]
fn the_timer_comes_before_what_would_have_trapped_next() {
    let mut program = Program::new([add_one(), Instruction::Ecall]);
    assert_eq!(program.run(1).trap, Trap::Timer);
    let call = Stop {
        trap: Trap::Ecall,
        executed: 0,
    };
    assert_eq!(program.run(1), call);
}

#[test]
fn a_call_is_where_it_was_until_the_kernel_says_that_it_is_done() {
    let mut program = Program::new([Instruction::Ecall, add_one(), Instruction::Ebreak]);
    assert_eq!(program.trap(), Trap::Ecall);
    // A kernel that cannot answer now may let the program ask again.
    assert_eq!(program.trap(), Trap::Ecall);
    program.registers.skip();
    program.go_on();
    assert_eq!(program.trap(), Trap::Ebreak);
}

#[test]
fn a_word_that_is_no_instruction_traps_and_is_shown() {
    for word in [0, 0xffff_ffff, 0x0000_100f, 0xc000_1073] {
        let mut program = Program::of_words([word]);
        assert_eq!(program.trap(), Trap::Illegal(word));
    }
    let trap = Program::of_words([0x0000_100f]).trap();
    assert_eq!(trap.to_string(), "0x0000100f is no instruction");
}

#[test]
fn whoever_runs_out_of_the_code_traps_behind_it() {
    let mut program = Program::new([add_one()]);
    let stop = program.run(10);
    assert_eq!(stop.executed, 1);
    assert_eq!(program.registers.pc, CODE + 4);
    assert_eq!(
        stop.trap.to_string(),
        "cannot execute what is at 0x00010004: nothing is there; \
         the code section (0x00010000..0x00010004, r-x) ends here, and the program has not asked to exit before"
    );
}

#[test]
fn data_is_not_executed_even_if_it_looks_like_an_instruction() {
    let mut program = Program::new([add_one()]);
    let nop = 0x0000_0013_u32;
    program.memory.store(DATA, nop.to_le_bytes()).unwrap();
    program.registers.pc = DATA;
    assert_eq!(
        program.trap().to_string(),
        "cannot execute what is at 0x00020000: \
         the data section (0x00020000..0x00021000, rw-) may not be executed"
    );
}

#[test]
fn a_program_counter_that_was_set_wrong_traps_at_once() {
    let mut program = Program::new([add_one()]);
    program.registers.pc = CODE + 2;
    assert_eq!(
        program.trap().to_string(),
        "cannot execute what is at 0x00010002: 4 does not divide the address"
    );
}

#[test]
fn a_fence_changes_nothing() {
    let mut program = Program::new([Instruction::Fence(Fence::FULL)]);
    let before = program.registers.clone();
    program.go_on();
    program.registers.pc = before.pc;
    assert_eq!(program.registers, before);
}

#[test]
fn traps_have_names() {
    let names = [Trap::Timer, Trap::Ecall, Trap::Ebreak].map(|trap| trap.to_string());
    assert_eq!(names, ["timer interrupt", "system call", "breakpoint"]);
}
