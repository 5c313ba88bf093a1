//! What can be wrong with an executable file, and what to do about it. Read next:
//! `symbols.rs`.

use std::fmt;
use std::ops::Range;

use ::elf::parse::ParseError;

use super::{LOWEST, MOST_BYTES, MOST_SEGMENTS};

/// Why a file is no program for this computer. Each says in words what to do.
///
/// ```
/// use kernel_sim::os::{ElfError, Program};
///
/// // A file as it is on nearly every computer: 64 bits, for another CPU.
/// let mut file = b"\x7fELF\x02\x01\x01".to_vec();
/// file.resize(64, 0);
/// let error = Program::from_elf("ls", &file).unwrap_err();
/// assert_eq!(error, ElfError::Not32Bits);
/// assert_eq!(
///     error.to_string(),
///     "it is for a CPU of 64 bits, and this one has 32: compile it for RISC-V with \
///      -march=rv32im -mabi=ilp32 -static -nostdlib"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElfError {
    /// It does not begin as ELF files do.
    NotElf,
    /// It has more than 16 MiB.
    FileTooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A table that is needed is not where it is said to be, or is not one. What
    /// exactly is wrong is in the words of the crate `elf`.
    Damaged(String),
    /// It is for a CPU of 64 bits.
    Not32Bits,
    /// Its numbers have their first byte last.
    BigEndian,
    /// It is for another CPU: the number of the machine in the file.
    OtherMachine(u16),
    /// It is the output of a compiler that no linker has seen yet.
    ObjectFile,
    /// It needs a dynamic linker and libraries.
    Dynamic,
    /// Somebody has to choose its addresses, and to correct it for them.
    PositionIndependent,
    /// It is neither a program nor a part of one: the type in the file.
    NoProgram(u16),
    /// It has compressed instructions, of 16 bits.
    Compressed,
    /// Its functions take numbers in registers for floating point.
    FloatRegisters,
    /// It is for CPUs with 16 registers, where the stack is kept otherwise.
    FewRegisters,
    /// It has more segments to load than 16.
    TooManySegments {
        /// How many it has.
        count: usize,
    },
    /// It would take more than 16 MiB of memory.
    TooLarge {
        /// How many bytes it takes at least.
        bytes: u64,
    },
    /// The segment at this address can be written and executed.
    WritableCode {
        /// Where it begins.
        address: u32,
    },
    /// The segment at this address has more bytes in the file than in memory.
    MoreInFile {
        /// Where it begins.
        address: u32,
    },
    /// The file ends before the segment at this address does.
    CutOff {
        /// Where it begins.
        address: u32,
    },
    /// The segment's address and its place in the file differ by something else
    /// than pages.
    Misaligned {
        /// Where it begins.
        address: u32,
        /// The size of its pages, which may be no power of two.
        align: u64,
    },
    /// A segment begins in the lowest 64 KiB.
    TooLow {
        /// Where it begins.
        address: u32,
    },
    /// A segment ends beyond the address space.
    TooHigh {
        /// Where it begins.
        address: u32,
        /// How many bytes it has.
        bytes: u64,
    },
    /// Two segments want the same word.
    Overlap {
        /// The one that begins first.
        low: Range<u32>,
        /// The other one.
        high: Range<u32>,
    },
    /// It begins where no instruction is.
    Entry {
        /// Where it would begin.
        address: u32,
    },
}

/// To be put after a colon.
// ANCHOR: compile
const COMPILE: &str = "compile it for RISC-V with -march=rv32im -mabi=ilp32 -static -nostdlib";
// ANCHOR_END: compile

