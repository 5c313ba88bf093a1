//! Registers in words.

use kernel_sim::machine::cpu::Registers;
use kernel_sim::machine::isa::Register;

/// A value as people would write it: small numbers in digits, also negative ones,
/// and what is more likely an address in hexadecimal ones.
pub(crate) fn value(value: u32) -> String {
    match value.cast_signed() {
        small @ -9_999..=9_999 => small.to_string(),
        _ => format!("{value:#010x}"),
    }
}

/// pc and all registers that are not zero, in lines of at most `width` characters.
pub(crate) fn all(registers: &Registers, width: usize) -> Vec<String> {
    let pc = format!("pc {:#010x}", registers.pc);
    let others = Register::all()
        .map(|register| (register, registers.get(register)))
        .filter(|(_, value)| *value != 0)
        .map(|(register, number)| format!("{register} {}", value(number)));
    let mut lines = vec![pc];
    for word in others {
        let line = lines.last_mut().expect("there is one from the start");
        if line.chars().count() + 2 + word.chars().count() > width {
            lines.push(word);
        } else {
            line.push_str("  ");
            line.push_str(&word);
        }
    }
    lines
}
