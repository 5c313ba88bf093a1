//! The narrowest data that has room for all of some numbers.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The directive that has room for each of these numbers, with a sign or without one, and that
    // takes as few bytes as possible: `.byte`, `.half`, `.word` or `.dword`.
    pub(super) fn narrowest(numbers: &[i64]) -> &'static str {
        if numbers.iter().all(|&number| i8::try_from(number).is_ok()) {
            ".byte" // What of 200?
        } else {
            ".dword"
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn narrowest(numbers: &[i64]) -> &'static str {
        let fit = |bits: u32| {
            let room = -(1 << (bits - 1))..1 << bits;
            numbers.iter().all(|number| room.contains(number))
        };
        let all = [(8, ".byte"), (16, ".half"), (32, ".word")];
        let first = all.into_iter().find(|(bits, _)| fit(*bits));
        first.map_or(".dword", |(_, directive)| directive)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[i64]) -> &'static str;

pub(super) fn check_start() {
    check(start::narrowest);
}

pub(super) fn check_solution() {
    check(solution::narrowest);
}

/// Whether the assembler can do it without a warning that a number is cut.
fn is_whole(directive: &str, numbers: &[i64]) -> bool {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    let text = format!(".globl _start\n_start: {directive} {}", numbers.join(","));
    let image = assemble("table.s", &text, Layout::default()).expect("it can be cut");
    image.warnings.is_empty()
}

/// The directive cuts nothing, and the next narrower one would.
fn check(narrowest: Answer) {
    let directives = [".byte", ".half", ".word", ".dword"];
    let borders = [0, 7, 8, 15, 16, 31, 32, 40].map(|bits| 1_i64 << bits);
    for border in borders {
        for number in [border - 1, border, -border, -border - 1] {
            for numbers in [vec![number], vec![1, number, -1]] {
                let answer = narrowest(&numbers);
                let index = directives.iter().position(|one| *one == answer);
                let index = index.expect("it is one of the four");
                assert!(is_whole(answer, &numbers), "{answer} cuts {numbers:?}");
                if let Some(narrower) = index.checked_sub(1) {
                    let narrower = directives[narrower];
                    assert!(
                        !is_whole(narrower, &numbers),
                        "{narrower} holds {numbers:?}"
                    );
                }
            }
        }
    }
}
