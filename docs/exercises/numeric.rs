//! Which of many labels with the same number is meant.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // `lines` are the numeric labels of a program's lines, of those that have one. In the line
    // `at` somebody says `1b` or, `forward`, `1f`: 1 is the `number`. Which line is meant?
    pub(super) fn target(
        lines: &[Option<u64>],
        at: usize,
        number: u64,
        forward: bool,
    ) -> Option<usize> {
        let _ = (at, forward); // Surely these matter.
        lines.iter().position(|label| *label == Some(number))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn target(
        lines: &[Option<u64>],
        at: usize,
        number: u64,
        forward: bool,
    ) -> Option<usize> {
        let is_meant = |line: &usize| lines[*line] == Some(number);
        if forward {
            (at + 1..lines.len()).find(is_meant)
        } else {
            (0..=at).rev().find(is_meant)
        }
    }
    // ANCHOR_END: solution
}

type Target = fn(&[Option<u64>], usize, u64, bool) -> Option<usize>;

pub(super) fn check_start() {
    check(start::target);
}

pub(super) fn check_solution() {
    check(solution::target);
}

/// The real assembler has the address put into a table.
fn check(target: Target) {
    let lines = [
        Some(1),
        None,
        Some(2),
        Some(1),
        Some(1),
        None,
        Some(2),
        None,
        Some(1),
    ];
    for at in 0..lines.len() {
        for (number, forward) in [(1, false), (1, true), (2, false), (2, true), (3, true)] {
            let mut text = String::new();
            for (line, label) in lines.iter().enumerate() {
                if let Some(label) = label {
                    text += &format!("{label}: ");
                }
                let direction = if forward { "f" } else { "b" };
                text += &match line == at {
                    true => format!(".word {number}{direction}\n"),
                    false => ".word 0\n".to_owned(),
                };
            }
            let image = assemble("labels.s", &text, Layout::default());
            let line = image.ok().map(|image| {
                let word = image.text.bytes[4 * at..][..4].try_into();
                let address = u32::from_le_bytes(word.expect("it is a word"));
                (address - image.text.address) as usize / 4
            });
            let answer = target(&lines, at, number, forward);
            assert_eq!(answer, line, "from line {at} of\n{text}");
        }
    }
}
