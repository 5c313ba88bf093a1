//! Expressions: numbers, names and operators, read now and calculated as soon
//! as everything in them is known.
//!
//! An expression that has to wait is kept in postfix order, `a b 4 * +`, so
//! that it is calculated with one stack and without recursion, however long it
//! is. Nothing is known of instructions here.
//!
//! Source: the GNU assembler's manual, section "Expressions".
//!
//! Read next: `symbols.rs`, for what names mean.

use super::lexer::{Fault, Token};
use super::operands::Operands;
use super::problem::Problem;
use super::section::{Place, Sections};
use super::source::Span;
use super::symbols::{DefinitionId, NameId, Symbols};
use super::value::{Binary, LOOSEST, Unary, Value};

/// How deeply parentheses and signs may be nested.
// ANCHOR: depth
const DEPTH: u32 = 100;
// ANCHOR_END: depth

/// An expression of the program.
// ANCHOR: expression
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) span: Span,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    /// It is known what it amounts to.
    Known(Value),
    /// It is not.
    Later(Box<[Step]>),
}

/// One step of a calculation with a stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Push(Value),
    /// A name that had no meaning yet.
    Name(NameId, Span),
    /// A name whose meaning has to wait itself.
    Definition(DefinitionId),
    Unary(Unary),
    Binary(Binary),
}
// ANCHOR_END: expression

/// Why an expression does not amount to anything now.
// ANCHOR: halt
enum Halt {
    NotYet,
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Halt {
        Halt::Problem(problem)
    }
}
// ANCHOR_END: halt

impl Expression {
    /// Reads the longest expression that is next.
    // ANCHOR: read
    pub(super) fn read(
        operands: &mut Operands<'_, '_>,
        symbols: &mut Symbols,
        sections: &Sections,
    ) -> Result<Expression, Fault> {
        let start = operands.span();
        let mut reader = Reader {
            operands,
            symbols,
            here: sections.here(),
            steps: Vec::new(),
            depth: 0,
        };
        reader.binary(LOOSEST)?;
        let steps = reader.steps;
        let span = start.to(operands.previous_span());

        let measure = |from, to| {
            let known = sections.known_distance(from, to);
            known.ok_or(Halt::NotYet)
        };
        let calculated = calculate(&steps, |_| Err(Halt::NotYet), measure);
        let body = match calculated {
            Ok(Value::Distance { from, to, addend }) => {
                // A difference is kept for the linker if it has to be.
                match sections.known_distance(from, to) {
                    Some(distance) => Body::Known(Value::Number(distance.wrapping_add(addend))),
                    None => Body::Known(Value::Distance { from, to, addend }),
                }
            }
            Ok(value) => Body::Known(value),
            Err(Halt::NotYet) => Body::Later(steps.into()),
            Err(Halt::Problem(problem)) => return Err((span, problem)),
        };
        Ok(Expression { span, body })
    }
    // ANCHOR_END: read

