//! Numbers that are part of an instruction, and how large they can be.

use std::fmt;

/// A number inside an instruction: signed, `BITS` bits wide, and a multiple of
/// `STEP`, a power of two whose low bits are not stored because they are zero.
///
/// An instruction has 32 bits for everything, so its numbers are small. What
/// does not fit cannot be made, and so every
/// [`Instruction`](super::Instruction) has an encoding.
///
/// ```
/// use kernel_sim::machine::isa::{BranchOffset, Imm12};
///
/// assert_eq!(Imm12::new(-2048).unwrap().get(), -2048);
/// assert_eq!(Imm12::new(2048), None);
/// assert_eq!(Imm12::from_low_bits(0xffff).get(), -1);
/// // Instructions are at even addresses, so the way to one is even too.
/// assert_eq!(BranchOffset::new(7), None);
/// assert_eq!(BranchOffset::MAX, 4094);
/// ```
// ANCHOR: immediate
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Immediate<const BITS: u32, const STEP: i32 = 1>(i32);

/// The operand of arithmetic, and the distance of loads and stores: -2048 to 2047.
pub type Imm12 = Immediate<12>;
/// How far a branch goes, in bytes from the branch itself: ±4 KiB.
pub type BranchOffset = Immediate<13, 2>;
/// How far a jump goes, in bytes from the jump itself: ±1 MiB.
pub type JumpOffset = Immediate<21, 2>;
/// The upper 20 bits of a word; the lower 12 are zero.
pub type Upper = Immediate<32, 4096>;
// ANCHOR_END: immediate

// ANCHOR: immediate_bits
impl<const BITS: u32, const STEP: i32> Immediate<BITS, STEP> {
    /// The least number that fits.
    pub const MIN: i32 = i32::MIN >> (32 - BITS);
    /// The greatest number that fits.
    pub const MAX: i32 = (i32::MAX >> (32 - BITS)) & -STEP;

    /// `value`, if it fits: it is no less than [`MIN`](Self::MIN), no more than
    /// [`MAX`](Self::MAX), and a multiple of `STEP`.
    #[inline]
    pub const fn new(value: i32) -> Option<Self> {
        let kept = Self::from_low_bits(value as u32);
        if kept.0 == value { Some(kept) } else { None }
    }

    /// What is left of `bits` in an instruction: the low `BITS` bits, the
    /// topmost of them being the sign, without those below `STEP`.
    #[inline]
    pub const fn from_low_bits(bits: u32) -> Self {
        let sign_extended = (bits << (32 - BITS)) as i32 >> (32 - BITS);
        Self(sign_extended & -STEP)
    }

    /// The number.
    #[inline]
    pub const fn get(self) -> i32 {
        self.0
    }
}
// ANCHOR_END: immediate_bits

impl<const BITS: u32, const STEP: i32> fmt::Display for Immediate<BITS, STEP> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<const BITS: u32, const STEP: i32> fmt::Debug for Immediate<BITS, STEP> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// How many bits a shift by a constant moves: 0 to 31.
///
/// ```
/// use kernel_sim::machine::isa::Shamt;
///
/// assert_eq!(Shamt::new(31).unwrap().get(), 31);
/// assert_eq!(Shamt::new(32), None);
/// ```
// ANCHOR: shamt
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shamt(u8);

impl Shamt {
    /// `bits`, or `None` from 32 on.
    pub const fn new(bits: u32) -> Option<Shamt> {
        if bits < 32 {
            Some(Shamt(bits as u8))
        } else {
            None
        }
    }

    /// The number of bits, 0 to 31.
    #[inline]
    pub const fn get(self) -> u32 {
        self.0 as u32
    }
}
// ANCHOR_END: shamt

impl fmt::Debug for Shamt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
