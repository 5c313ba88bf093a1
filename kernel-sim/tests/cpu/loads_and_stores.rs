//! Instructions that read and write memory.
//!
//! Source: "Load and Store Instructions" in the chapter on RV32I.

use kernel_sim::machine::cpu::Trap;
use kernel_sim::machine::isa::{Instruction, Load, Register, Store};
use kernel_sim::machine::memory::{Access, Fault, Why};

use crate::{CODE, DATA, DATA_LIMIT, Program, imm};

fn load(op: Load, offset: i32) -> Instruction {
    let (rd, rs1, offset) = (Register::A0, Register::A1, imm(offset));
    Instruction::Load {
        op,
        rd,
        rs1,
        offset,
    }
}

fn store(op: Store, offset: i32) -> Instruction {
    let (rs2, rs1, offset) = (Register::A0, Register::A1, imm(offset));
    Instruction::Store {
        op,
        rs1,
        rs2,
        offset,
    }
}

#[test]
fn the_lowest_byte_of_a_word_comes_first() {
    let mut program = Program::new([store(Store::Sw, 0), load(Load::Lbu, 1), load(Load::Lhu, 2)])
        .with(Register::A0, 0x1234_5678)
        .with(Register::A1, DATA);
    program.go_on();
    assert_eq!(program.data()[..5], [0x78, 0x56, 0x34, 0x12, 0]);
    program.go_on();
    assert_eq!(program.registers.get(Register::A0), 0x56);
    program.go_on();
    assert_eq!(program.registers.get(Register::A0), 0x1234);
}

#[test]
fn loads_fill_the_register_with_the_sign_or_with_zeroes() {
    for (op, bytes, result) in [
        (Load::Lb, 0x0000_007f_u32, 0x0000_007f),
        (Load::Lb, 0xffff_ff80, 0xffff_ff80),
        (Load::Lb, 0x1234_56ff, 0xffff_ffff),
        (Load::Lbu, 0x1234_5680, 0x0000_0080),
        (Load::Lh, 0x1234_7fff, 0x0000_7fff),
        (Load::Lh, 0x1234_8000, 0xffff_8000),
        (Load::Lhu, 0x1234_8000, 0x0000_8000),
        (Load::Lw, 0x8000_0001, 0x8000_0001),
    ] {
        let mut program = Program::new([load(op, 0)])
            .with(Register::A0, 0xdead_beef)
            .with(Register::A1, DATA);
        program.memory.store(DATA, bytes.to_le_bytes()).unwrap();
        program.go_on();
        let got = program.registers.get(Register::A0);
        assert_eq!(got, result, "{} of {bytes:#010x}", op.mnemonic());
    }
}

#[test]
fn stores_write_as_many_bytes_as_they_say_and_no_more() {
    for (op, written) in [
        (Store::Sb, [0x78, 0xff, 0xff, 0xff]),
        (Store::Sh, [0x78, 0x56, 0xff, 0xff]),
        (Store::Sw, [0x78, 0x56, 0x34, 0x12]),
    ] {
        let mut program = Program::new([store(op, 0)])
            .with(Register::A0, 0x1234_5678)
            .with(Register::A1, DATA + 4);
        program.memory.write(DATA, &[0xff; 12]).unwrap();
        program.go_on();
        let expected = [[0xff; 4], written, [0xff; 4]].concat();
        assert_eq!(program.data()[..12], expected, "{}", op.mnemonic());
    }
}

#[test]
fn the_offset_is_signed_and_the_sum_wraps() {
    for (base, offset) in [
        (DATA + 2048, -2048),
        (DATA - 2044, 2044),
        (DATA, 0),
        (0xffff_fc00_u32, 0x400),
    ] {
        let address = base.wrapping_add_signed(offset);
        let mut program = Program::new([load(Load::Lw, offset)]).with(Register::A1, base);
        if address == DATA {
            program.memory.store(DATA, [1, 0, 0, 0]).unwrap();
            program.go_on();
            assert_eq!(program.registers.get(Register::A0), 1);
        } else {
            assert!(matches!(
                program.trap(),
                Trap::Fault(Fault { address: 0, .. })
            ));
        }
    }
}

