//! Directives that make bytes: numbers, strings, space and padding.
//!
//! Source: as for `directive.rs`.
//!
//! Read next: `instruction.rs`.

use super::super::diagnostic::Diagnostics;
use super::super::expression::{Body, Expression};
use super::super::fixup::{self, Fixup, Kind};
use super::super::lexer::{Fault, Token};
use super::super::operands::Operands;
use super::super::problem::Problem;
use super::super::section::{Align, Fill, LIMIT, Part, Tail};
use super::super::source::Span;
use super::super::statement::FirstPass;
use super::super::value::Value;

/// How many bytes a number of the directive `name` has.
// ANCHOR: width
fn width(name: &str) -> Option<u8> {
    Some(match name {
        ".byte" => 1,
        ".half" | ".short" | ".hword" | ".2byte" => 2,
        ".word" | ".long" | ".int" | ".4byte" => 4,
        ".dword" | ".quad" | ".8byte" => 8,
        _ => return None,
    })
}
// ANCHOR_END: width

impl FirstPass {
    /// Follows the directive called `name`, if it is one of those in here.
    // ANCHOR: data_directive
    pub(super) fn data_directive(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<bool, Fault> {
        if let Some(bytes) = width(name) {
            self.numbers(bytes, operands, diagnostics)?;
            return Ok(true);
        }
        match name {
            ".ascii" => self.strings(b"", operands)?,
            ".asciz" | ".string" => self.strings(b"\0", operands)?,
            ".zero" | ".space" | ".skip" => self.space(operands)?,
            ".fill" => self.fill(operands)?,
            ".align" | ".p2align" => self.align(span, operands)?,
            ".balign" => self.balign(span, operands)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    // ANCHOR_END: data_directive

    // ANCHOR: put
    fn put(&mut self, bytes: &[u8], span: Span) -> Result<(), Fault> {
        let section = self.collected.sections.current();
        section.put(bytes).map_err(|problem| (span, problem))
    }
    // ANCHOR_END: put

    /// `.word 1, end - start, message`
    // ANCHOR: numbers
    fn numbers(
        &mut self,
        bytes: u8,
        operands: &mut Operands<'_, '_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<(), Fault> {
        loop {
            let expression = self.expression(operands)?;
            self.number(bytes, expression, diagnostics)?;
            if !operands.take(",") {
                return operands.end();
            }
        }
    }

    fn number(
        &mut self,
        bytes: u8,
        expression: Expression,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Result<(), Fault> {
        let span = expression.span;
        if let Body::Known(Value::Number(value)) = expression.body {
            let (data, fits) = fixup::data(value, bytes);
            if !fits {
                diagnostics.report(span, Problem::Truncated { value, bytes });
            }
            return self.put(&data, span);
        }
        let place = self.collected.sections.here();
        self.put(&[0; 8][..usize::from(bytes)], span)?;
        self.collected.fixups.push(Fixup {
            place,
            kind: Kind::Data(bytes),
            expression,
        });
        Ok(())
    }
    // ANCHOR_END: numbers

    /// `.ascii "one", "and" "two"`: those without a comma between them are one.
    // ANCHOR: strings
    fn strings(&mut self, end: &[u8], operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        loop {
            let span = operands.span();
            let mut bytes = operands.text()?.to_vec();
            while matches!(operands.peek(), Token::Text(_)) {
                bytes.extend(operands.text()?);
            }
            bytes.extend(end);
            self.put(&bytes, span)?;
            if !operands.take(",") {
                return operands.end();
            }
        }
    }
    // ANCHOR_END: strings

    /// A number that has to be known and in this range.
    // ANCHOR: known_and_optional
    fn known(
        &mut self,
        least: i64,
        most: i64,
        operands: &mut Operands<'_, '_>,
    ) -> Result<i64, Fault> {
        self.expression(operands)?.number_in(least, most)
    }

    /// What comes after the next comma, if something does.
    fn optional(
        &mut self,
        least: i64,
        most: i64,
        operands: &mut Operands<'_, '_>,
    ) -> Result<Option<i64>, Fault> {
        if !operands.take(",") || operands.is_end() || matches!(operands.peek(), Token::Mark(",")) {
            return Ok(None);
        }
        self.known(least, most, operands).map(Some)
    }
    // ANCHOR_END: known_and_optional

    /// `.space 16`, `.space 16, 255`
    // ANCHOR: space_and_fill
    fn space(&mut self, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let span = operands.span();
        let count = self.known(0, LIMIT.into(), operands)?;
        let fill = self.optional(-128, 255, operands)?.unwrap_or(0);
        operands.end()?;
        self.repeat(&[fill as u8], count, span)
    }

    /// `.fill count`, `.fill count, bytes, number`: the number has four bytes,
    /// or fewer, and zeroes after them.
    fn fill(&mut self, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let span = operands.span();
        let count = self.known(0, LIMIT.into(), operands)?;
        let bytes = self.optional(0, 8, operands)?.unwrap_or(1);
        let number = self.optional(i64::MIN, i64::MAX, operands)?.unwrap_or(0);
        operands.end()?;
        let number = u64::from(number as u32).to_le_bytes();
        self.repeat(&number[..bytes as usize], count, span)
    }
    // ANCHOR_END: space_and_fill

    // ANCHOR: repeat
    fn repeat(&mut self, bytes: &[u8], count: i64, span: Span) -> Result<(), Fault> {
        let section = self.collected.sections.current();
        let put = section.put_repeated(bytes, count as u64);
        put.map_err(|problem| (span, problem))?;
        self.end_fragment();
        Ok(())
    }
    // ANCHOR_END: repeat

    /// `.align 4`: up to a multiple of 2 to the power of 4.
    // ANCHOR: align_and_balign
    fn align(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let power = self.known(0, 31, operands)?;
        self.pad_to(power as u8, span, operands)
    }

    /// `.balign 16`: up to a multiple of 16.
    fn balign(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let unexpected = operands.unexpected("a power of two up to 2147483648");
        let size = self.expression(operands)?.known_number()?;
        let power = match u32::try_from(size) {
            Ok(size) if size.is_power_of_two() => size.trailing_zeros(),
            Ok(0) => 0,
            _ => return Err(unexpected),
        };
        self.pad_to(power as u8, span, operands)
    }
    // ANCHOR_END: align_and_balign

    /// What both have: what to fill with, and how much at most. Code is filled
    /// with nops if nothing else is said.
    // ANCHOR: pad_to
    fn pad_to(
        &mut self,
        power: u8,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let fill = self.optional(-128, 255, operands)?;
        let most = self.optional(0, u32::MAX.into(), operands)?;
        operands.end()?;

        let relax = self.relax;
        let section = self.collected.sections.current();
        if power > section.power {
            section.power = power;
            section.aligned_by = Some(span);
        }
        let is_nops = section.part == Part::Text && fill.is_none();
        if is_nops && relax {
            // GNU's assembler takes it that instructions are aligned, and does
            // nothing; what is more, it forgets `most`.
            if power > 2 {
                section.end_fragment(Tail::Padding { power, span });
            }
            return Ok(());
        }
        let align = Align {
            power,
            fill: match fill {
                None if is_nops => Fill::Nops,
                fill => Fill::Byte(fill.unwrap_or(0) as u8),
            },
            most: most.map_or(u32::MAX, |most| most as u32),
        };
        self.put_padding(align, span)
    }
    // ANCHOR_END: pad_to

    /// Padding by the assembler: bytes, if it is known how many.
    // ANCHOR: put_padding
    fn put_padding(&mut self, align: Align, span: Span) -> Result<(), Fault> {
        let section = self.collected.sections.current();
        if section.part == Part::Bss && align.fill != Fill::Byte(0) {
            return Err((span, Problem::NotZero));
        }
        match (section.known_offset(), align.fill) {
            (Some(offset), Fill::Byte(byte)) => {
                let put = section.put_repeated(&[byte], align.length(offset).into());
                put.map_err(|problem| (span, problem))?;
                self.end_fragment();
            }
            _ => section.end_fragment(Tail::Align(align)),
        }
        Ok(())
    }
    // ANCHOR_END: put_padding
}
