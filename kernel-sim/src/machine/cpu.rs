//! The CPU: takes one instruction after the other and does what it says, until
//! something happens that is not its business.
//!
//! There is nothing in it that would have to be saved. A program's registers
//! and its program counter are plain data, [`Registers`]; to give the CPU to
//! another program is to call [`run`] with other registers. That is all of a
//! context switch.
//!
//! The CPU knows no process, no system call and no clock. It comes back with a
//! [`Trap`], and what that means is decided outside.
//!
//! Source: RISC-V unprivileged specification, chapters "RV32I Base Integer
//! Instruction Set" and "M Extension". Where the specification leaves a choice:
//!
//! - Misaligned loads and stores trap, and so does a jump to an address that
//!   four does not divide. (`qemu-riscv32` does misaligned loads and stores.)
//! - The state at a trap is exact: pc is at the instruction that trapped, and
//!   this instruction has changed nothing.

use super::isa::{Branch, Instruction, Load, Op, OpImm, Register, Shift, Store};
use super::memory::{Access, AddressSpace, Fault};

mod trap;

pub use trap::Trap;

/// What the CPU holds of a program: 32 registers and the program counter. Put
/// aside, it is the saved context.
///
/// ```
/// use kernel_sim::machine::cpu::Registers;
/// use kernel_sim::machine::isa::Register;
///
/// let mut registers = Registers::default();
/// registers.set(Register::SP, 0x8000_0000);
/// registers.set(Register::ZERO, 5);
/// assert_eq!(registers.get(Register::SP), 0x8000_0000);
/// assert_eq!(registers.get(Register::ZERO), 0);
/// ```
// ANCHOR: registers
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// The program counter: the address of the next instruction.
    pub pc: u32,
    /// `x[0]` is zero.
    x: [u32; 32],
}

impl Registers {
    /// All zero, and `pc` is where the program begins.
    pub fn starting_at(pc: u32) -> Registers {
        Registers {
            pc,
            ..Registers::default()
        }
    }

    /// What is in a register.
    #[inline]
    pub fn get(&self, register: Register) -> u32 {
        self.x[usize::from(register.number() & 31)]
    }

    /// Changes what is in a register. `zero` stays zero.
    #[inline]
    pub fn set(&mut self, register: Register, value: u32) {
        self.x[usize::from(register.number() & 31)] = value;
        // Cheaper than to ask first which register it was.
        self.x[0] = 0;
    }

    /// Goes on to the next instruction, without executing this one. After an
    /// `ecall`, this is how a kernel says that it has done what was asked for.
    #[inline]
    pub fn skip(&mut self) {
        self.pc = self.pc.wrapping_add(4);
    }
}
// ANCHOR_END: registers

/// Why the CPU came back, and what it has done before.
// ANCHOR: stop
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub trap: Trap,
    /// How many instructions were executed. One that traps is none of them.
    pub executed: u64,
}
// ANCHOR_END: stop

/// Executes up to `budget` instructions: a program has the CPU until it traps.
/// When the budget is used up, that is [`Trap::Timer`].
///
/// ```
/// use kernel_sim::machine::cpu::{self, Registers, Stop, Trap};
/// use kernel_sim::machine::isa::Register;
/// use kernel_sim::machine::memory::{AddressSpace, Section};
///
/// // loop: addi a0,a0,1
/// //       jal zero,loop
/// let code: Vec<u8> = [0x0015_0513_u32, 0xffdf_f06f].map(u32::to_le_bytes).concat();
/// let mut memory = AddressSpace::default();
/// memory.place(Section::code(0x1_0000, &code)?)?;
///
/// let mut registers = Registers::starting_at(0x1_0000);
/// let stop = cpu::run(&mut registers, &memory, 1_001);
/// assert_eq!(stop, Stop { trap: Trap::Timer, executed: 1_001 });
/// assert_eq!(registers.get(Register::A0), 501);
/// // Interrupted in the middle of the loop, as if nothing had happened.
/// assert_eq!(registers.pc, 0x1_0004);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: run
pub fn run(registers: &mut Registers, memory: &AddressSpace, budget: u64) -> Stop {
    for executed in 0..budget {
        if let Err(trap) = step(registers, memory) {
            return Stop { trap, executed };
        }
    }
    Stop {
        trap: Trap::Timer,
        executed: budget,
    }
}
// ANCHOR_END: run

