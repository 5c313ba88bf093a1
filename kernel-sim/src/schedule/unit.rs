//! In what times are written down.

use std::fmt;
use std::time::Duration;

/// A unit of time for a chart or a table. All of one table is in the same unit, so that
/// its numbers can be compared.
///
/// ```
/// use kernel_sim::schedule::Unit;
/// use std::time::Duration;
///
/// let time = Duration::from_micros(12_345);
/// assert_eq!(Unit::Ticks.number(time), "12,345");
/// assert_eq!(Unit::Millis.number(time), "12.345");
/// assert_eq!(Unit::fitting(time), Unit::Millis);
/// assert_eq!(Unit::Millis.to_string(), "ms");
/// ```
// ANCHOR: unit
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Those of a simulated computer, each a microsecond.
    Ticks,
    /// Millionths of a second, written `us`.
    Micros,
    /// Thousandths of a second.
    Millis,
    /// Seconds.
    Seconds,
}
// ANCHOR_END: unit

impl Unit {
    /// The one in which a time of that length is best read, and shorter ones beside it:
    /// seconds from ten seconds on, milliseconds from ten milliseconds on.
    // ANCHOR: number
    pub fn fitting(longest: Duration) -> Unit {
        match longest.as_micros() {
            0..10_000 => Unit::Micros,
            10_000..10_000_000 => Unit::Millis,
            _ => Unit::Seconds,
        }
    }

    /// How long it is.
    pub fn length(self) -> Duration {
        match self {
            Unit::Ticks | Unit::Micros => Duration::from_micros(1),
            Unit::Millis => Duration::from_millis(1),
            Unit::Seconds => Duration::from_secs(1),
        }
    }

    /// How many that time is, rounded: whole ticks or microseconds, and thousandths of
    /// the others.
    pub fn number(self, time: Duration) -> String {
        let (digit, decimals) = match self {
            Unit::Ticks | Unit::Micros => (self.length(), 0),
            Unit::Millis | Unit::Seconds => (self.length() / 1_000, 3),
        };
        let rounded = (time.as_nanos() + digit.as_nanos() / 2) / digit.as_nanos();
        match decimals {
            0 => grouped(rounded),
            _ => format!("{}.{:03}", grouped(rounded / 1_000), rounded % 1_000),
        }
    }
    // ANCHOR_END: number

    /// How many that time is, in as few digits as possible: for the marks of an axis.
    // ANCHOR: short_number
    pub(super) fn short_number(self, time: Duration) -> String {
        let number = self.number(time);
        match number.contains('.') {
            true => number.trim_end_matches('0').trim_end_matches('.').into(),
            false => number,
        }
    }
    // ANCHOR_END: short_number
}

// ANCHOR: display
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Unit::Ticks => "ticks",
            Unit::Micros => "us",
            Unit::Millis => "ms",
            Unit::Seconds => "s",
        })
    }
}
// ANCHOR_END: display

/// A number with a comma before every three digits.
///
/// ```
/// assert_eq!(kernel_sim::schedule::grouped(1_234_567_u32), "1,234,567");
/// ```
// ANCHOR: grouped
pub fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
// ANCHOR_END: grouped

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_last_digit_that_is_shown() {
        let time = Duration::from_nanos(1_234_567_500);
        assert_eq!(Unit::Micros.number(time), "1,234,568");
        assert_eq!(Unit::Millis.number(time), "1,234.568");
        assert_eq!(Unit::Seconds.number(time), "1.235");
        assert_eq!(Unit::Seconds.number(Duration::ZERO), "0.000");
        assert_eq!(Unit::Ticks.number(Duration::from_nanos(1_499)), "1");
    }

    #[test]
    fn marks_of_an_axis_have_no_zeros_at_the_end() {
        for (millis, text) in [(0, "0"), (1_500, "1.5"), (20_000, "20"), (2_040, "2.04")] {
            assert_eq!(
                Unit::Seconds.short_number(Duration::from_millis(millis)),
                text
            );
        }
        assert_eq!(
            Unit::Ticks.short_number(Duration::from_millis(100)),
            "100,000"
        );
    }

    #[test]
    fn a_unit_changes_where_numbers_would_get_long() {
        for (micros, unit) in [
            (0, Unit::Micros),
            (9_999, Unit::Micros),
            (10_000, Unit::Millis),
            (9_999_999, Unit::Millis),
            (10_000_000, Unit::Seconds),
        ] {
            assert_eq!(Unit::fitting(Duration::from_micros(micros)), unit);
        }
    }
}
