//! What can be wrong with a program's text: one variant for each mistake, with
//! a sentence that says what is wrong and one that says what was expected.
//!
//! Knows nothing of where in the text the mistake is; that is `diagnostic.rs`,
//! which is to be read next.

use std::fmt;
use std::fmt::Write as _;

/// A mistake in a program's text, or, for those at the end, something that is
/// allowed and rarely meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Something that has no place in a program's text.
    BadCharacter {
        /// The character, or the byte if it is none.
        found: String,
    },
    /// The quotes that end a string are missing.
    UnterminatedString,
    /// The `*/` that ends a comment is missing.
    UnterminatedComment,
    /// A character constant that is not one character.
    BadCharacterConstant,
    /// A number that cannot be written so.
    BadNumber {
        /// How it is written.
        text: String,
    },
    /// Something else was expected here.
    // ANCHOR: unexpected
    Unexpected {
        /// What is there.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The statement ends too early.
    Missing {
        /// What was expected.
        expected: &'static str,
    },
    /// Parentheses, or signs, within each other without end.
    TooDeep,

    /// An instruction that this machine does not have.
    UnknownInstruction {
        /// As it is written, but in small letters.
        name: String,
        /// What may have been meant.
        near: Option<String>,
    },
    // ANCHOR_END: unexpected
    /// A directive that this assembler does not know.
    UnknownDirective {
        /// As it is written, but in small letters.
        name: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// Something that GNU's assembler knows and this machine or this assembler
    /// has not.
    NotHere {
        /// As it is written.
        what: String,
        /// Why not, or what to do instead.
        instead: &'static str,
    },
    /// A section that this machine has no place for.
    UnknownSection {
        /// As it is written.
        name: String,
    },

    /// A name that nothing defines.
    Undefined {
        /// The name.
        name: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// A name that two places define.
    DefinedTwice {
        /// The name.
        name: String,
        /// The line of the first definition.
        first: u32,
    },
    /// A name whose definition needs the name.
    Circular {
        /// The name.
        name: String,
    },
    /// `1f` without a `1:` below, or `1b` without one above.
    NoNumericLabel {
        /// The label's number.
        number: u64,
        /// Whether it should have come further down.
        forward: bool,
    },
    /// A number that has to be known when this line is read, and is not.
    NotKnownYet,
    /// An address where a number is needed.
    AddressAsNumber,
    /// A number where an address is needed.
    NumberAsAddress,
    /// An address where there is no room for one.
    AddressTooLong {
        /// How many bytes there are.
        bytes: u8,
    },
    /// Arithmetic that makes no sense with addresses.
    AddressArithmetic {
        /// The operator.
        operator: &'static str,
    },
    /// A division by zero.
    DivisionByZero,
    /// A shift by less than 0 or more than 63 bits.
    ShiftCount {
        /// By how many.
        count: i64,
    },
    /// A number that is too small or too large for its place.
    OutOfRange {
        /// The number.
        value: i64,
        /// The least that fits.
        least: i64,
        /// The greatest that fits.
        most: i64,
    },
    /// A jump or a branch to a place that it cannot reach.
    TooFar {
        /// How far that is, in bytes.
        distance: i64,
    },
    /// `%pcrel_lo` of something that is not where a `%pcrel_hi` is.
    NoUpperHalf,
    /// A register that would throw away what is loaded into it.
    IntoZero,

    /// Something other than zero in `.bss`.
    NotZero,
    /// A section that has grown over its limit.
    TooLarge {
        /// What has grown.
        what: &'static str,
        /// The limit, in bytes.
        limit: u32,
    },
    /// An alignment to an address that the section's own address is not at.
    Alignment {
        /// To how many bytes.
        bytes: u64,
        /// Where the section begins.
        base: u32,
    },
    /// Padding in code that no row of instructions fills.
    Padding {
        /// Where it begins.
        address: u32,
    },
    /// Code that reaches into the data, or sections that reach over the end.
    Overlap {
        /// Where the one ends.
        end: u64,
        /// Where the other begins.
        start: u64,
    },
    /// Branches whose lengths depend on each other in too long a row.
    Unsettled,
    /// More mistakes than are worth a look.
    TooMany,

    /// Warning: a number that loses its upper bits.
    Truncated {
        /// The number.
        value: i64,
        /// How many bytes there are.
        bytes: u8,
    },
    /// Warning: an escape that is none.
    UnknownEscape {
        /// What comes after the backslash.
        escape: char,
    },
    /// Warning: an instruction that the CPU cannot fetch.
    MisalignedInstruction {
        /// Where it is.
        address: u32,
    },
    /// Warning: a distance that GNU's assembler measures before the linker
    /// takes out padding.
    MeasuredEarly {
        /// What it measures.
        assembled: i64,
        /// What is true at the end.
        linked: i64,
    },
    /// Warning: nothing says where the program begins.
    NoStart {
        /// Whether there is a `_start` that is not global.
        local: bool,
    },
}

impl fmt::Display for Problem {
    /// What is wrong, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Problem::*;
        match self {
            // ANCHOR: said
            BadCharacter { found } => write!(f, "`{}` means nothing here", Short(found)),
            UnterminatedString => f.write_str("this string does not end"),
            UnterminatedComment => f.write_str("this comment does not end"),
            BadCharacterConstant => f.write_str("this is not one character"),
            BadNumber { text } => write!(f, "`{}` is not a number", Short(text)),
            Unexpected { found, .. } => write!(f, "{} does not belong here", Short(found)),
            Missing { .. } => f.write_str("something is missing here"),
            TooDeep => f.write_str("this expression is nested too deeply"),
            UnknownInstruction { name, .. } => {
                write!(f, "there is no instruction `{}`", Short(name))
            }
            UnknownDirective { name, .. } => write!(f, "there is no directive `{}`", Short(name)),
            // ANCHOR_END: said
            NotHere { what, .. } => write!(f, "`{}` is not available here", Short(what)),
            UnknownSection { name } => write!(f, "there is no section `{}`", Short(name)),
            Undefined { name, .. } => write!(f, "nothing defines `{}`", Short(name)),
            DefinedTwice { name, .. } => write!(f, "`{}` is defined a second time", Short(name)),
            Circular { name } => write!(f, "`{}` is defined by itself", Short(name)),
            NoNumericLabel { number, forward } => {
                let side = if *forward { "below" } else { "above" };
                write!(f, "there is no label `{number}:` {side} this line")
            }
            NotKnownYet => f.write_str("what this amounts to is not known yet"),
            AddressAsNumber => f.write_str("this is an address"),
            NumberAsAddress => f.write_str("this is a number"),
            AddressTooLong { bytes } => write!(f, "an address does not fit into {bytes} bytes"),
            AddressArithmetic { operator } => {
                write!(f, "`{operator}` cannot be applied to an address")
            }
            DivisionByZero => f.write_str("this divides by zero"),
            ShiftCount { count } => write!(f, "this shifts by {count} bits"),
            OutOfRange { value, .. } => write!(f, "{value} does not fit here"),
            TooFar { distance } => write!(f, "the target is {distance} bytes away"),
            NoUpperHalf => f.write_str("there is no `%pcrel_hi` at this address"),
            IntoZero => f.write_str("`zero` would forget what is loaded into it"),
            NotZero => f.write_str("what is in `.bss` is zero when the program starts"),
            TooLarge { what, limit } => write!(f, "{what} is longer than {limit} bytes"),
            Alignment { bytes, base } => write!(
                f,
                "the section begins at {base:#x}, which is no multiple of {bytes}"
            ),
            Padding { address } => write!(f, "no instructions fill the gap at {address:#x}"),
            Overlap { end, start } => write!(
                f,
                "the program reaches up to {end:#x}, but something else begins at {start:#x}"
            ),
            Unsettled => f.write_str("the lengths of too many branches depend on each other"),
            TooMany => f.write_str("there are more mistakes than these"),
            Truncated { value, bytes } => {
                let plural = if *bytes == 1 { "" } else { "s" };
                write!(f, "{value} loses its upper bits in {bytes} byte{plural}")
            }
            UnknownEscape { escape } => {
                write!(f, "`\\{escape}` stands for `{escape}` itself")
            }
            MisalignedInstruction { address } => {
                write!(
                    f,
                    "this instruction is at {address:#x}, which is no multiple of 4"
                )
            }
            MeasuredEarly { assembled, linked } => write!(
                f,
                "this amounts to {assembled}, although the distance becomes {linked}"
            ),
            NoStart { local: false } => f.write_str("there is no label `_start`"),
            NoStart { local: true } => f.write_str("`_start` is not global"),
        }
    }
}

/// A name as it is repeated in a message: not the whole of one that is longer
/// than a line, and on one line, though a name in quotes may have line ends in it.
// ANCHOR: short
struct Short<'a>(&'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(MOST) {
            match character.is_control() {
                true => write!(f, "{}", character.escape_debug())?,
                false => f.write_char(character)?,
            }
        }
        match characters.next() {
            None => Ok(()),
            Some(_) => f.write_char('…'),
        }
    }
}
// ANCHOR_END: short