/// Executes one instruction.
///
/// # Errors
///
/// If it traps, which for a step is never [`Trap::Timer`]. Then neither
/// registers nor memory have changed, and pc is where it was.
// ANCHOR: step
#[inline]
pub fn step(registers: &mut Registers, memory: &AddressSpace) -> Result<(), Trap> {
    let pc = registers.pc;
    let Some(instruction) = memory.fetch(pc)? else {
        return Err(illegal(memory, pc));
    };
    registers.pc = execute(instruction, registers, memory)?;
    Ok(())
}
// ANCHOR_END: step

// ANCHOR: illegal
#[cold]
fn illegal(memory: &AddressSpace, pc: u32) -> Trap {
    match memory.load(pc) {
        Ok(word) => Trap::Illegal(u32::from_le_bytes(word)),
        Err(fault) => Trap::Fault(fault),
    }
}
// ANCHOR_END: illegal

/// Does everything but moving pc, and returns where it has to go.
#[inline]
fn execute(
    instruction: Instruction,
    registers: &mut Registers,
    memory: &AddressSpace,
) -> Result<u32, Trap> {
    // ANCHOR: pc_and_next
    let pc = registers.pc;
    let next = pc.wrapping_add(4);
    // ANCHOR_END: pc_and_next
    match instruction {
        // ANCHOR: arms_that_jump
        Instruction::Lui { rd, upper } => registers.set(rd, upper.get() as u32),
        Instruction::Auipc { rd, upper } => {
            registers.set(rd, pc.wrapping_add_signed(upper.get()));
        }
        Instruction::Jal { rd, offset } => {
            let target = jump(memory, pc.wrapping_add_signed(offset.get()))?;
            registers.set(rd, next);
            return Ok(target);
        }
        Instruction::Jalr { rd, rs1, offset } => {
            let sum = registers.get(rs1).wrapping_add_signed(offset.get());
            let target = jump(memory, sum & !1)?;
            registers.set(rd, next);
            return Ok(target);
        }
        Instruction::Branch {
            op,
            rs1,
            rs2,
            offset,
        } => {
            if is_taken(op, registers.get(rs1), registers.get(rs2)) {
                return Ok(jump(memory, pc.wrapping_add_signed(offset.get()))?);
            }
        }
        // ANCHOR_END: arms_that_jump
        // ANCHOR: arms_that_go_on
        Instruction::Load {
            op,
            rd,
            rs1,
            offset,
        } => {
            let address = registers.get(rs1).wrapping_add_signed(offset.get());
            registers.set(rd, load(op, memory, address)?);
        }
        Instruction::Store {
            op,
            rs1,
            rs2,
            offset,
        } => {
            let address = registers.get(rs1).wrapping_add_signed(offset.get());
            store(op, memory, address, registers.get(rs2))?;
        }
        Instruction::OpImm { op, rd, rs1, imm } => {
            registers.set(rd, with_constant(op, registers.get(rs1), imm.get()));
        }
        Instruction::Shift { op, rd, rs1, shamt } => {
            registers.set(rd, shift(op, registers.get(rs1), shamt.get()));
        }
        Instruction::Op { op, rd, rs1, rs2 } => {
            registers.set(rd, compute(op, registers.get(rs1), registers.get(rs2)));
        }
        Instruction::Fence(_) => {}
        Instruction::Ecall => return Err(Trap::Ecall),
        Instruction::Ebreak => return Err(Trap::Ebreak),
        // ANCHOR_END: arms_that_go_on
    }
    Ok(next)
}

/// Whether the target exists is seen when it is fetched; whether it can exist
/// is the jump's own fault.
// ANCHOR: jump
#[inline]
fn jump(memory: &AddressSpace, target: u32) -> Result<u32, Fault> {
    if target.is_multiple_of(4) {
        Ok(target)
    } else {
        Err(memory.explain(target, 4, Access::Fetch))
    }
}
// ANCHOR_END: jump

