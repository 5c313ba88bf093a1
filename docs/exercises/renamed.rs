//! The same word in three places, and three things that it means.

use kernel_sim::machine::asm::{Image, Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The words of a statement with the label or constant `old` called `new`. The program means
    // the same then. `old` is no register, but it may be called like an instruction.
    pub(super) fn renamed<'a>(statement: &[&'a str], old: &str, new: &'a str) -> Vec<&'a str> {
        let words = statement.iter();
        words
            .map(|&word| if word == old { new } else { word })
            .collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn renamed<'a>(statement: &[&'a str], old: &str, new: &'a str) -> Vec<&'a str> {
        let mut first = 0;
        while statement.get(first + 1) == Some(&":") {
            first += 2;
        }
        let is_assignment = statement.get(first + 1) == Some(&"=");
        let words = statement.iter().enumerate();
        let words = words.map(|(at, &word)| {
            let is_what_it_does = at == first && !is_assignment;
            if word == old && !is_what_it_does {
                new
            } else {
                word
            }
        });
        words.collect()
    }
    // ANCHOR_END: solution
}

type Answer = for<'a> fn(&[&'a str], &str, &'a str) -> Vec<&'a str>;

pub(super) fn check_start() {
    check(start::renamed);
}

pub(super) fn check_solution() {
    check(solution::renamed);
}

/// The bytes have to be the same, and no name but this one has changed.
fn check(answer: Answer) {
    let programs: [(&str, &[&str]); 5] = [
        (
            "again",
            &["again : addi a0 , a0 , -1", "bnez a0 , again", "ret"],
        ),
        (
            "add",
            &[
                "j add",
                "a : 1 : add : add a0 , a0 , a0",
                "add a1 , a1 , a1",
                "call add",
            ],
        ),
        (
            "li",
            &[
                "li = 7",
                "li a0 , li + li",
                "x : y : li = li * 2",
                "li a1 , li",
            ],
        ),
        (
            "ret",
            &[
                "beqz a0 , ret",
                "ret",
                ".equ other , ret + 4",
                "ret :",
                "ret",
            ],
        ),
        (
            "word",
            &["word : .word word , 4", ".globl word", ".word . - word"],
        ),
    ];
    for (name, program) in programs {
        let program: Vec<Vec<&str>> = program
            .iter()
            .map(|statement| statement.split(' ').collect())
            .collect();
        let changed: Vec<Vec<&str>> = program
            .iter()
            .map(|statement| answer(statement, name, "another"))
            .collect();
        let (before, after) = (image(&program), image(&changed));
        assert_eq!(before.text.bytes, after.text.bytes, "{changed:?}");
        let called = |symbol: &str| if symbol == name { "another" } else { symbol }.to_owned();
        let symbols = before.symbols.iter();
        let mut expected: Vec<_> = symbols.map(|s| (called(&s.name), s.value)).collect();
        let symbols = after.symbols.iter();
        let mut symbols: Vec<_> = symbols.map(|s| (s.name.clone(), s.value)).collect();
        expected.sort();
        symbols.sort();
        assert_eq!(symbols, expected);
    }
}

fn image(program: &[Vec<&str>]) -> Image {
    let lines: Vec<String> = program.iter().map(|words| words.join(" ")).collect();
    match assemble("renamed.s", lines.join("\n") + "\n", Layout::default()) {
        Ok(image) => image,
        Err(errors) => panic!("{errors}"),
    }
}
