//! The 32 registers by number and by name. What is in them is `cpu.rs`'s.

use std::fmt;

/// One of the 32 registers, `x0` to `x31`.
///
/// The hardware knows two rules about registers: there are 32 of them, and
/// `x0` is always zero. Everything else is agreement between programs, the
/// *calling convention*, and the names say what has been agreed on: arguments
/// are in `a0` to `a7`, the stack pointer is `sp`, a function finds the address
/// to which it returns in `ra`.
///
/// Source: RISC-V unprivileged specification, "RV32I Base Integer Instruction
/// Set"; the names are those of the RISC-V ABI's "Register Convention".
///
/// ```
/// use kernel_sim::machine::isa::Register;
///
/// let first_argument = Register::named("a0").unwrap();
/// assert_eq!(first_argument.number(), 10);
/// assert_eq!(Register::named("x10"), Some(first_argument));
/// assert_eq!(first_argument.to_string(), "a0");
/// assert_eq!(Register::new(32), None);
/// ```
// ANCHOR: register
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(u8);

/// By number.
const NAMES: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
];
// ANCHOR_END: register

impl Register {
    /// `x0`, which is zero whatever is written to it.
    // ANCHOR: register_names
    pub const ZERO: Register = Register(0);
    /// `x1`: the return address.
    pub const RA: Register = Register(1);
    /// `x2`: the stack pointer.
    pub const SP: Register = Register(2);
    /// `x4`: the thread pointer.
    pub const TP: Register = Register(4);
    /// `x10`: the first argument, and the result.
    pub const A0: Register = Register(10);
    /// `x11`: the second argument.
    pub const A1: Register = Register(11);
    /// `x12`: the third argument.
    pub const A2: Register = Register(12);
    /// `x13`: the fourth argument.
    pub const A3: Register = Register(13);
    /// `x14`: the fifth argument.
    pub const A4: Register = Register(14);
    /// `x15`: the sixth argument.
    pub const A5: Register = Register(15);
    /// `x17`: the number of a system call.
    pub const A7: Register = Register(17);
    // ANCHOR_END: register_names

    /// The register with this number, or `None` from 32 on.
    // ANCHOR: register_found
    pub const fn new(number: u8) -> Option<Register> {
        if number < 32 {
            Some(Register(number))
        } else {
            None
        }
    }

    /// The register that the low five bits of `bits` name, as in an instruction.
    #[inline]
    pub const fn from_low_bits(bits: u32) -> Register {
        Register((bits & 31) as u8)
    }

    /// The register called so: `x0` to `x31`, the names of the calling
    /// convention, and `fp`, which is another name of `s0`.
    pub fn named(name: &str) -> Option<Register> {
        if name == "fp" {
            return Some(Register(8));
        }
        Register::all().find(|register| {
            register.name() == name
                || name.strip_prefix('x') == Some(register.number().to_string().as_str())
        })
    }
    // ANCHOR_END: register_found

    /// All 32, from `x0` on.
    // ANCHOR: register_numbers
    pub fn all() -> impl Iterator<Item = Register> {
        (0..32).map(Register)
    }

    /// 0 to 31.
    #[inline]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The name in the calling convention.
    pub const fn name(self) -> &'static str {
        NAMES[self.0 as usize]
    }
    // ANCHOR_END: register_numbers
}

// ANCHOR: register_text
impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
// ANCHOR_END: register_text
