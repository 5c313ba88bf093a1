//! The first pass: goes through the statements, and collects bytes, names, and
//! what is left open.
//!
//! A statement is labels, and then an instruction, a directive or an
//! assignment:
//!
//! ```text
//!   loop:  1:  addi a0, a0, -1      # labels and an instruction
//!              .word 1, 2, loop     # a directive
//!              size = 4 * 16        # an assignment
//! ```
//!
//! Read next: `directive.rs`, `instruction.rs` and `pseudo.rs`, which go on
//! where this file finds out what a statement is.

use super::diagnostic::Diagnostics;
use super::expression::Expression;
use super::fixup::{Fixup, Kind};
use super::lexer::{Fault, Lexer, Token};
use super::operands::Operands;
use super::problem::Problem;
use super::section::{Align, Fill, Part, Place, Sections, Tail};
use super::source::Span;
use super::symbols::Symbols;
use crate::machine::isa::Instruction;

/// What the first pass hands to the second.
// ANCHOR: first_pass
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) symbols: Symbols,
    pub(super) sections: Sections,
    pub(super) fixups: Vec<Fixup>,
    /// Where the bytes of each statement begin.
    pub(super) marks: Vec<Mark>,
    /// What [`Fill::Nops`] comes to.
    pub(super) nops: Fill,
}

#[derive(Debug)]
pub(super) struct Mark {
    pub(super) place: Place,
    /// The statement; padding at the end of a section comes from none.
    pub(super) span: Option<Span>,
    pub(super) is_code: bool,
}

/// The first pass under way.
#[derive(Debug)]
pub(super) struct FirstPass {
    pub(super) collected: Collected,
    /// `.option relax`: whether the linker may take out padding. It is so at
    /// first, as in GNU's assembler.
    pub(super) relax: bool,
    /// What `.option push` has put aside.
    pub(super) options: Vec<bool>,
}
// ANCHOR_END: first_pass

/// Reads the whole text. What is wrong with it is reported, and left out.
// ANCHOR: collect
pub(super) fn collect(text: &[u8], diagnostics: &mut Diagnostics<'_>) -> Collected {
    let mut pass = FirstPass {
        collected: Collected {
            symbols: Symbols::default(),
            sections: Sections::new(),
            fixups: Vec::new(),
            marks: Vec::new(),
            nops: Fill::Nops,
        },
        relax: true,
        options: Vec::new(),
    };
    let mut lexer = Lexer::new(text);
    let mut tokens = Vec::new();
    while !diagnostics.is_full() && lexer.statement(&mut tokens, diagnostics) {
        if let Err((span, problem)) = pass.statement(&tokens, diagnostics) {
            diagnostics.report(span, problem);
        }
    }
    pass.pad();
    pass.collected
}
// ANCHOR_END: collect

