//! What an expression amounts to, and how GNU's assembler calculates.
//!
//! It calculates with numbers of 64 bits, whatever the machine's are, and with
//! addresses that nobody knows yet: an address and a number may be added, and
//! two addresses subtracted. Shifts to the right let zeroes in, a comparison
//! that holds is -1, and `a!b` is `a | ~b`.
//!
//! Source: the GNU assembler's manual, section "Expressions".
//!
//! Read next: `expression.rs`, which reads expressions.

use super::problem::Problem;
use super::section::Place;

/// What an expression amounts to.
// ANCHOR: value
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(i64),
    /// So many bytes after a place.
    Address {
        place: Place,
        addend: i64,
    },
    /// How far it is from one place to another, and a number. Kept like this
    /// for as long as something between them may change its size.
    Distance {
        from: Place,
        to: Place,
        addend: i64,
    },
}
// ANCHOR_END: value

// ANCHOR: plus
impl Value {
    pub(super) fn address(place: Place) -> Value {
        Value::Address { place, addend: 0 }
    }

    /// The same, `by` further.
    fn plus(self, by: i64) -> Value {
        match self {
            Value::Number(number) => Value::Number(number.wrapping_add(by)),
            Value::Address { place, addend } => Value::Address {
                place,
                addend: addend.wrapping_add(by),
            },
            Value::Distance { from, to, addend } => Value::Distance {
                from,
                to,
                addend: addend.wrapping_add(by),
            },
        }
    }
}
// ANCHOR_END: plus

/// An operator with one operand.
// ANCHOR: unary
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Negate,
    Complement,
    Not,
}

impl Unary {
    pub(super) fn from_mark(mark: &str) -> Option<Unary> {
        match mark {
            "-" => Some(Unary::Negate),
            "~" => Some(Unary::Complement),
            "!" => Some(Unary::Not),
            _ => None,
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Unary::Negate => "-",
            Unary::Complement => "~",
            Unary::Not => "!",
        }
    }

    /// Applies the operator. Distances have to be numbers by now.
    pub(super) fn apply(self, operand: Value) -> Result<Value, Problem> {
        let Value::Number(number) = operand else {
            let operator = self.mark();
            return Err(Problem::AddressArithmetic { operator });
        };
        Ok(Value::Number(match self {
            Unary::Negate => number.wrapping_neg(),
            Unary::Complement => !number,
            Unary::Not => i64::from(number == 0),
        }))
    }
}
// ANCHOR_END: unary

/// An operator with two operands: how it is written, and how tightly it binds.
// ANCHOR: ranks
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    mark: &'static str,
    pub(super) rank: u8,
}

/// The least rank.
pub(super) const LOOSEST: u8 = 1;

/// Not C's order: `&`, `|` and `^` bind more tightly than `+` and `-`.
const BINARY: &[(u8, &[&str])] = &[
    (1, &["||"]),
    (2, &["&&"]),
    (3, &["==", "!=", "<>", "<", "<=", ">", ">="]),
    (4, &["+", "-"]),
    (5, &["&", "|", "^", "!"]),
    (6, &["*", "/", "%", "<<", ">>"]),
];
// ANCHOR_END: ranks

impl Binary {
    // ANCHOR: from_mark
    pub(super) const EXCLUSIVE_OR: Binary = Binary { mark: "^", rank: 5 };

    pub(super) fn from_mark(mark: &str) -> Option<Binary> {
        BINARY.iter().find_map(|&(rank, marks)| {
            let mark = marks.iter().find(|&&known| known == mark)?;
            Some(Binary { mark, rank })
        })
    }

    fn is_comparison(self) -> bool {
        self.rank == 3
    }
    // ANCHOR_END: from_mark

    /// Applies the operator. `measure` turns a distance into a number, if it is
    /// known; of the difference itself it is not asked.
    // ANCHOR: apply
    pub(super) fn apply<E: From<Problem>>(
        self,
        left: Value,
        right: Value,
        mut measure: impl FnMut(Place, Place) -> Result<i64, E>,
    ) -> Result<Value, E> {
        use Value::{Address, Distance, Number};
        let mut number = |value| match value {
            Number(number) => Ok(number),
            Distance { from, to, addend } => Ok(measure(from, to)?.wrapping_add(addend)),
            Address { .. } => Err(E::from(self.refused())),
        };
        match (self.mark, left, right) {
            ("+", value, Number(number)) | ("+", Number(number), value) => Ok(value.plus(number)),
            ("-", value, Number(number)) => Ok(value.plus(number.wrapping_neg())),
            // The distance is measured, so that an address is left and a number.
            ("+", Address { .. }, Distance { .. }) => Ok(left.plus(number(right)?)),
            ("+", Distance { .. }, Address { .. }) => Ok(right.plus(number(left)?)),
            ("-", Address { .. }, Distance { .. }) => Ok(left.plus(number(right)?.wrapping_neg())),
            (
                _,
                Address {
                    place: to,
                    addend: more,
                },
                Address {
                    place: from,
                    addend: less,
                },
            ) => self.apply_to_addresses((to, more), (from, less), measure),
            _ => Ok(Number(self.calculate(number(left)?, number(right)?)?)),
        }
    }
    // ANCHOR_END: apply

    /// Applies the operator to two addresses.
    // ANCHOR: apply_to_addresses
    fn apply_to_addresses<E: From<Problem>>(
        self,
        left: (Place, i64),
        right: (Place, i64),
        mut measure: impl FnMut(Place, Place) -> Result<i64, E>,
    ) -> Result<Value, E> {
        let ((to, more), (from, less)) = (left, right);
        let addend = more.wrapping_sub(less);
        if self.mark == "-" {
            return Ok(Value::Distance { from, to, addend });
        }
        if !self.is_comparison() || from.section != to.section {
            return Err(self.refused().into());
        }
        let difference = measure(from, to)?.wrapping_add(addend);
        Ok(Value::Number(self.calculate(difference, 0)?))
    }

    fn refused(self) -> Problem {
        let operator = self.mark;
        Problem::AddressArithmetic { operator }
    }
    // ANCHOR_END: apply_to_addresses

    // ANCHOR: calculate
    fn calculate(self, left: i64, right: i64) -> Result<i64, Problem> {
        let holds = |condition: bool| -i64::from(condition);
        let bits = || match u32::try_from(right) {
            Ok(bits @ 0..=63) => Ok(bits),
            _ => Err(Problem::ShiftCount { count: right }),
        };
        let nonzero = || match right {
            0 => Err(Problem::DivisionByZero),
            _ => Ok(right),
        };
        Ok(match self.mark {
            "||" => i64::from(left != 0 || right != 0),
            "&&" => i64::from(left != 0 && right != 0),
            "==" => holds(left == right),
            "!=" | "<>" => holds(left != right),
            "<" => holds(left < right),
            "<=" => holds(left <= right),
            ">" => holds(left > right),
            ">=" => holds(left >= right),
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "!" => left | !right,
            "*" => left.wrapping_mul(right),
            "/" => left.wrapping_div(nonzero()?),
            "%" => left.wrapping_rem(nonzero()?),
            "<<" => ((left as u64) << bits()?) as i64,
            ">>" => ((left as u64) >> bits()?) as i64,
            mark => unreachable!("{mark} is no operator"),
        })
    }
    // ANCHOR_END: calculate
}
