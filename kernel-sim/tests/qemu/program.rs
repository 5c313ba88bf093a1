//! Random programs that come to an end, whatever they compute.
//!
//! They are made of pieces: instructions that compute, loads and stores in the
//! data section, jumps forwards over other pieces, and loops that count down.
//! Five registers have a purpose and are written by nobody else.

use proptest::prelude::*;
use proptest::sample::Index;

use kernel_sim::machine::isa::{
    Branch, BranchOffset, Imm12, Instruction, JumpOffset, Load, Op, OpImm, Register, Shamt, Shift,
    Store, Upper,
};

pub(crate) const CODE: u32 = 0x1_0000;
/// 8 KiB that programs read and write, and then the registers.
pub(crate) const DATA: u32 = 0x10_0000;
pub(crate) const SCRATCH: u32 = 0x2000;
pub(crate) const SAVED: u32 = DATA + SCRATCH;

/// Two places in the data, from which all loads and stores start. An offset
/// of 12 bits then reaches all of it.
const BASES: [(Register, u32); 2] = [(register(3), DATA + 0x800), (register(4), DATA + 0x1800)];
/// Counts down in a loop, and in a loop within a loop.
const COUNTERS: [Register; 2] = [register(27), register(26)];
/// Holds addresses of the program's own, for a moment.
const LINK: Register = register(31);

const fn register(number: u8) -> Register {
    Register::new(number).expect("there are 32")
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Plain(Instruction),
    /// With an address of a page of its own.
    Load(Load, Register, Index, i32),
    Store(Store, Register, Index, i32),
    /// Over so many pieces.
    Branch(Branch, Register, Register, usize),
    Jump(Register, usize),
    JumpByRegister(Register, usize),
    Loop(u8, Vec<Piece>),
}

/// Registers that pieces may write.
fn any_destination() -> impl Strategy<Value = Register> {
    let is_free = |register: &Register| {
        let taken = BASES.map(|(base, _)| base);
        !taken.contains(register) && !COUNTERS.contains(register) && *register != LINK
    };
    let free: Vec<Register> = Register::all().filter(is_free).collect();
    prop::sample::select(free)
}

fn any_register() -> impl Strategy<Value = Register> {
    (0..32_u32).prop_map(Register::from_low_bits)
}

fn any_imm() -> impl Strategy<Value = Imm12> {
    any::<u32>().prop_map(Imm12::from_low_bits)
}

fn any_fence() -> impl Strategy<Value = Instruction> {
    any::<u32>().prop_filter_map("all fences", |word| {
        Instruction::decode(word & !0x707f | 0x000f)
    })
}

fn plain() -> impl Strategy<Value = Instruction> {
    let upper = || any::<u32>().prop_map(Upper::from_low_bits);
    let registers = || (any_destination(), any_register(), any_register());
    let op = prop::sample::select(Op::ALL);
    let op_imm = prop::sample::select(OpImm::ALL);
    let shift = prop::sample::select(Shift::ALL);
    prop_oneof![
        12 => (op, registers()).prop_map(|(op, (rd, rs1, rs2))| {
            Instruction::Op { op, rd, rs1, rs2 }
        }),
        6 => (op_imm, registers(), any_imm()).prop_map(|(op, (rd, rs1, _), imm)| {
            Instruction::OpImm { op, rd, rs1, imm }
        }),
        3 => (shift, registers(), 0..32_u32).prop_map(|(op, (rd, rs1, _), bits)| {
            let shamt = Shamt::new(bits).expect("less than 32");
            Instruction::Shift { op, rd, rs1, shamt }
        }),
        1 => (any_destination(), upper()).prop_map(|(rd, upper)| Instruction::Lui { rd, upper }),
        1 => (any_destination(), upper()).prop_map(|(rd, upper)| Instruction::Auipc { rd, upper }),
        1 => any_fence(),
    ]
}