impl fmt::Display for ElfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ElfError::NotElf => f.write_str("it is no ELF file: its first bytes are others"),
            ElfError::FileTooLong { bytes } => write!(
                f,
                "the file has {bytes} bytes, and at most {MOST_BYTES} are read: `strip` makes it \
                 shorter"
            ),
            ElfError::Damaged(what) => write!(
                f,
                "the file is damaged or was cut off ({what}): make or copy it anew"
            ),
            ElfError::Not32Bits => write!(
                f,
                "it is for a CPU of 64 bits, and this one has 32: {COMPILE}"
            ),
            ElfError::BigEndian => write!(
                f,
                "it is for a big-endian CPU, and this one is little-endian: {COMPILE}"
            ),
            ElfError::OtherMachine(number) => write!(
                f,
                "it is for another CPU than RISC-V (machine {number}): {COMPILE}"
            ),
            // ANCHOR: advice
            ElfError::ObjectFile => f.write_str(
                "it is an object file, a part of a program: link it, which the compiler does \
                 without -c",
            ),
            ElfError::Dynamic => f.write_str(
                "it is dynamically linked, and there are no libraries here: link it with -static",
            ),
            ElfError::PositionIndependent => f.write_str(
                "it is position-independent (PIE), and nobody here would choose its addresses: \
                 compile it with -fno-pie and link it with -static -no-pie",
            ),
            // ANCHOR_END: advice
            ElfError::NoProgram(kind) => write!(
                f,
                "it is an ELF file, but no program (type {kind}): run what the linker makes"
            ),
            ElfError::Compressed => f.write_str(
                "it has compressed instructions, which this CPU has not: compile it with \
                 -march=rv32im, without a c, and crt0 and libraries too",
            ),
            ElfError::FloatRegisters => f.write_str(
                "it passes numbers in floating-point registers, which this CPU has not: compile \
                 it with -mabi=ilp32, and -march=rv32im",
            ),
            ElfError::FewRegisters => f.write_str(
                "it is for a CPU with 16 registers (RV32E), and this one has 32: compile it with \
                 -mabi=ilp32, and -march=rv32im",
            ),
            ElfError::TooManySegments { count } => write!(
                f,
                "it has {count} segments to load, and at most {MOST_SEGMENTS} are: link it without \
                 a script of your own"
            ),
            ElfError::TooLarge { bytes } => write!(
                f,
                "it would take {bytes} bytes of memory or more, and at most {MOST_BYTES} are \
                 given: make its variables smaller, or take memory with brk"
            ),
            ElfError::WritableCode { address } => write!(
                f,
                "the segment at {address:#010x} could be written and executed, which nothing here \
                 may: link it without -N and without a script of your own"
            ),
            ElfError::MoreInFile { address } => write!(
                f,
                "the segment at {address:#010x} has more bytes in the file than in memory: link \
                 it anew"
            ),
            ElfError::CutOff { address } => write!(
                f,
                "the file ends before the segment at {address:#010x} does: copy it anew"
            ),
            ElfError::Misaligned { address, align } => write!(
                f,
                "the segment at {address:#010x} and its place in the file do not differ by a \
                 multiple of {align:#x}, which is to be a power of two: link it anew"
            ),
            ElfError::TooLow { address } => write!(
                f,
                "a segment begins at {address:#010x}, and below {LOWEST:#010x} nothing may be, so \
                 that null pointers find nothing: link it with -Wl,-Ttext-segment=0x10000"
            ),
            ElfError::TooHigh { address, bytes } => write!(
                f,
                "{bytes} bytes from {address:#010x} on go beyond the last address: link it with \
                 -Wl,-Ttext-segment=0x10000"
            ),
            ElfError::Overlap { low, high } => write!(
                f,
                "two segments overlap, {:#010x}..{:#010x} and {:#010x}..{:#010x}: link it without \
                 addresses of your own",
                low.start, low.end, high.start, high.end
            ),
            ElfError::Entry { address } => write!(
                f,
                "it would begin at {address:#010x}, where no instruction is: is there a _start, \
                 as in crt0.s, and is it global?"
            ),
        }
    }
}

impl std::error::Error for ElfError {}

// ANCHOR: from_parse
impl From<ParseError> for ElfError {
    fn from(error: ParseError) -> ElfError {
        ElfError::Damaged(error.to_string())
    }
}
// ANCHOR_END: from_parse
