//! Instructions after which the next one is another one.
//!
//! Source: "Control Transfer Instructions" in the chapter on RV32I.

use kernel_sim::machine::cpu::Trap;
use kernel_sim::machine::isa::{Branch, BranchOffset, Instruction, JumpOffset, Register};
use kernel_sim::machine::memory::{Access, Why};

use crate::{CODE, DATA, Program, imm, word};

fn jal(rd: Register, offset: i32) -> Instruction {
    let offset = JumpOffset::new(offset).unwrap();
    Instruction::Jal { rd, offset }
}

fn jalr(rd: Register, rs1: Register, offset: i32) -> Instruction {
    let offset = imm(offset);
    Instruction::Jalr { rd, rs1, offset }
}

#[test]
fn jal_goes_there_and_remembers_where_it_came_from() {
    for offset in [8, 4, 0, -4, 1_048_572, -1_048_576] {
        let mut program = Program::new([jal(Register::RA, offset)]);
        assert_eq!(program.step(), Ok(()));
        assert_eq!(program.registers.pc, CODE.wrapping_add_signed(offset));
        assert_eq!(program.registers.get(Register::RA), CODE + 4);
    }
}

#[test]
fn jal_without_a_link_is_a_plain_jump() {
    let mut program = Program::new([jal(Register::ZERO, 8)]);
    assert_eq!(program.step(), Ok(()));
    assert_eq!(program.registers.pc, CODE + 8);
    assert_eq!(program.registers.get(Register::ZERO), 0);
}

#[test]
fn jalr_goes_to_a_register_and_clears_the_lowest_bit() {
    for (base, offset, target) in [
        (0x3_0000, 0, 0x3_0000),
        (0x3_0000, -4, 0x2_fffc),
        (0x3_0001, 4, 0x3_0004),
        (0x3_0000, 5, 0x3_0004),
        (0xffff_fffc, 8, 4),
        (0, -4, 0xffff_fffc),
    ] {
        let mut program =
            Program::new([jalr(Register::RA, Register::A0, offset)]).with(Register::A0, base);
        assert_eq!(program.step(), Ok(()));
        assert_eq!(program.registers.pc, target);
        assert_eq!(program.registers.get(Register::RA), CODE + 4);
    }
}

#[test]
fn jalr_may_overwrite_the_register_by_which_it_goes() {
    let mut program =
        Program::new([jalr(Register::RA, Register::RA, 0)]).with(Register::RA, 0x3_0000);
    assert_eq!(program.step(), Ok(()));
    assert_eq!(program.registers.pc, 0x3_0000);
    assert_eq!(program.registers.get(Register::RA), CODE + 4);
}

#[test]
fn branches_compare_with_and_without_signs() {
    use Branch::{Beq, Bge, Bgeu, Blt, Bltu, Bne};
    for (a, b, taken) in [
        (5, 5, [Beq, Bge, Bgeu].as_slice()),
        (0, 0, &[Beq, Bge, Bgeu]),
        (4, 5, &[Bne, Blt, Bltu]),
        (5, 4, &[Bne, Bge, Bgeu]),
        (-1, 1, &[Bne, Blt, Bgeu]),
        (1, -1, &[Bne, Bge, Bltu]),
        (-2, -1, &[Bne, Blt, Bltu]),
        (i32::MIN, i32::MAX, &[Bne, Blt, Bgeu]),
        (i32::MIN, i32::MIN, &[Beq, Bge, Bgeu]),
    ] {
        for &op in Branch::ALL {
            for offset in [16, -16, 4092, -4096] {
                let branch = Instruction::Branch {
                    op,
                    rs1: Register::A0,
                    rs2: Register::A1,
                    offset: BranchOffset::new(offset).unwrap(),
                };
                let mut program = Program::new([branch])
                    .with(Register::A0, word(a))
                    .with(Register::A1, word(b));
                let before = program.registers.clone();
                assert_eq!(program.step(), Ok(()));
                let way = if taken.contains(&op) { offset } else { 4 };
                let target = CODE.wrapping_add_signed(way);
                assert_eq!(program.registers.pc, target, "{branch} of {a} and {b}");
                // A branch writes no register.
                program.registers.pc = before.pc;
                assert_eq!(program.registers, before);
            }
        }
    }
}

#[track_caller]
fn misaligned_target(program: &mut Program) -> u32 {
    match program.trap() {
        Trap::Fault(fault) => {
            assert!(matches!(fault.why, Why::Misaligned { .. }), "{fault}");
            assert_eq!((fault.access, fault.size), (Access::Fetch, 4));
            fault.address
        }
        other => panic!("{other}"),
    }
}

/// "The exception is reported on the branch or jump instruction, not on the
/// target instruction", and the link register is not written.
#[test]
fn a_jump_into_the_middle_of_a_word_traps_where_it_is() {
    let mut program = Program::new([jal(Register::RA, 6)]);
    assert_eq!(misaligned_target(&mut program), CODE + 6);

    let mut program = Program::new([jalr(Register::RA, Register::A0, 3)]).with(Register::A0, CODE);
    assert_eq!(misaligned_target(&mut program), CODE + 2);
}

#[test]
fn a_branch_into_the_middle_of_a_word_traps_only_if_it_is_taken() {
    let branch = Instruction::Branch {
        op: Branch::Beq,
        rs1: Register::A0,
        rs2: Register::ZERO,
        offset: BranchOffset::new(-2).unwrap(),
    };
    let mut program = Program::new([branch]).with(Register::A0, 1);
    program.go_on();

    let mut program = Program::new([branch]);
    assert_eq!(misaligned_target(&mut program), CODE - 2);
}

/// A jump to where nothing is has been done; there is only nothing to do next.
#[test]
fn a_jump_out_of_the_code_traps_at_its_target() {
    for (target, expected) in [
        (
            DATA,
            "the data section (0x00020000..0x00021000, rw-) may not be executed",
        ),
        (0, "nothing is there; a pointer that was never set is zero"),
        (
            CODE + 4,
            "nothing is there; the code section (0x00010000..0x00010004, r-x) ends here, \
             and the program has not asked to exit before",
        ),
        (0x4000_0000, "nothing is there"),
    ] {
        let mut program =
            Program::new([jalr(Register::RA, Register::A0, 0)]).with(Register::A0, target);
        assert_eq!(program.step(), Ok(()));
        assert_eq!(program.registers.pc, target);
        assert_eq!(
            program.trap().to_string(),
            format!("cannot execute what is at {target:#010x}: {expected}")
        );
    }
}

#[test]
fn addresses_wrap_around_at_the_end_of_the_address_space() {
    let mut program = Program::new([jal(Register::RA, -0x2_0000)]);
    assert_eq!(program.step(), Ok(()));
    assert_eq!(program.registers.pc, 0xffff_0000);
}
