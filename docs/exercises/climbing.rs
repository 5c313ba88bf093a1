//! Operators that bind more or less tightly.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    use super::{apply, digit};

    // ANCHOR: start
    // What an expression of digits and `+`, `-`, `&`, `*` amounts to, such as `1+6&3*2-4`. How
    // tightly an operator binds says `rank`: 1 for `+` and `-`, 2 for `&`, 3 for `*`, as in GNU's
    // assembler. `apply` calculates with it.
    pub(super) fn amounts_to(text: &str) -> i64 {
        let mut words = text.chars().peekable();
        let mut value = digit(words.next());
        while let Some(operator) = words.next() {
            value = apply(operator, value, digit(words.next())); // From left to right, all of them?
        }
        value
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{apply, digit, rank};
    use std::iter::Peekable;
    use std::str::Chars;

    // ANCHOR: solution
    pub(super) fn amounts_to(text: &str) -> i64 {
        at_least(1, &mut text.chars().peekable())
    }

    fn at_least(least: u8, words: &mut Peekable<Chars<'_>>) -> i64 {
        let mut value = digit(words.next());
        while let Some(operator) = words.next_if(|&operator| rank(operator) >= least) {
            let right = at_least(rank(operator) + 1, words);
            value = apply(operator, value, right);
        }
        value
    }
    // ANCHOR_END: solution
}

fn rank(operator: char) -> u8 {
    match operator {
        '+' | '-' => 1,
        '&' => 2,
        '*' => 3,
        other => panic!("{other} is no operator"),
    }
}

fn apply(operator: char, left: i64, right: i64) -> i64 {
    match operator {
        '+' => left + right,
        '-' => left - right,
        '&' => left & right,
        '*' => left * right,
        other => panic!("{other} is no operator"),
    }
}

fn digit(word: Option<char>) -> i64 {
    let digit = word.and_then(|word| word.to_digit(10));
    digit.expect("here is a digit").into()
}

pub(super) fn check_start() {
    check(start::amounts_to);
}

pub(super) fn check_solution() {
    check(solution::amounts_to);
}

/// The assembler is asked about all operators in all orders.
fn check(answer: fn(&str) -> i64) {
    let digits = ["6", "3", "1", "7", "2", "5"];
    let mut texts = vec![digits[0].to_owned()];
    let mut expressions = texts.clone();
    for digit in &digits[1..] {
        let longer = texts.iter().flat_map(|text| {
            let operators = ["+", "-", "&", "*"];
            operators.map(|operator| format!("{text}{operator}{digit}"))
        });
        texts = longer.collect();
        expressions.extend(texts.iter().cloned());
    }
    let data = expressions.join(", ");
    let program = format!(".globl _start\n_start: nop\n.data\n.dword {data}\n");
    let image = assemble("climbing.s", program, Layout::default()).expect("it is right");
    let values = image.data.bytes.as_chunks().0;
    let values = values.iter().map(|&bytes| i64::from_le_bytes(bytes));
    for (text, value) in expressions.iter().zip(values) {
        assert_eq!(answer(text), value, "{text}");
    }
}