    /// The number that it amounts to, if that is known.
    // ANCHOR: numbers
    pub(super) fn number(&self) -> Option<i64> {
        match self.body {
            Body::Known(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The number that it amounts to. It is a problem if that is not known.
    pub(super) fn known_number(&self) -> Result<i64, Fault> {
        match &self.body {
            Body::Known(Value::Number(number)) => Ok(*number),
            Body::Known(Value::Address { .. }) => Err((self.span, Problem::AddressAsNumber)),
            _ => Err((self.span, Problem::NotKnownYet)),
        }
    }

    /// The number that it amounts to, which has to be in this range.
    pub(super) fn number_in(&self, least: i64, most: i64) -> Result<i64, Fault> {
        let value = self.known_number()?;
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err((self.span, Problem::OutOfRange { value, least, most }))
        }
    }
    // ANCHOR_END: numbers
}

/// Goes through the steps. `look_up` says what names mean, and `measure` how
/// far places are apart.
// ANCHOR: calculate
pub(super) fn calculate<E: From<Problem>>(
    steps: &[Step],
    mut look_up: impl FnMut(&Step) -> Result<Value, E>,
    mut measure: impl FnMut(Place, Place) -> Result<i64, E>,
) -> Result<Value, E> {
    const BALANCED: &str = "the reader of expressions has given each operator its operands";
    let mut stack: Vec<Value> = Vec::new();
    for step in steps {
        let value = match step {
            Step::Push(value) => *value,
            Step::Name(..) | Step::Definition(_) => look_up(step)?,
            Step::Unary(operator) => {
                let operand = match stack.pop().expect(BALANCED) {
                    Value::Distance { from, to, addend } => {
                        Value::Number(measure(from, to)?.wrapping_add(addend))
                    }
                    operand => operand,
                };
                operator.apply(operand)?
            }
            Step::Binary(operator) => {
                let right = stack.pop().expect(BALANCED);
                let left = stack.pop().expect(BALANCED);
                operator.apply(left, right, &mut measure)?
            }
        };
        stack.push(value);
    }
    Ok(stack.pop().expect(BALANCED))
}
// ANCHOR_END: calculate

/// Turns tokens into steps.
// ANCHOR: reader
struct Reader<'r, 'a, 't> {
    operands: &'r mut Operands<'a, 't>,
    symbols: &'r mut Symbols,
    here: Place,
    steps: Vec<Step>,
    depth: u32,
}
// ANCHOR_END: reader

impl Reader<'_, '_, '_> {
    /// Operands and the operators between them that bind at least as tightly
    /// as `rank`. Operators of one rank are applied from left to right.
    // ANCHOR: binary
    fn binary(&mut self, rank: u8) -> Result<(), Fault> {
        self.operand()?;
        while let Token::Mark(mark) = self.operands.peek() {
            let Some(mut operator) = Binary::from_mark(mark).filter(|found| found.rank >= rank)
            else {
                break;
            };
            self.operands.next();
            // GNU's assembler drops blanks first, and takes `a ! !b` for `a!!b`,
            // which it takes for `a^b`.
            if *mark == "!" && self.operands.take("!") {
                operator = Binary::EXCLUSIVE_OR;
            }
            self.binary(operator.rank + 1)?;
            self.steps.push(Step::Binary(operator));
        }
        Ok(())
    }
    // ANCHOR_END: binary

    // ANCHOR: operand
    fn operand(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err((self.operands.span(), Problem::TooDeep));
        }
        match *self.operands.peek() {
            Token::Mark(mark) => self.marked(mark)?,
            _ => self.plain()?,
        }
        self.depth -= 1;
        Ok(())
    }

    /// A number or a name.
    fn plain(&mut self) -> Result<(), Fault> {
        let span = self.operands.span();
        let step = match *self.operands.peek() {
            Token::Number(number) => Step::Push(Value::Number(number as i64)),
            Token::Name(".") => Step::Push(Value::address(self.here)),
            Token::Name(name) => self.symbols.mention(name, span),
            Token::Numeric { number, forward } => {
                self.symbols.mention_numeric(number, forward, span)?
            }
            Token::Mark(_) | Token::Text(_) | Token::End => {
                return Err(self.operands.unexpected("a number or a name"));
            }
        };
        self.operands.next();
        self.steps.push(step);
        Ok(())
    }
    // ANCHOR_END: operand

    /// An expression in parentheses, or a sign and its operand.
    // ANCHOR: marked
    fn marked(&mut self, mark: &str) -> Result<(), Fault> {
        if mark == "(" {
            self.operands.next();
            self.binary(LOOSEST)?;
            return self.operands.expect(")", "`)`, or an operator");
        }
        let operator = Unary::from_mark(mark);
        if operator.is_none() && mark != "+" {
            return Err(self.operands.unexpected("a number or a name"));
        }
        self.operands.next();
        self.operand()?;
        self.steps.extend(operator.map(Step::Unary));
        Ok(())
    }
    // ANCHOR_END: marked
}
