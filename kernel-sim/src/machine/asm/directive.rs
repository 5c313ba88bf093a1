//! Directives: what to do with what follows, and data.
//!
//! Source: the GNU assembler's manual, chapter "Assembler Directives", and
//! section "RISC-V Directives".
//!
//! Read next: `directive/data.rs`, for those that make bytes.

mod data;

use super::diagnostic::Diagnostics;
use super::lexer::{Fault, Token};
use super::operands::Operands;
use super::problem::Problem;
use super::section::Part;
use super::source::Span;
use super::statement::FirstPass;
use super::suggestion;

/// For suggestions.
// ANCHOR: all
const ALL: &str = ".text .rodata .data .bss .section .globl .global .local .equ .set .equiv \
    .align .p2align .balign .byte .2byte .half .short .hword .4byte .word .long .int .8byte \
    .dword .quad .ascii .asciz .string .zero .space .skip .fill .option .type .size .file .ident \
    .attribute";
// ANCHOR_END: all

/// What GNU's assembler has, and what to do without.
// ANCHOR: elsewhere
const ELSEWHERE: &[(&str, &str)] = &[
    (
        ".macro .endm .rept .irp .irpc .endr .if .ifdef .ifndef .else .elseif .endif .altmacro",
        "the text itself: there are no macros, repetitions and conditions here",
    ),
    (".include .incbin", "the text itself: a program is one file"),
    (
        ".float .double .single",
        "integers: the machine has no floating-point numbers",
    ),
    (".comm .lcomm", "`.bss`, a label and `.zero`"),
    (".org", "`.space` or `.balign`, which move on as well"),
    (
        ".weak .hidden",
        "`.globl`: there are no further files in which the name could be defined",
    ),
    (
        ".pushsection .popsection .previous .subsection",
        "`.text`, `.data` or `.section`, which name the section",
    ),
    (
        ".uleb128 .sleb128 .octa",
        "`.byte`, `.half`, `.word` or `.dword`",
    ),
    (".insn", "`.word`, which can be any instruction"),
];
// ANCHOR_END: elsewhere

impl FirstPass {
    /// Follows the directive called `name`, in lower case. Its operands are
    /// next.
    // ANCHOR: directive
    pub(super) fn directive(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<(), Fault> {
        match name {
            ".text" | ".rodata" | ".data" | ".bss" => {
                operands.end()?;
                self.enter(name, span)
            }
            ".section" => self.section(operands),
            ".globl" | ".global" => self.globl(operands),
            ".equ" | ".set" | ".equiv" => {
                let (symbol, at) = operands.name("the name of a constant")?;
                operands.comma()?;
                self.define(symbol, at, name != ".equiv", operands, diagnostics)
            }
            ".option" => self.option(operands),
            // These are for debuggers and for other linkers.
            ".local" | ".type" | ".size" | ".file" | ".ident" | ".attribute" => Ok(()),
            _ => {
                if self.data_directive(name, span, operands, diagnostics)? {
                    return Ok(());
                }
                Err((span, unknown(name)))
            }
        }
    }
    // ANCHOR_END: directive

    // ANCHOR: enter
    fn enter(&mut self, name: &str, span: Span) -> Result<(), Fault> {
        let sections = &mut self.collected.sections;
        sections.enter(name).map_err(|problem| (span, problem))
    }
    // ANCHOR_END: enter

    /// `.section .data.table, "aw", @progbits`. What the section is for its
    /// name says, and so the rest has to say the same.
    // ANCHOR: section
    fn section(&mut self, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let span = operands.span();
        if let Token::Text(name) = operands.peek() {
            operands.next();
            self.enter(&String::from_utf8_lossy(name), span)?;
        } else {
            let (name, _) = operands.name("the name of a section")?;
            self.enter(name, span)?;
        }
        let part = self.collected.sections.current().part;
        if operands.take(",") {
            flags(part, operands)?;
        }
        if operands.take(",") {
            contents(part, operands)?;
        }
        operands.end()
    }
    // ANCHOR_END: section

    // ANCHOR: globl
    fn globl(&mut self, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        loop {
            let (name, _) = operands.name("the name of a label")?;
            self.collected.symbols.globl(name);
            if !operands.take(",") {
                return operands.end();
            }
        }
    }
    // ANCHOR_END: globl

    // ANCHOR: option
    fn option(&mut self, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let expected = "push, pop, relax, norelax, norvc or nopic";
        let unexpected = operands.unexpected(expected);
        let (option, span) = operands.name(expected)?;
        match option {
            "push" => self.options.push(self.relax),
            "pop" => match self.options.pop() {
                Some(relax) => self.relax = relax,
                None => {
                    return Err((
                        span,
                        Problem::Unexpected {
                            found: "`pop`".to_owned(),
                            expected: "`.option push` before it",
                        },
                    ));
                }
            },
            "relax" => self.relax = true,
            "norelax" => self.relax = false,
            // That is how it is anyway.
            "norvc" | "nopic" => {}
            "rvc" | "pic" | "arch" => {
                return Err((
                    span,
                    Problem::NotHere {
                        what: format!(".option {option}"),
                        instead: "RV32I and M, without compressed instructions, at fixed addresses",
                    },
                ));
            }
            _ => return Err(unexpected),
        }
        operands.end()
    }
    // ANCHOR_END: option
}

/// The problem that there is no directive called `name`.
// ANCHOR: unknown
fn unknown(name: &str) -> Problem {
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(names, _)| names.split(' ').any(|known| known == name));
    let name = name.to_owned();
    if let Some((_, instead)) = elsewhere {
        return Problem::NotHere {
            what: name,
            instead,
        };
    }
    let near = suggestion::nearest(&name, ALL.split_whitespace());
    let near = near.map(str::to_owned);
    Problem::UnknownDirective { name, near }
}
// ANCHOR_END: unknown

/// Takes what may be done with a section, in letters. It has to be what its name says.
// ANCHOR: flags
fn flags(part: Part, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
    let (flags, expected) = match part {
        Part::Text => ("ax", "\"ax\", which is what code is"),
        Part::Rodata => ("a", "\"a\", which is what data is that is only read"),
        Part::Data | Part::Bss => ("aw", "\"aw\", which is what data is"),
    };
    let unexpected = operands.unexpected(expected);
    let mut letters = operands.text()?.to_vec();
    letters.sort_unstable();
    if letters == flags.as_bytes() {
        Ok(())
    } else {
        Err(unexpected)
    }
}
// ANCHOR_END: flags

/// Takes whether there is something of a section in the file. That has to be so too.
// ANCHOR: contents
fn contents(part: Part, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
    let (kind, expected) = match part {
        Part::Bss => ("nobits", "@nobits, because there is nothing in the file"),
        _ => (
            "progbits",
            "@progbits, because there is something in the file",
        ),
    };
    if !operands.take("%") {
        operands.expect("@", expected)?;
    }
    let unexpected = operands.unexpected(expected);
    if operands.name(expected)?.0 == kind {
        Ok(())
    } else {
        Err(unexpected)
    }
}
// ANCHOR_END: contents
