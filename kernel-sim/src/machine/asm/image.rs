//! What the assembler makes: a program as it lies on a disk, and where its
//! parts are to be put.
//!
//! Knows nothing of the text it came from but line numbers. Read next:
//! `listing.rs`.

use super::diagnostic::Diagnostic;

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

/// Bytes, and the address of the first.
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

/// A name in a program.
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

/// Which line of the text has made which bytes.
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

impl Image {
    /// The code section as it is loaded: text, and after it read-only data.
    pub fn code(&self) -> Block {
        let mut block = self.text.clone();
        if !self.rodata.bytes.is_empty() {
            let gap = self.rodata.address - self.text.address;
            block.bytes.resize(gap as usize, 0);
            block.bytes.extend(&self.rodata.bytes);
        }
        block
    }

    /// The data section as it is loaded: data, and after it zeroes.
    pub fn data_and_bss(&self) -> Block {
        let mut block = self.data.clone();
        if self.bss_size > 0 {
            let end = self.bss_address - self.data.address + self.bss_size;
            block.bytes.resize(end as usize, 0);
        }
        block
    }

    /// The symbol with this name. Takes time in proportion to their number.
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
}
