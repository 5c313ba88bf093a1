//! What instructions are called, and what those are called that there are not.
//!
//! Read next: `number.rs`.

use super::super::problem::Problem;
use super::super::{pseudo, suggestion};
use crate::machine::isa::{Branch, Load, Op, OpImm, Shift, Store};

/// What an instruction is called, and so what operands it has.
// ANCHOR: mnemonic
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mnemonic {
    Upper(UpperOp),
    Jal,
    Jalr,
    Branch(Branch),
    Load(Load),
    Store(Store),
    OpImm(OpImm),
    Shift(Shift),
    Op(Op),
    Fence,
    FenceTso,
    Ecall,
    Ebreak,
}
// ANCHOR_END: mnemonic

/// The two instructions that have an upper number.
// ANCHOR: upper_op
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UpperOp {
    Lui,
    Auipc,
}

/// Those without a table in `isa.rs`.
const SINGLE: &[(&str, Mnemonic)] = &[
    ("lui", Mnemonic::Upper(UpperOp::Lui)),
    ("auipc", Mnemonic::Upper(UpperOp::Auipc)),
    ("jal", Mnemonic::Jal),
    ("jalr", Mnemonic::Jalr),
    ("fence", Mnemonic::Fence),
    ("fence.tso", Mnemonic::FenceTso),
    ("ecall", Mnemonic::Ecall),
    ("ebreak", Mnemonic::Ebreak),
];
// ANCHOR_END: upper_op

impl Mnemonic {
    /// All of them, with their names.
    // ANCHOR: all
    pub(super) fn all() -> impl Iterator<Item = (&'static str, Mnemonic)> {
        fn named<T: Copy>(
            all: &'static [T],
            name: fn(T) -> &'static str,
            mnemonic: fn(T) -> Mnemonic,
        ) -> impl Iterator<Item = (&'static str, Mnemonic)> {
            all.iter().map(move |&op| (name(op), mnemonic(op)))
        }
        named(Op::ALL, Op::mnemonic, Mnemonic::Op)
            .chain(named(OpImm::ALL, OpImm::mnemonic, Mnemonic::OpImm))
            .chain(named(Branch::ALL, Branch::mnemonic, Mnemonic::Branch))
            .chain(named(Load::ALL, Load::mnemonic, Mnemonic::Load))
            .chain(named(Store::ALL, Store::mnemonic, Mnemonic::Store))
            .chain(named(Shift::ALL, Shift::mnemonic, Mnemonic::Shift))
            .chain(SINGLE.iter().copied())
    }
    // ANCHOR_END: all
}

/// Instructions of other RISC-V machines, by how their names begin.
// ANCHOR: elsewhere
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "csr rdcycle rdtime rdinstret",
        "instructions of RV32I and M: the control and status registers are the kernel's",
    ),
    (
        "fence.i",
        "no instruction at all: code is never written while a program runs",
    ),
    (
        "lr.w sc.w amo",
        "instructions of RV32I and M: there is one CPU, and no atomic instructions",
    ),
    (
        "c.",
        "the instruction without `c.`: none is compressed here",
    ),
    (
        "flw fsw fld fsd fadd fsub fmul fdiv fcvt fmv",
        "integers: the machine has no floating-point numbers",
    ),
    (
        "mret sret wfi sfence",
        "`ecall`: only the kernel may do that",
    ),
    ("syscall svc swi", "`ecall`, which calls the kernel"),
];

/// And by their whole names.
const RV64: &str = "ld sd lwu addw addiw subw sllw slliw srlw srliw sraw sraiw \
    mulw divw divuw remw remuw sext.w negw";
// ANCHOR_END: elsewhere

/// The problem that there is no instruction called `name`.
// ANCHOR: unknown
pub(super) fn unknown(name: &str) -> Problem {
    const RV64_ONLY: &str = "an instruction of RV32I or M: registers have 32 bits here";
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(names, _)| names.split(' ').any(|start| name.starts_with(start)))
        .map(|(_, instead)| *instead)
        .or_else(|| {
            RV64.split_whitespace()
                .any(|known| known == name)
                .then_some(RV64_ONLY)
        });
    let name = name.to_owned();
    if let Some(instead) = elsewhere {
        return Problem::NotHere {
            what: name,
            instead,
        };
    }
    let known = Mnemonic::all().map(|(mnemonic, _)| mnemonic);
    let near = suggestion::nearest(&name, known.chain(pseudo::ALL.split_whitespace()));
    let near = near.map(str::to_owned);
    Problem::UnknownInstruction { name, near }
}
// ANCHOR_END: unknown
