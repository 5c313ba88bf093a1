//! Instructions that compute.
//!
//! Source of the expected results: RISC-V unprivileged specification, "Integer
//! Computational Instructions" (RV32I) and "Multiplication Operations",
//! "Division Operations" (M), where a table gives the results of division by
//! zero and of overflow.

use kernel_sim::machine::isa::{Instruction, Op, OpImm, Register, Shamt, Shift, Upper};

use crate::{CODE, Program, imm, word};

const MIN: u32 = 0x8000_0000;
const MAX: u32 = 0x7fff_ffff;
/// -1, and the greatest number without a sign.
const ONES: u32 = 0xffff_ffff;

#[test]
fn two_registers() {
    for (op, a, b, result) in [
        (Op::Add, 2, 3, 5),
        (Op::Add, ONES, 1, 0),
        (Op::Add, MAX, 1, MIN),
        (Op::Sub, 2, 3, ONES),
        (Op::Sub, MIN, 1, MAX),
        (Op::Sub, 0, MIN, MIN),
        (Op::Sll, 1, 31, MIN),
        (Op::Sll, 1, 0, 1),
        // Of the second operand, five bits count.
        (Op::Sll, 1, 32, 1),
        (Op::Sll, 3, ONES, MIN),
        (Op::Srl, MIN, 31, 1),
        (Op::Srl, ONES, 4, 0x0fff_ffff),
        (Op::Srl, 0x1234_5678, 0xffff_ffe4, 0x0123_4567),
        (Op::Sra, MIN, 31, ONES),
        (Op::Sra, MIN, 4, 0xf800_0000),
        (Op::Sra, MAX, 30, 1),
        (Op::Sra, MIN, 32, MIN),
        (Op::Slt, ONES, 0, 1),
        (Op::Slt, 0, ONES, 0),
        (Op::Slt, MIN, MAX, 1),
        (Op::Slt, 5, 5, 0),
        (Op::Sltu, ONES, 0, 0),
        (Op::Sltu, 0, ONES, 1),
        (Op::Sltu, MIN, MAX, 0),
        (Op::Sltu, 5, 5, 0),
        (Op::Xor, 0b1100, 0b1010, 0b0110),
        (Op::Or, 0b1100, 0b1010, 0b1110),
        (Op::And, 0b1100, 0b1010, 0b1000),
        (Op::Mul, 7, 6, 42),
        (Op::Mul, ONES, ONES, 1),
        (Op::Mul, MIN, 2, 0),
        (Op::Mul, 0x1_0001, 0x1_0001, 0x0002_0001),
        // (-1) * (-1) = 1
        (Op::Mulh, ONES, ONES, 0),
        // -2^31 * -2^31 = 2^62
        (Op::Mulh, MIN, MIN, 0x4000_0000),
        // (2^31 - 1) * -2^31 = -2^62 + 2^31
        (Op::Mulh, MAX, MIN, 0xc000_0000),
        (Op::Mulh, ONES, 1, ONES),
        // (2^32 - 1)^2 = 2^64 - 2^33 + 1
        (Op::Mulhu, ONES, ONES, 0xffff_fffe),
        (Op::Mulhu, MIN, 2, 1),
        (Op::Mulhu, MIN, MIN, 0x4000_0000),
        // -1 * (2^32 - 1) = -2^32 + 1
        (Op::Mulhsu, ONES, ONES, ONES),
        // -2^31 * (2^32 - 1) = -2^63 + 2^31
        (Op::Mulhsu, MIN, ONES, MIN),
        (Op::Mulhsu, 2, MIN, 1),
        (Op::Mulhsu, 1, ONES, 0),
        (Op::Div, 20, 6, 3),
        // Towards zero, and not downwards.
        (Op::Div, word(-20), 6, word(-3)),
        (Op::Div, 20, word(-6), word(-3)),
        (Op::Div, word(-20), word(-6), 3),
        (Op::Div, 20, 0, ONES),
        (Op::Div, word(-20), 0, ONES),
        (Op::Div, 0, 0, ONES),
        (Op::Div, MIN, ONES, MIN),
        (Op::Div, MIN, 1, MIN),
        (Op::Divu, 20, 6, 3),
        (Op::Divu, ONES, 2, MAX),
        (Op::Divu, MIN, ONES, 0),
        (Op::Divu, 20, 0, ONES),
        (Op::Divu, 0, 0, ONES),
        (Op::Rem, 20, 6, 2),
        // The sign is the dividend's.
        (Op::Rem, word(-20), 6, word(-2)),
        (Op::Rem, 20, word(-6), 2),
        (Op::Rem, word(-20), word(-6), word(-2)),
        (Op::Rem, 20, 0, 20),
        (Op::Rem, word(-20), 0, word(-20)),
        (Op::Rem, MIN, ONES, 0),
        (Op::Rem, MIN, 0, MIN),
        (Op::Remu, 20, 6, 2),
        (Op::Remu, ONES, 16, 15),
        (Op::Remu, MIN, ONES, MIN),
        (Op::Remu, 20, 0, 20),
        (Op::Remu, ONES, 0, ONES),
    ] {
        let [rs1, rs2] = [Register::A1, Register::A2];
        // The result may go where an operand comes from.
        for rd in [Register::A0, rs1, rs2] {
            let mut program = Program::new([Instruction::Op { op, rd, rs1, rs2 }])
                .with(rs1, a)
                .with(rs2, b);
            program.go_on();
            let got = program.registers.get(rd);
            assert_eq!(got, result, "{} of {a:#x} and {b:#x}", op.mnemonic());
            for other in [rs1, rs2].into_iter().filter(|&other| other != rd) {
                let before = if other == rs1 { a } else { b };
                assert_eq!(program.registers.get(other), before);
            }
        }
    }
}