#[test]
fn a_load_may_overwrite_its_own_address() {
    let instruction = Instruction::Load {
        op: Load::Lw,
        rd: Register::A1,
        rs1: Register::A1,
        offset: imm(0),
    };
    let mut program = Program::new([instruction]).with(Register::A1, DATA);
    program.memory.store(DATA, [7, 0, 0, 0]).unwrap();
    program.go_on();
    assert_eq!(program.registers.get(Register::A1), 7);
}

#[test]
fn a_load_into_zero_reads_and_forgets() {
    let into_zero = |address| {
        let instruction = Instruction::Load {
            op: Load::Lw,
            rd: Register::ZERO,
            rs1: Register::A1,
            offset: imm(0),
        };
        Program::new([instruction]).with(Register::A1, address)
    };
    let mut program = into_zero(DATA);
    program.memory.store(DATA, [7, 0, 0, 0]).unwrap();
    program.go_on();
    assert_eq!(program.registers.get(Register::ZERO), 0);
    // "Loads with a destination of x0 must still raise any exceptions."
    assert!(matches!(into_zero(0).trap(), Trap::Fault(_)));
}

#[test]
fn code_can_be_read_but_not_written() {
    let first = load(Load::Lw, 0);
    let mut program = Program::new([first, store(Store::Sw, 0)]).with(Register::A1, CODE);
    program.go_on();
    assert_eq!(program.registers.get(Register::A0), first.encode());
    let Trap::Fault(fault) = program.trap() else {
        panic!("no fault");
    };
    assert_eq!((fault.address, fault.access), (CODE, Access::Write));
    assert!(matches!(fault.why, Why::Forbidden(_)));
}

#[test]
fn every_size_has_to_divide_the_address() {
    for offset in 0..8 {
        for &op in Load::ALL {
            let size = match op {
                Load::Lb | Load::Lbu => 1,
                Load::Lh | Load::Lhu => 2,
                Load::Lw => 4,
            };
            let mut program = Program::new([load(op, offset)]).with(Register::A1, DATA);
            check(&mut program, offset, size, Access::Read);
        }
        for &op in Store::ALL {
            let size = match op {
                Store::Sb => 1,
                Store::Sh => 2,
                Store::Sw => 4,
            };
            let mut program = Program::new([store(op, offset)]).with(Register::A1, DATA);
            check(&mut program, offset, size, Access::Write);
        }
    }

    fn check(program: &mut Program, offset: i32, size: u32, access: Access) {
        let address = DATA.wrapping_add_signed(offset);
        if address.is_multiple_of(size) {
            program.go_on();
        } else {
            let Trap::Fault(fault) = program.trap() else {
                panic!("no fault");
            };
            assert_eq!(
                (fault.address, fault.size, fault.access),
                (address, size, access)
            );
            assert!(matches!(fault.why, Why::Misaligned { section: Some(_) }));
        }
    }
}

#[test]
fn sections_can_be_used_up_to_their_last_byte_and_no_further() {
    for (base, offset, inside) in [
        (DATA, 0, true),
        (DATA, -4, false),
        (DATA_LIMIT, -4, true),
        (DATA_LIMIT, 0, false),
        (0, 0, false),
        (0, -4, false),
    ] {
        for instruction in [load(Load::Lw, offset), store(Store::Sw, offset)] {
            let mut program = Program::new([instruction]).with(Register::A1, base);
            if inside {
                program.go_on();
            } else {
                let trap = program.trap();
                let Trap::Fault(fault) = trap else {
                    panic!("{trap}");
                };
                assert_eq!(fault.address, base.wrapping_add_signed(offset));
                assert!(matches!(fault.why, Why::Nowhere { .. }), "{fault}");
                assert_eq!(fault.section(), None);
            }
        }
    }
}
