//! What the assembler makes: a program as it lies on a disk, and where its
//! parts are to be put.
//!
//! Knows nothing of the text it came from but line numbers. Read next:
//! `listing.rs`.

use std::fmt;

use super::diagnostic::Diagnostic;
use super::section::LIMIT;

/// Where a program's sections begin.
///
/// Code, and after it read-only data, begins at `text`; data, and after it what
/// is zero at the start (`.bss`), at `data`. GNU's tools make the same program
/// for the same addresses:
///
/// ```text
/// as -march=rv32im -mabi=ilp32 hello.s -o hello.o
/// ld -m elf32lriscv --no-relax -Ttext=0x10000 -Tdata=0x10000000 hello.o -o hello
/// ```
///
/// The default leaves the lowest 64 KiB empty, so that a null pointer, and what
/// is a little way from one, points to nothing.
// ANCHOR: layout
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Where code begins: a multiple of 4.
    pub text: u32,
    /// Where data begins.
    pub data: u32,
}

impl Default for Layout {
    /// Code at `0x0001_0000`, data at `0x1000_0000`.
    fn default() -> Layout {
        Layout {
            text: 0x0001_0000,
            data: 0x1000_0000,
        }
    }
}
// ANCHOR_END: layout

/// Bytes, and the address of the first.
// ANCHOR: block
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Where the first byte is to be.
    pub address: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Block {
    /// The address after the last byte.
    pub fn end(&self) -> u32 {
        self.address.wrapping_add(self.bytes.len() as u32)
    }
}
// ANCHOR_END: block

/// A name in a program.
// ANCHOR: symbol
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// As it is written.
    pub name: String,
    /// The address of a label, or what a constant amounts to, modulo 2^32.
    pub value: u32,
    /// Whether it is a label, or another name of one, and not a number.
    pub is_address: bool,
    /// Whether `.globl` names it.
    pub is_global: bool,
}
// ANCHOR_END: symbol

/// Which line of the text has made which bytes.
// ANCHOR: line
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where the bytes are.
    pub address: u32,
    /// How many they are. Not zero.
    pub length: u32,
    /// The line of the text, from 1 on.
    pub line: u32,
    /// Whether they are instructions, and not data or padding.
    pub is_code: bool,
}
// ANCHOR_END: line

/// A program that can be loaded.
///
/// ```
/// use kernel_sim::machine::asm::{Layout, assemble};
///
/// let program = "
///         .globl _start
/// _start: la   a1, message
///         .data
/// message:
///         .ascii \"hi\"
///         .bss
/// buffer: .zero 8
/// ";
/// let image = assemble("hi.s", program, Layout::default())?;
/// assert_eq!(image.entry, 0x10000);
/// assert_eq!(image.text.bytes.len(), 8);
/// assert_eq!(image.data.bytes, b"hi");
/// assert_eq!(image.symbol("buffer").unwrap().value, 0x1000_0002);
/// assert_eq!(image.line_at(0x10004), Some(3));
/// # Ok::<(), kernel_sim::machine::asm::Errors>(())
/// ```
// ANCHOR: image
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The instructions: `.text`.
    pub text: Block,
    /// What is only read: `.rodata`. It belongs to the code section, as `ld` puts both
    /// into one segment with these options; so it could be executed, too.
    pub rodata: Block,
    /// Variables that have a value when the program starts: `.data`.
    pub data: Block,
    /// Where the variables are that are zero when the program starts: `.bss`.
    /// It belongs to the data section, and follows it.
    pub bss_address: u32,
    /// How many bytes these are.
    pub bss_size: u32,
    /// Where the program begins: at `_start`.
    pub entry: u32,
    /// All names, by value and then by name.
    pub symbols: Vec<Symbol>,
    /// What came from which line, by address.
    pub lines: Vec<Line>,
    /// What is odd in the text, although it was assembled.
    pub warnings: Vec<Diagnostic>,
}
// ANCHOR_END: image