impl Problem {
    /// What was expected, or what to do about it. A clause without a full stop.
    pub fn expected(&self) -> String {
        use Problem::*;
        match self {
            BadCharacter { .. } => "a name, a number, a string or an operator".into(),
            UnterminatedString => "`\"` before the end of the line".into(),
            UnterminatedComment => "`*/` before the end of the file".into(),
            BadCharacterConstant => "one character between two `'`, such as 'a' or '\\n'".into(),
            BadNumber { .. } => {
                "decimal digits, or 0x and hexadecimal, 0b and binary, 0 and octal digits, \
                 of at most 64 bits"
                    .into()
            }
            // ANCHOR: expected
            Unexpected { expected, .. } | Missing { expected } => (*expected).into(),
            TooDeep => "an expression with fewer parentheses".into(),
            UnknownInstruction { near, .. } => match near {
                Some(near) => format!("an instruction; is `{near}` meant?"),
                None => "an instruction of RV32I or M, or a pseudo-instruction".into(),
            },
            UnknownDirective { near, .. } => match near {
                Some(near) => format!("a directive; is `{near}` meant?"),
                None => "a directive such as `.text`, `.data`, `.word` or `.globl`".into(),
            },
            // ANCHOR_END: expected
            NotHere { instead, .. } => (*instead).into(),
            UnknownSection { .. } => {
                "`.text`, `.rodata`, `.data` or `.bss`, or one of them with a further name \
                 such as `.text.main`"
                    .into()
            }
            Undefined { near, .. } => match near {
                Some(near) => format!("a label or a constant; is `{near}` meant?"),
                None => "a label, `name:`, or a constant, `.equ name, value`".into(),
            },
            DefinedTwice { first, .. } => {
                format!("another name: the first definition is in line {first}")
            }
            Circular { .. } => "a definition that comes to an end".into(),
            NoNumericLabel { .. } => {
                "a number and a colon; `1f` looks for `1:` below, and `1b` above".into()
            }
            NotKnownYet => "a number that the lines above define".into(),
            AddressAsNumber => "a number; an address is loaded by `la`".into(),
            NumberAsAddress => "a label, or a register in parentheses".into(),
            AddressTooLong { .. } => "`.word`, which has room for an address".into(),
            AddressArithmetic { .. } => {
                "an address and a number to add or to subtract, or two addresses to subtract".into()
            }
            DivisionByZero => "a divisor other than zero".into(),
            ShiftCount { .. } => "0 to 63 bits".into(),
            OutOfRange { least, most, .. } => format!("a number from {least} to {most}"),
            TooFar { .. } => {
                "an even distance of less than 1 MiB; `call` and `tail` go anywhere".into()
            }
            NoUpperHalf => {
                "the label of the `auipc` whose `%pcrel_hi` has the upper half of the address"
                    .into()
            }
            IntoZero => "another register".into(),
            NotZero => "only space here; what has a value belongs to `.data`".into(),
            TooLarge { .. } => "a smaller program".into(),
            Alignment { .. } => "a smaller alignment".into(),
            Padding { .. } => "code in one piece; put strings into `.rodata` or `.data`".into(),
            Overlap { .. } => "a smaller program, or sections further apart".into(),
            Unsettled => "fewer branches that only just reach their targets".into(),
            TooMany => "that the first ones be mended".into(),
            Truncated { bytes, .. } => {
                let bits = u32::from(*bytes) * 8;
                format!("a number of {bits} bits")
            }
            UnknownEscape { .. } => {
                "one of \\b \\f \\n \\r \\t \\\\ \\\" or, in strings, \\v \\0 and \\x7f".into()
            }
            MisalignedInstruction { .. } => {
                "code in one piece: strings in `.text` shift what follows, and `.align 2` does \
                 not mend that"
                    .into()
            }
            MeasuredEarly { .. } => {
                "the difference itself, as in `.word end - start`, if the linker shall measure"
                    .into()
            }
            NoStart { local: false } => {
                "`_start:` and `.globl _start`; the program begins with its first instruction"
                    .into()
            }
            NoStart { local: true } => {
                "`.globl _start`; the program begins with its first instruction".into()
            }
        }
    }

    /// Whether this is a warning: the program is assembled all the same.
    // ANCHOR: is_warning
    pub fn is_warning(&self) -> bool {
        use Problem::*;
        matches!(
            self,
            Truncated { .. }
                | UnknownEscape { .. }
                | MisalignedInstruction { .. }
                | MeasuredEarly { .. }
                | NoStart { .. }
        )
    }
    // ANCHOR_END: is_warning
}
