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
//! # Where it is stricter
//!
//! Macros, repetitions, conditions and further files are refused, by name. So
//! are some texts of which GNU's tools make something, because it is hardly ever
//! what was meant: a name that is a constant and then a label, a number of more
//! than 32 bits in `li`, a jump to where no jump gets, a division by zero, a
//! string or a comment that does not end, `la zero`, sections whose equal strings
//! would be merged. What `.space` and `.fill` count has to be known when they are
//! read.
//!
//! A value that loses its upper bits, an instruction at an odd address, and a
//! program without `_start` are assembled as GNU does, with a warning.
//!
//! # Reading order
//!
//! 1. What can be wrong: `problem.rs`, `diagnostic.rs`.
//! 2. From text to tokens: `source.rs`, `lexer.rs`, `quoted.rs`.
//! 3. From tokens to expressions: `operands.rs`, `expression.rs`; and what these
//!    are about: `section.rs`, `value.rs`, `symbols.rs`.
//! 4. The first pass: `statement.rs`, `directive.rs`, `instruction.rs`,
//!    `pseudo.rs`.
//! 5. The second: `evaluate.rs`, `relax.rs`, `addresses.rs`, `fixup.rs`,
//!    `link.rs`.
//! 6. What comes out: `image.rs`, `listing.rs`.

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
pub use image::{Block, Image, Inconsistent, Layout, Line, Symbol};
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
// ANCHOR: assemble
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
// ANCHOR_END: assemble