impl Image {
    /// The code section as it is loaded: text, and after it read-only data.
    ///
    /// # Errors
    ///
    /// If read-only data are not behind text. The assembler makes no such image.
    // ANCHOR: code
    pub fn code(&self) -> Result<Block, Inconsistent> {
        let mut block = self.text.clone();
        if !self.rodata.bytes.is_empty() {
            let length = self.rodata.bytes.len() as u64;
            extend(&mut block, ".rodata", self.rodata.address, length)?;
            let begin = block.bytes.len() - self.rodata.bytes.len();
            block.bytes[begin..].copy_from_slice(&self.rodata.bytes);
        }
        Ok(block)
    }
    // ANCHOR_END: code

    /// The data section as it is loaded: data, and after it zeroes.
    ///
    /// # Errors
    ///
    /// If `.bss` is not behind data. The assembler makes no such image.
    // ANCHOR: data_and_bss
    pub fn data_and_bss(&self) -> Result<Block, Inconsistent> {
        let mut block = self.data.clone();
        if self.bss_size > 0 {
            extend(&mut block, ".bss", self.bss_address, self.bss_size.into())?;
        }
        Ok(block)
    }
    // ANCHOR_END: data_and_bss

    /// The symbol with this name. Takes time in proportion to their number.
    // ANCHOR: symbol_and_lines
    pub fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.symbols.iter().find(|symbol| symbol.name == name)
    }

    /// What lines have made from `start` up to, not including, `end`.
    pub(super) fn lines_between(&self, start: u32, end: u32) -> &[Line] {
        let index = |address| self.lines.partition_point(|line| line.address < address);
        &self.lines[index(start)..index(end)]
    }

    /// The line of the text that has made the byte at `address`.
    pub fn line_at(&self, address: u32) -> Option<u32> {
        let after = self.lines.partition_point(|line| line.address <= address);
        let line = &self.lines[after.checked_sub(1)?];
        (address - line.address < line.length).then_some(line.line)
    }
    // ANCHOR_END: symbol_and_lines
}

/// Appends zeroes to `block`, up to where `part` ends.
// ANCHOR: extend
fn extend(
    block: &mut Block,
    part: &'static str,
    address: u32,
    length: u64,
) -> Result<(), Inconsistent> {
    let gap = address.checked_sub(block.address).map(u64::from);
    let begin = gap.filter(|&gap| gap >= block.bytes.len() as u64);
    let begin = begin.ok_or(Inconsistent::InFront { part, address })?;
    // An alignment can be as large as a section.
    let end = begin.saturating_add(length);
    if end > 2 * u64::from(LIMIT) {
        return Err(Inconsistent::TooFar { part, address });
    }
    block.bytes.resize(end as usize, 0);
    Ok(())
}
// ANCHOR_END: extend

/// What is wrong with an image that the assembler has not made.
///
/// ```
/// use kernel_sim::machine::asm::{Inconsistent, Layout, assemble};
///
/// let text = "_start: nop\n .section .rodata\n .byte 1\n";
/// let mut image = assemble("nop.s", text, Layout::default())?;
/// assert_eq!(image.code().unwrap().bytes, [0x13, 0, 0, 0, 1]);
///
/// image.rodata.address = 0x10002;
/// let wrong = Inconsistent::InFront { part: ".rodata", address: 0x10002 };
/// assert_eq!(image.code(), Err(wrong));
/// # Ok::<(), kernel_sim::machine::asm::Errors>(())
/// ```
// ANCHOR: inconsistent
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inconsistent {
    /// It begins before the part ends that it is to follow.
    InFront {
        /// `.rodata` or `.bss`.
        part: &'static str,
        /// Where it begins.
        address: u32,
    },
    /// It would end more than 32 MiB behind where the part begins that it follows.
    TooFar {
        /// `.rodata` or `.bss`.
        part: &'static str,
        /// Where it begins.
        address: u32,
    },
}
// ANCHOR_END: inconsistent

impl fmt::Display for Inconsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Inconsistent::InFront { part, address } => {
                write!(
                    f,
                    "{part} begins at {address:#010x}, in front of the end of "
                )?;
                f.write_str("what it is to follow")
            }
            Inconsistent::TooFar { part, address } => {
                write!(f, "{part} begins at {address:#010x}, and ends too far ")?;
                f.write_str("behind what it is to follow")
            }
        }
    }
}

impl std::error::Error for Inconsistent {}