// ANCHOR: is_taken
#[inline]
fn is_taken(op: Branch, a: u32, b: u32) -> bool {
    match op {
        Branch::Beq => a == b,
        Branch::Bne => a != b,
        Branch::Blt => a.cast_signed() < b.cast_signed(),
        Branch::Bge => a.cast_signed() >= b.cast_signed(),
        Branch::Bltu => a < b,
        Branch::Bgeu => a >= b,
    }
}
// ANCHOR_END: is_taken

// ANCHOR: load_and_store
#[inline]
fn load(op: Load, memory: &AddressSpace, address: u32) -> Result<u32, Fault> {
    Ok(match op {
        Load::Lb => i32::from(i8::from_le_bytes(memory.load(address)?)).cast_unsigned(),
        Load::Lh => i32::from(i16::from_le_bytes(memory.load(address)?)).cast_unsigned(),
        Load::Lw => u32::from_le_bytes(memory.load(address)?),
        Load::Lbu => u8::from_le_bytes(memory.load(address)?).into(),
        Load::Lhu => u16::from_le_bytes(memory.load(address)?).into(),
    })
}

#[inline]
fn store(op: Store, memory: &AddressSpace, address: u32, value: u32) -> Result<(), Fault> {
    match op {
        Store::Sb => memory.store(address, (value as u8).to_le_bytes()),
        Store::Sh => memory.store(address, (value as u16).to_le_bytes()),
        Store::Sw => memory.store(address, value.to_le_bytes()),
    }
}
// ANCHOR_END: load_and_store

// ANCHOR: with_constant_and_shift
#[inline]
fn with_constant(op: OpImm, a: u32, imm: i32) -> u32 {
    match op {
        OpImm::Addi => a.wrapping_add_signed(imm),
        OpImm::Slti => (a.cast_signed() < imm).into(),
        OpImm::Sltiu => (a < imm.cast_unsigned()).into(),
        OpImm::Xori => a ^ imm.cast_unsigned(),
        OpImm::Ori => a | imm.cast_unsigned(),
        OpImm::Andi => a & imm.cast_unsigned(),
    }
}

#[inline]
fn shift(op: Shift, a: u32, bits: u32) -> u32 {
    match op {
        Shift::Slli => a << bits,
        Shift::Srli => a >> bits,
        Shift::Srai => (a.cast_signed() >> bits).cast_unsigned(),
    }
}
// ANCHOR_END: with_constant_and_shift

/// No arithmetic traps: the specification gives every case a result, division
/// by zero and overflow too, and whoever minds them has to ask first.
// ANCHOR: compute
#[inline]
fn compute(op: Op, a: u32, b: u32) -> u32 {
    let (signed_a, signed_b) = (a.cast_signed(), b.cast_signed());
    match op {
        Op::Add => a.wrapping_add(b),
        Op::Sub => a.wrapping_sub(b),
        // Of a shift by a register, the low five bits count. That is what
        // `wrapping` means for shifts.
        Op::Sll => a.wrapping_shl(b),
        Op::Slt => (signed_a < signed_b).into(),
        Op::Sltu => (a < b).into(),
        Op::Xor => a ^ b,
        Op::Srl => a.wrapping_shr(b),
        Op::Sra => signed_a.wrapping_shr(b).cast_unsigned(),
        Op::Or => a | b,
        Op::And => a & b,
        Op::Mul => a.wrapping_mul(b),
        Op::Mulh => upper_half(i64::from(signed_a) * i64::from(signed_b)),
        Op::Mulhsu => upper_half(i64::from(signed_a) * i64::from(b)),
        Op::Mulhu => upper_half((u64::from(a) * u64::from(b)).cast_signed()),
        Op::Div if b == 0 => u32::MAX,
        // -2^31 / -1 would be 2^31, which does not fit: it wraps to -2^31.
        Op::Div => signed_a.wrapping_div(signed_b).cast_unsigned(),
        Op::Divu => a.checked_div(b).unwrap_or(u32::MAX),
        Op::Rem if b == 0 => a,
        Op::Rem => signed_a.wrapping_rem(signed_b).cast_unsigned(),
        Op::Remu => a.checked_rem(b).unwrap_or(a),
    }
}

#[inline]
fn upper_half(product: i64) -> u32 {
    (product >> 32) as u32
}
// ANCHOR_END: compute
