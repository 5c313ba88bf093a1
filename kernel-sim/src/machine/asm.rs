//! The assembler: makes a program of its text.
//!
//! It is GNU's assembler and linker for one file, RV32I and M: what it makes of
//! a text is, byte by byte, what `as -march=rv32im -mabi=ilp32` and
//! `ld --no-relax` make of it, if the sections are put at the same addresses.
//!
//! An assembler translates line by line, but for one thing: a name may be used
//! before the line that says what it means. So it goes through the program
//! twice.
//!
//! ```text
//!   text ──▶ lexer ──▶ statement ──▶ bytes, and what is left open ─┐ first pass
//!                         │ names                                  │
//!                         ▼                                        ▼
//!                      symbols ──▶ evaluate ──▶ relax ──▶ addresses ──▶ link
//!                                                          second pass   │
//!                                                                        ▼
//!                                                                      Image
//! ```
//!
//! # What it accepts
//!
//! - Labels, `name:`, and numeric labels, `1:`, `1f`, `1b`. Comments `#`, `//`
//!   and `/* */`; `;` between statements.
//! - All instructions of [`isa`](super::isa), and the usual
//!   pseudo-instructions; see `asm/pseudo.rs`.
//! - `%hi`, `%lo`, `%pcrel_hi`, `%pcrel_lo`.
//! - Expressions with GNU's operators, in GNU's order of precedence.
//! - `.text`, `.data`, `.bss`, `.section`; `.rodata`, which GNU's assembler does
//!   not have, is `.section .rodata`. `.globl`, `.equ`, `.set`, `.equiv`, `=`.
//!   `.byte`, `.half`, `.word`, `.dword` and their other names, `.ascii`,
//!   `.asciz`, `.string`, `.zero`, `.space`, `.skip`, `.fill`. `.align`,
//!   `.p2align`, `.balign`. `.option`.
//! - The names that the linker defines: `_etext`, `_edata`, `__bss_start`,
//!   `_end`, `__global_pointer$`.
//!
//! Macros, repetitions, conditions and further files are refused, by name.
//!
//! # Reading order
//!
//! `problem.rs` and `diagnostic.rs`, what can be wrong; `source.rs`, `lexer.rs`
//! and `quoted.rs`, from text to tokens; `operands.rs` and `expression.rs`, from
//! tokens to expressions, with `section.rs`, `value.rs` and `symbols.rs`, what
//! these are about; `statement.rs`, the first pass, with `directive.rs`,
//! `instruction.rs` and `pseudo.rs`; `evaluate.rs`, `relax.rs`, `addresses.rs`,
//! `fixup.rs` and `link.rs`, the second; `image.rs` and `listing.rs`, what comes
//! out.

mod addresses;
mod diagnostic;
mod directive;
mod evaluate;
mod expression;
mod fixup;
mod image;
mod instruction;
mod lexer;
mod link;
mod listing;
mod operands;
mod problem;
mod pseudo;
mod quoted;
mod relax;
mod section;
mod source;
mod statement;
mod suggestion;
mod symbols;
mod value;

pub use diagnostic::{Diagnostic, Errors};
pub use image::{Block, Image, Layout, Line, Symbol};
pub use listing::Listing;
pub use problem::Problem;

use diagnostic::Diagnostics;
use source::{Source, Span};

/// Makes a program of its text. `file` is what errors call it.
///
/// Whatever `text` is, also if it is no text at all, this ends in time in
/// proportion to its length.
///
/// # Errors
///
/// All mistakes in the text, up to fifty.
///
/// ```
/// use kernel_sim::machine::asm::{Layout, assemble};
///
/// let program = "
///         .globl _start
/// _start: li   a7, 93        # exit
///         li   a0, 0
///         ecall
/// ";
/// let image = assemble("nothing.s", program, Layout::default())?;
/// assert_eq!(image.text.bytes[..4], 0x05d0_0893_u32.to_le_bytes());
///
/// let errors = assemble("wrong.s", "lx a0, 5\n j nowhere\n", Layout::default()).unwrap_err();
/// let lines: Vec<_> = errors.all().iter().map(|error| error.line).collect();
/// assert_eq!(lines, [1, 2]);
/// # Ok::<(), kernel_sim::machine::asm::Errors>(())
/// ```
pub fn assemble(file: &str, text: impl AsRef<[u8]>, layout: Layout) -> Result<Image, Errors> {
    let text = text.as_ref();
    let too_long = text.len() > section::LIMIT as usize;
    let source = Source::new(file, if too_long { &[] } else { text });
    let mut diagnostics = Diagnostics::new(&source);
    if too_long {
        let (what, limit) = ("the text", section::LIMIT);
        diagnostics.report(Span::new(0, 0), Problem::TooLarge { what, limit });
    }
    let collected = statement::collect(source.text, &mut diagnostics);
    let image = if diagnostics.is_full() {
        None
    } else {
        link::link(&collected, layout, &mut diagnostics)
    };
    let warnings = diagnostics.finish()?;
    let mut image = image.expect("if there is no program, there is an error");
    image.warnings = warnings;
    Ok(image)
}
