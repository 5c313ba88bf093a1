//! A program for people: address, word, instruction, and the line of the text
//! that it came from.

use std::fmt;

use super::image::{Block, Image, Line};
use crate::machine::isa::Instruction;

/// Prints a program, line by line. Made by [`Image::listing`].
#[derive(Clone, Copy, Debug)]
// ANCHOR: listing_type
pub struct Listing<'a> {
    image: &'a Image,
    text: &'a [u8],
}
// ANCHOR_END: listing_type

impl Image {
    /// What the assembler has made of each line. `text` is the text that the
    /// program was made of.
    ///
    /// ```
    /// use kernel_sim::machine::asm::{Layout, assemble};
    ///
    /// let text = "\
    ///         .globl _start
    /// _start: la   a0, answer   # where
    /// 1:      j    1b
    ///         .data
    /// answer: .word 42
    /// ";
    /// let image = assemble("answer.s", text, Layout::default())?;
    /// assert_eq!(image.listing(text).to_string(), "\
    /// .text
    /// 00010000 <_start>:
    /// 00010000  0fff0517  auipc a0,0xfff0           #    2  la   a0, answer   # where
    /// 00010004  00050513  addi a0,a0,0
    /// 00010008  0000006f  jal zero,0x10008          #    3  j    1b
    /// .data
    /// 10000000 <answer>:
    /// 10000000  0000002a                            #    5  .word 42
    /// ");
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    // ANCHOR: listing
    pub fn listing<'a>(&'a self, text: &'a (impl AsRef<[u8]> + ?Sized)) -> Listing<'a> {
        Listing {
            image: self,
            text: text.as_ref(),
        }
    }
    // ANCHOR_END: listing
}

impl fmt::Display for Listing<'_> {
    // ANCHOR: fmt
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let image = self.image;
        let bss = Block {
            address: image.bss_address,
            bytes: vec![0; image.bss_size as usize],
        };
        let mut rows = Rows {
            image,
            texts: self.text.split(|&byte| byte == b'\n').collect(),
            shown: 0,
            f,
        };
        for (name, block) in [
            (".text", &image.text),
            (".rodata", &image.rodata),
            (".data", &image.data),
            (".bss", &bss),
        ] {
            if !block.bytes.is_empty() {
                writeln!(rows.f, "{name}")?;
            }
            for line in image.lines_between(block.address, block.end()) {
                let start = (line.address - block.address) as usize;
                rows.statement(line, &block.bytes[start..start + line.length as usize])?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: fmt
}

/// Of space and padding as long as this, the first word is enough.
// ANCHOR: rows
const MONOTONOUS: usize = 16;

/// Row by row.
struct Rows<'a, 'f, 'w> {
    image: &'a Image,
    /// The lines of the text.
    texts: Vec<&'a [u8]>,
    /// The line that was shown last. It is not shown again for its further
    /// statements, lest a long line be shown as often as it is long.
    shown: u32,
    f: &'f mut fmt::Formatter<'w>,
}
// ANCHOR_END: rows

impl Rows<'_, '_, '_> {
    /// The bytes of one statement.
    // ANCHOR: statement
    fn statement(&mut self, line: &Line, bytes: &[u8]) -> fmt::Result {
        let is_monotonous = bytes.len() >= MONOTONOUS && bytes.iter().all(|&b| b == bytes[0]);
        if is_monotonous && !line.is_code {
            let note = format!("... {} bytes", bytes.len());
            self.labels(line.address, line.address + line.length)?;
            return self.row(line, line.address, &bytes[..4], &note);
        }
        let mut address = line.address;
        for word in bytes.chunks(4) {
            let end = address + word.len() as u32;
            self.labels(address, end)?;
            let instruction = match <[u8; 4]>::try_from(word) {
                Ok(word) if line.is_code => disassembly(u32::from_le_bytes(word), address),
                _ => String::new(),
            };
            self.row(line, address, word, &instruction)?;
            address = end;
        }
        Ok(())
    }
    // ANCHOR_END: statement

    // ANCHOR: row
    fn row(&mut self, line: &Line, address: u32, word: &[u8], note: &str) -> fmt::Result {
        let digits = word.iter().rev().map(|byte| format!("{byte:02x}"));
        let digits = String::from_iter(digits);
        let row = format!("{address:08x}  {digits:<8}  {note:<26}");
        if self.shown == line.line {
            return writeln!(self.f, "{}", row.trim_end());
        }
        self.shown = line.line;
        let text = self.texts.get(line.line as usize - 1).copied();
        let text = String::from_utf8_lossy(text.unwrap_or_default());
        writeln!(self.f, "{row}#{:>5}  {}", line.line, without_labels(&text))
    }
    // ANCHOR_END: row

    /// The labels from `start` up to, not including, `end`.
    // ANCHOR: labels
    fn labels(&mut self, start: u32, end: u32) -> fmt::Result {
        let symbols = &self.image.symbols;
        let first = symbols.partition_point(|symbol| symbol.value < start);
        for symbol in &symbols[first..] {
            if symbol.value >= end {
                break;
            }
            if symbol.is_address {
                writeln!(self.f, "{:08x} <{}>:", symbol.value, symbol.name)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: labels
}

// ANCHOR: disassembly
fn disassembly(word: u32, address: u32) -> String {
    match Instruction::decode(word) {
        Some(instruction) => instruction.at(address).to_string(),
        None => format!(".word {word:#010x}"),
    }
}

/// A line of the text without the labels at its beginning, which stand above.
fn without_labels(line: &str) -> &str {
    let mut rest = line.trim();
    while let Some((label, after)) = rest.split_once(':')
        && !label.is_empty()
        && label
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))
    {
        rest = after.trim_start();
    }
    rest
}
// ANCHOR_END: disassembly