fn simple() -> impl Strategy<Value = Piece> {
    let over = || 0..6_usize;
    let load = prop::sample::select(Load::ALL);
    let store = prop::sample::select(Store::ALL);
    let branch = prop::sample::select(Branch::ALL);
    let offset = || -2048..2048_i32;
    prop_oneof![
        12 => plain().prop_map(Piece::Plain),
        3 => (load, any_destination(), any::<Index>(), offset())
            .prop_map(|(op, rd, base, offset)| Piece::Load(op, rd, base, offset)),
        3 => (store, any_register(), any::<Index>(), offset())
            .prop_map(|(op, rs2, base, offset)| Piece::Store(op, rs2, base, offset)),
        3 => (branch, any_register(), any_register(), over())
            .prop_map(|(op, rs1, rs2, over)| Piece::Branch(op, rs1, rs2, over)),
        1 => (any_destination(), over()).prop_map(|(rd, over)| Piece::Jump(rd, over)),
        1 => (any_destination(), over()).prop_map(|(rd, over)| Piece::JumpByRegister(rd, over)),
    ]
}

/// A few hundred pieces, in loops and not.
pub(crate) fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let repeated = |piece: BoxedStrategy<Piece>, length| {
        (1..5_u8, prop::collection::vec(piece, 1..length))
            .prop_map(|(times, pieces)| Piece::Loop(times, pieces))
    };
    let inner = prop_oneof![9 => simple(), 1 => repeated(simple().boxed(), 10)];
    let outer = prop_oneof![19 => simple(), 1 => repeated(inner.boxed(), 20)];
    prop::collection::vec(outer, 1..400)
}

/// The instructions of a program that fetches its first registers from
/// `SAVED`, does what the pieces say, puts its registers there again, writes
/// all of its data to standard output, and exits.
pub(crate) fn assemble(pieces: &[Piece]) -> Vec<u8> {
    let mut program = Assembled::default();
    program.all_registers(|rd, rs1, offset| Instruction::Load {
        op: Load::Lw,
        rd,
        rs1,
        offset,
    });
    for (base, address) in BASES {
        program.load_address(base, address);
    }
    program.pieces(pieces, &COUNTERS);
    program.all_registers(|rs2, rs1, offset| Instruction::Store {
        op: Store::Sw,
        rs1,
        rs2,
        offset,
    });
    let (write, exit) = (64, 93);
    program.add_immediate(Register::A0, Register::ZERO, 1);
    program.load_address(Register::A1, DATA);
    program.load_address(Register::A2, LENGTH);
    program.call(write);
    program.add_immediate(Register::A0, Register::ZERO, 0);
    program.call(exit);
    program
        .0
        .into_iter()
        .flat_map(|i| i.encode().to_le_bytes())
        .collect()
}

/// Bytes of data: what is read and written, and 32 registers.
pub(crate) const LENGTH: u32 = SCRATCH + 32 * 4;

#[derive(Default)]
struct Assembled(Vec<Instruction>);

impl Assembled {
    fn here(&self) -> usize {
        self.0.len()
    }

