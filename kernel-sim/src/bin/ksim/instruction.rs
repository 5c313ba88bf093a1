//! An instruction and its effect, in words.

use kernel_sim::machine::cpu::{Registers, Trap};
use kernel_sim::machine::isa::{Instruction, Load, Register, Store};
use kernel_sim::os::syscall::{self, Call};
use kernel_sim::os::{Errno, Thread};

use crate::registers::value;

/// The instruction that a process executes next, as the CPU knows it.
pub(crate) fn next(thread: &Thread) -> String {
    let pc = thread.registers().pc;
    match thread.memory().fetch(pc) {
        Ok(Some(instruction)) => instruction.at(pc).to_string(),
        Ok(None) => "(no instruction)".into(),
        Err(_) => "(nothing is there)".into(),
    }
}

/// What an instruction has changed: a register, bytes in memory, or the way.
pub(crate) fn effect(instruction: Instruction, before: &Registers, after: &Registers) -> String {
    let mut effects = Vec::new();
    let written = Register::all().find(|&register| before.get(register) != after.get(register));
    if let Some(register) = written.or(target(instruction)) {
        effects.push(format!("{register} = {}", value(after.get(register))));
    }
    if let Instruction::Store {
        op,
        rs1,
        rs2,
        offset,
    } = instruction
    {
        let address = before.get(rs1).wrapping_add_signed(offset.get());
        let (bytes, mask) = match op {
            Store::Sb => ("byte", 0xff),
            Store::Sh => ("half", 0xffff),
            Store::Sw => ("word", u32::MAX),
        };
        let number = value(before.get(rs2) & mask);
        effects.push(format!("{bytes} at {address:#x} = {number}"));
    }
    if let Instruction::Load {
        op, rs1, offset, ..
    } = instruction
    {
        let address = before.get(rs1).wrapping_add_signed(offset.get());
        let bytes = match op {
            Load::Lb | Load::Lbu => "byte",
            Load::Lh | Load::Lhu => "half",
            Load::Lw => "word",
        };
        effects.push(format!("the {bytes} at {address:#x}"));
    }
    if after.pc != before.pc.wrapping_add(4) {
        effects.push(format!("pc = {:#010x}", after.pc));
    } else if matches!(instruction, Instruction::Branch { .. }) {
        effects.push("goes on".into());
    }
    effects.join(", ")
}

/// The register that an instruction writes, also if that changes nothing.
fn target(instruction: Instruction) -> Option<Register> {
    match instruction {
        Instruction::Lui { rd, .. }
        | Instruction::Auipc { rd, .. }
        | Instruction::Jal { rd, .. }
        | Instruction::Jalr { rd, .. }
        | Instruction::Load { rd, .. }
        | Instruction::OpImm { rd, .. }
        | Instruction::Shift { rd, .. }
        | Instruction::Op { rd, .. } => Some(rd).filter(|&rd| rd != Register::ZERO),
        _ => None,
    }
}

/// What a trap was about. `after` is what the process was answered, if it lives.
pub(crate) fn trap(trap: Trap, before: &Registers, after: Option<&Thread>) -> String {
    match trap {
        Trap::Ecall => call(before, after),
        Trap::Timer => "timer: the quantum is over".into(),
        other => format!("fault: {other}"),
    }
}

/// `write(1, 0x1001c, 14) = 14`
fn call(before: &Registers, after: Option<&Thread>) -> String {
    let call = named(Call::of(before));
    match after {
        None => call,
        Some(thread) if thread.is_in_call() => format!("{call} waits"),
        Some(thread) => call + &answered(thread.registers().get(Register::A0)),
    }
}

/// `write(1, 0x1001c, 14)`: what is in the registers.
fn named(call: Call) -> String {
    let Call { number, arguments } = call;
    let (name, count) = match syscall::name(number) {
        Some((name, count)) => (name.to_owned(), count),
        None => (format!("call {}", value(number)), 1),
    };
    let arguments = arguments.iter().take(count);
    let arguments: Vec<String> = arguments.map(|&argument| value(argument)).collect();
    format!("{name}({})", arguments.join(", "))
}

/// ` = 14`, ` = -9 EBADF`
pub(crate) fn answered(answer: u32) -> String {
    match Errno::of_answer(answer) {
        Some(errno) => format!(" = -{} {}", errno.number(), errno.name()),
        None => format!(" = {}", value(answer)),
    }
}