#[test]
fn one_register_with_itself() {
    for (op, a, result) in [
        (Op::Sub, 0x1234_5678, 0),
        (Op::Xor, 0x1234_5678, 0),
        (Op::Add, MIN, 0),
        (Op::Div, MIN, 1),
    ] {
        let register = Register::A1;
        let instruction = Instruction::Op {
            op,
            rd: register,
            rs1: register,
            rs2: register,
        };
        let mut program = Program::new([instruction]).with(register, a);
        program.go_on();
        assert_eq!(program.registers.get(register), result);
    }
}

#[test]
fn a_register_and_a_constant() {
    for (op, a, constant, result) in [
        (OpImm::Addi, 5, 7, 12),
        (OpImm::Addi, 5, -7, word(-2)),
        (OpImm::Addi, MAX, 1, MIN),
        (OpImm::Addi, 0, -2048, 0xffff_f800),
        (OpImm::Slti, word(-5), -4, 1),
        (OpImm::Slti, 5, -4, 0),
        (OpImm::Slti, MIN, -2048, 1),
        (OpImm::Slti, 7, 7, 0),
        // The constant gets its 32 bits by its sign, and has none afterwards.
        (OpImm::Sltiu, 5, -1, 1),
        (OpImm::Sltiu, ONES, -1, 0),
        (OpImm::Sltiu, 0xffff_f7ff, -2048, 1),
        (OpImm::Sltiu, 0xffff_f800, -2048, 0),
        // `seqz`
        (OpImm::Sltiu, 0, 1, 1),
        (OpImm::Sltiu, 2, 1, 0),
        // `not`
        (OpImm::Xori, 0x0f0f_0f0f, -1, 0xf0f0_f0f0),
        (OpImm::Xori, 0b1100, 0b1010, 0b0110),
        (OpImm::Ori, 0b1100, 0b1010, 0b1110),
        (OpImm::Ori, 0, -2048, 0xffff_f800),
        (OpImm::Andi, 0b1100, 0b1010, 0b1000),
        (OpImm::Andi, ONES, -16, 0xffff_fff0),
    ] {
        let rs1 = Register::A1;
        for rd in [Register::A0, rs1] {
            let imm = imm(constant);
            let mut program = Program::new([Instruction::OpImm { op, rd, rs1, imm }]).with(rs1, a);
            program.go_on();
            let got = program.registers.get(rd);
            assert_eq!(got, result, "{} of {a:#x} and {constant}", op.mnemonic());
        }
    }
}

#[test]
fn shifts_by_a_constant() {
    for (op, a, bits, result) in [
        (Shift::Slli, 1, 0, 1),
        (Shift::Slli, 3, 31, MIN),
        (Shift::Slli, 0x1234_5678, 8, 0x3456_7800),
        (Shift::Srli, MIN, 31, 1),
        (Shift::Srli, 0x1234_5678, 8, 0x0012_3456),
        (Shift::Srli, ONES, 0, ONES),
        (Shift::Srai, MIN, 31, ONES),
        (Shift::Srai, word(-16), 2, word(-4)),
        (Shift::Srai, MAX, 30, 1),
        (Shift::Srai, MIN, 0, MIN),
    ] {
        let (rd, rs1) = (Register::A0, Register::A1);
        let shamt = Shamt::new(bits).unwrap();
        let mut program = Program::new([Instruction::Shift { op, rd, rs1, shamt }]).with(rs1, a);
        program.go_on();
        let got = program.registers.get(rd);
        assert_eq!(got, result, "{} of {a:#x} by {bits}", op.mnemonic());
    }
}

#[test]
fn upper_immediates() {
    let rd = Register::A0;
    for (upper, lui, auipc) in [
        (0, 0, CODE),
        (0x1234_5000, 0x1234_5000, 0x1235_5000),
        (-4096, 0xffff_f000, CODE - 4096),
        (i32::MIN, MIN, MIN + CODE),
    ] {
        let upper = Upper::new(upper).unwrap();
        let load = Instruction::Lui { rd, upper };
        let add = Instruction::Auipc { rd, upper };
        for (instruction, result) in [(load, lui), (add, auipc)] {
            let mut program = Program::new([instruction]);
            program.go_on();
            assert_eq!(program.registers.get(rd), result, "{instruction}");
        }
    }
}

#[test]
fn zero_stays_zero_whatever_is_written_to_it() {
    let (rd, rs1, rs2) = (Register::ZERO, Register::A1, Register::A2);
    for instruction in [
        Instruction::Lui {
            rd,
            upper: Upper::new(4096).unwrap(),
        },
        Instruction::Auipc {
            rd,
            upper: Upper::new(4096).unwrap(),
        },
        Instruction::OpImm {
            op: OpImm::Addi,
            rd,
            rs1,
            imm: imm(5),
        },
        Instruction::Shift {
            op: Shift::Slli,
            rd,
            rs1,
            shamt: Shamt::new(1).unwrap(),
        },
        Instruction::Op {
            op: Op::Add,
            rd,
            rs1,
            rs2,
        },
    ] {
        let mut program = Program::new([instruction]).with(rs1, 1).with(rs2, 1);
        program.go_on();
        assert_eq!(program.registers.get(rd), 0, "{instruction}");
    }
}