impl FirstPass {
    // ANCHOR: statement
    fn statement(
        &mut self,
        tokens: &[(Token<'_>, Span)],
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<(), Fault> {
        let operands = &mut Operands::new(tokens);
        self.labels(operands, diagnostics);
        if operands.is_end() {
            return Ok(());
        }
        if operands.is_name_and("=") || operands.is_name_and("==") {
            return self.assignment(operands, diagnostics);
        }
        let (name, span) = operands.name("a label, an instruction or a directive")?;
        let whole = span.to(tokens[tokens.len() - 1].1);
        let place = self.collected.sections.here();
        let is_code = !name.starts_with('.');
        self.collected.marks.push(Mark {
            place,
            span: Some(whole),
            is_code,
        });
        // GNU's assembler does not mind capitals in these two.
        let name = name.to_ascii_lowercase();
        if is_code {
            self.instruction(&name, span, operands)
        } else {
            self.directive(&name, span, operands, diagnostics)
        }
    }
    // ANCHOR_END: statement

    // ANCHOR: labels
    fn labels(&mut self, operands: &mut Operands<'_, '_>, diagnostics: &mut Diagnostics<'_>) {
        loop {
            let place = self.collected.sections.here();
            if operands.is_name_and(":") {
                let &(Token::Name(name), span) = operands.next() else {
                    unreachable!("a name was next");
                };
                if let Err(first) = self.collected.symbols.label(name, span, place) {
                    diagnostics.report(span, twice(name, first, diagnostics));
                }
            } else if operands.is_number_and(":") {
                let &(Token::Number(number), span) = operands.next() else {
                    unreachable!("a number was next");
                };
                self.collected.symbols.numeric_label(number, span, place);
            } else {
                return;
            }
            operands.next();
        }
    }
    // ANCHOR_END: labels

    /// `name = value`, or `name == value`, which forbids a further one.
    // ANCHOR: definitions
    fn assignment(
        &mut self,
        operands: &mut Operands<'_, '_>,
        diagnostics: &Diagnostics<'_>,
    ) -> Result<(), Fault> {
        let (name, span) = operands.name("a name")?;
        let again = operands.take("=");
        if !again {
            operands.next();
        }
        self.define(name, span, again, operands, diagnostics)
    }

    /// Gives `name` the value that is next.
    pub(super) fn define(
        &mut self,
        name: &str,
        span: Span,
        again: bool,
        operands: &mut Operands<'_, '_>,
        diagnostics: &Diagnostics<'_>,
    ) -> Result<(), Fault> {
        if name == "." {
            let problem = Problem::NotHere {
                what: "assignment to .".to_owned(),
                instead: "`.space` or `.balign`, which move on as well",
            };
            return Err((span, problem));
        }
        let value = self.expression(operands)?;
        operands.end()?;
        self.collected
            .symbols
            .constant(name, span, value, again)
            .map_err(|first| (span, twice(name, first, diagnostics)))
    }
    // ANCHOR_END: definitions

    /// Reads an expression.
    // ANCHOR: emit
    pub(super) fn expression(
        &mut self,
        operands: &mut Operands<'_, '_>,
    ) -> Result<Expression, Fault> {
        let Collected {
            symbols, sections, ..
        } = &mut self.collected;
        Expression::read(operands, symbols, sections)
    }

    /// Appends an instruction to the current section.
    pub(super) fn emit(&mut self, instruction: Instruction, span: Span) -> Result<(), Fault> {
        let word = instruction.encode().to_le_bytes();
        let section = self.collected.sections.current();
        section.put(&word).map_err(|problem| (span, problem))
    }
    // ANCHOR_END: emit

    /// Appends an instruction whose number is written later.
    // ANCHOR: emit_open
    pub(super) fn emit_open(
        &mut self,
        instruction: Instruction,
        kind: Kind,
        expression: Expression,
        span: Span,
    ) -> Result<(), Fault> {
        let place = self.collected.sections.here();
        self.emit(instruction, span)?;
        self.collected.fixups.push(Fixup {
            place,
            kind,
            expression,
        });
        // GNU's linker may shorten these, if it is allowed to; so the fragment
        // ends. `relax.rs` says why that matters.
        if matches!(
            kind,
            Kind::Upper | Kind::UpperDistance | Kind::Distance | Kind::Jump
        ) {
            self.end_fragment();
        }
        Ok(())
    }
    // ANCHOR_END: emit_open

    /// Begins a new fragment where GNU's assembler does.
    // ANCHOR: pad
    pub(super) fn end_fragment(&mut self) {
        self.collected.sections.current().end_fragment(Tail::None);
    }

    /// Pads the sections with code up to their alignment, as GNU's assembler
    /// does.
    fn pad(&mut self) {
        if self.relax {
            self.collected.nops = Fill::Byte(0);
        }
        for id in self.collected.sections.ids() {
            let place = self.collected.sections.end(id);
            let section = self.collected.sections.get_mut(id);
            if section.part != Part::Text {
                continue;
            }
            let power = section.power;
            section.end_fragment(Tail::Align(Align {
                power,
                fill: Fill::Nops,
                most: u32::MAX,
            }));
            self.collected.marks.push(Mark {
                place,
                span: None,
                is_code: false,
            });
        }
    }
    // ANCHOR_END: pad
}

/// The problem that `name` has been defined before.
// ANCHOR: twice
fn twice(name: &str, first: Span, diagnostics: &Diagnostics<'_>) -> Problem {
    Problem::DefinedTwice {
        name: name.to_owned(),
        first: diagnostics.source.line(first.start),
    }
}
// ANCHOR_END: twice
