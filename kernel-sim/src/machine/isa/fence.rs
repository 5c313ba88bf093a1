//! The operand of `fence`: which accesses before it have to be seen before
//! which accesses after it.

use std::fmt;

/// A `fence`, with all the fields of its word.
///
/// With one CPU everything is in order anyway, and the simulated CPU goes on
/// to the next instruction. The specification wants the same for those fields
/// that have no meaning yet: they are ignored, but they are kept here, so that
/// an instruction is its word.
///
/// ```
/// use kernel_sim::machine::isa::{AccessSet, Fence, Instruction};
///
/// let before = AccessSet::named("rw").unwrap();
/// let after = AccessSet::named("w").unwrap();
/// let fence = Instruction::Fence(Fence::between(before, after));
/// assert_eq!(fence.encode(), 0x0310_000f);
/// assert_eq!(fence.to_string(), "fence rw,w");
/// assert_eq!(AccessSet::named("wr"), None);
/// ```
// ANCHOR: fence
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fence {
    word: u32,
}

const OPCODE: u32 = super::encoding::opcode::MISC_MEM;
// ANCHOR_END: fence

impl Fence {
    /// `fence iorw,iorw`, which GNU writes `fence` for short.
    // ANCHOR: fence_words
    pub const FULL: Fence = Fence::between(AccessSet(0b1111), AccessSet(0b1111));

    /// `fence.tso`: as `fence rw,rw`, but a later read need not wait for an
    /// earlier write.
    pub const TSO: Fence = Fence {
        word: 0b1000 << 28 | 0b0011 << 24 | 0b0011 << 20 | OPCODE,
    };

    /// `fence before,after`.
    pub const fn between(before: AccessSet, after: AccessSet) -> Fence {
        Fence {
            word: (before.0 as u32) << 24 | (after.0 as u32) << 20 | OPCODE,
        }
    }

    /// The caller has seen to it that opcode and `funct3` are those of a fence.
    pub(super) const fn of_word(word: u32) -> Fence {
        Fence { word }
    }

    pub(super) const fn word(self) -> u32 {
        self.word
    }

    fn before(self) -> AccessSet {
        AccessSet((self.word >> 24 & 0b1111) as u8)
    }

    fn after(self) -> AccessSet {
        AccessSet((self.word >> 20 & 0b1111) as u8)
    }
    // ANCHOR_END: fence_words
}

// ANCHOR: fence_text
impl fmt::Display for Fence {
    /// As GNU `as -march=rv32im` reads it. A fence that it cannot name, with
    /// an empty set or a field that has no meaning yet, is a `.word`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before(), self.after());
        if *self == Fence::TSO {
            f.write_str("fence.tso")
        } else if before.0 != 0 && after.0 != 0 && *self == Fence::between(before, after) {
            write!(f, "fence {before},{after}")
        } else {
            write!(f, ".word {:#010x}", self.word)
        }
    }
}
// ANCHOR_END: fence_text

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fence({:#010x})", self.word)
    }
}

/// Kinds of accesses: input from devices, output to them, reads, writes.
// ANCHOR: access_set
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessSet(u8);

/// From the highest bit down.
const LETTERS: &str = "iorw";

impl AccessSet {
    /// The set with this name: some of the letters `iorw`, in this order.
    pub fn named(name: &str) -> Option<AccessSet> {
        let mut rest = name.chars().peekable();
        let mut bits = 0;
        for letter in LETTERS.chars() {
            bits = bits << 1 | u8::from(rest.next_if_eq(&letter).is_some());
        }
        (bits != 0 && rest.next().is_none()).then_some(AccessSet(bits))
    }
}

impl fmt::Display for AccessSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, letter) in LETTERS.chars().enumerate() {
            if self.0 & 0b1000 >> index != 0 {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}
// ANCHOR_END: access_set