    fn pieces(&mut self, pieces: &[Piece], counters: &[Register]) {
        // A jump goes to where a later piece begins. Where that is, is known
        // once it is there.
        let mut starts = Vec::new();
        let mut jumps = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            starts.push(self.here());
            let mut jump_over = |pieces: usize, at: usize| jumps.push((at, index + 1 + pieces));
            match piece {
                Piece::Plain(instruction) => self.0.push(*instruction),
                Piece::Load(op, rd, base, offset) => {
                    let size = match op {
                        Load::Lb | Load::Lbu => 1,
                        Load::Lh | Load::Lhu => 2,
                        Load::Lw => 4,
                    };
                    self.0.push(Instruction::Load {
                        op: *op,
                        rd: *rd,
                        rs1: base.get(&BASES).0,
                        offset: aligned(*offset, size),
                    });
                }
                Piece::Store(op, rs2, base, offset) => {
                    let size = match op {
                        Store::Sb => 1,
                        Store::Sh => 2,
                        Store::Sw => 4,
                    };
                    self.0.push(Instruction::Store {
                        op: *op,
                        rs1: base.get(&BASES).0,
                        rs2: *rs2,
                        offset: aligned(*offset, size),
                    });
                }
                Piece::Branch(op, rs1, rs2, over) => {
                    jump_over(*over, self.here());
                    self.0.push(Instruction::Branch {
                        op: *op,
                        rs1: *rs1,
                        rs2: *rs2,
                        offset: BranchOffset::from_low_bits(0),
                    });
                }
                Piece::Jump(rd, over) => {
                    jump_over(*over, self.here());
                    let offset = JumpOffset::from_low_bits(0);
                    self.0.push(Instruction::Jal { rd: *rd, offset });
                }
                Piece::JumpByRegister(rd, over) => {
                    jump_over(*over, self.here() + 1);
                    let upper = Upper::from_low_bits(0);
                    self.0.push(Instruction::Auipc { rd: LINK, upper });
                    self.0.push(Instruction::Jalr {
                        rd: *rd,
                        rs1: LINK,
                        offset: Imm12::from_low_bits(0),
                    });
                }
                Piece::Loop(times, pieces) => {
                    let (&counter, rest) = counters.split_first().expect("loops are not so deep");
                    self.add_immediate(counter, Register::ZERO, i32::from(*times));
                    let begin = self.here();
                    self.pieces(pieces, rest);
                    self.add_immediate(counter, counter, -1);
                    let end = self.here();
                    self.0.push(Instruction::Branch {
                        op: Branch::Bne,
                        rs1: counter,
                        rs2: Register::ZERO,
                        offset: BranchOffset::new(distance(end, begin)).expect("a short loop"),
                    });
                }
            }
        }
        let end = self.here();
        for (at, piece) in jumps {
            let target = starts.get(piece).copied().unwrap_or(end);
            self.aim(at, target);
        }
    }

    fn aim(&mut self, at: usize, target: usize) {
        let way = distance(at, target);
        match &mut self.0[at] {
            Instruction::Branch { offset, .. } => *offset = BranchOffset::new(way).expect("near"),
            Instruction::Jal { offset, .. } => *offset = JumpOffset::new(way).expect("near"),
            // From the `auipc` before it; and one more, which is ignored.
            Instruction::Jalr { offset, .. } => *offset = Imm12::new(way + 4 + 1).expect("near"),
            other => panic!("{other} does not jump"),
        }
    }

    fn add_immediate(&mut self, rd: Register, rs1: Register, value: i32) {
        self.0.push(Instruction::OpImm {
            op: OpImm::Addi,
            rd,
            rs1,
            imm: Imm12::new(value).expect("small"),
        });
    }

    fn load_address(&mut self, rd: Register, address: u32) {
        let low = Imm12::from_low_bits(address);
        let upper = Upper::from_low_bits(address.wrapping_add_signed(-low.get()));
        self.0.push(Instruction::Lui { rd, upper });
        self.add_immediate(rd, rd, low.get());
    }

    /// Between each register and its place in `SAVED`.
    fn all_registers(&mut self, move_it: impl Fn(Register, Register, Imm12) -> Instruction) {
        self.load_address(LINK, SAVED);
        for register in Register::all().filter(|&register| register != LINK) {
            let offset = Imm12::from_low_bits(4 * u32::from(register.number()));
            self.0.push(move_it(register, LINK, offset));
        }
    }

    fn call(&mut self, number: i32) {
        self.add_immediate(Register::A7, Register::ZERO, number);
        self.0.push(Instruction::Ecall);
    }
}

fn aligned(offset: i32, size: i32) -> Imm12 {
    Imm12::new(offset & -size).expect("not further than it was")
}

/// In bytes, between places that are counted in instructions.
fn distance(from: usize, to: usize) -> i32 {
    (to as i32 - from as i32) * 4
}
