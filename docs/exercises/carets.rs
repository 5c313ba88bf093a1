//! What is drawn under a line to show what is meant.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // What is to be printed under `line`, so that carets stand below the bytes from `start` up to,
    // not including, `end`. There may be tabs in the line, and letters of several bytes.
    pub(super) fn carets(_line: &str, start: usize, end: usize) -> String {
        " ".repeat(start) + &"^".repeat(end - start)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn carets(line: &str, start: usize, end: usize) -> String {
        let before = line[..start].chars();
        let before = before.map(|c| if c == '\t' { '\t' } else { ' ' });
        let marked = line[start..end].chars().map(|_| '^');
        before.chain(marked).collect()
    }
    // ANCHOR_END: solution
}

type Answer = fn(&str, usize, usize) -> String;

pub(super) fn check_start() {
    check(start::carets);
}

pub(super) fn check_solution() {
    check(solution::carets);
}

/// The assembler is asked to complain.
fn check(answer: Answer) {
    let lines = [
        ("nonsense a0, a1", "nonsense"),
        ("    nonsense a0, a1", "nonsense"),
        ("\tnonsense\ta0, a1", "nonsense"),
        ("größe:\tnonsense\ta0", "nonsense"),
        ("\tj\tgrößer\t# nowhere", "größer"),
        (" 큰: 작은 a0", "작은"),
        ("\tadd\ta0,\tа1,\ta2", "а1"), // This а is Cyrillic.
    ];
    for (line, wrong) in lines {
        let program = format!(".globl _start\n_start: nop\n{line}\n");
        let errors = assemble("wrong.s", program, Layout::default()).expect_err("it is wrong");
        let shown = errors.all()[0].to_string();
        let carets = shown.lines().nth(2).expect("there are four lines");
        let carets = carets.strip_prefix("      | ").expect("it has a margin");
        let start = line.find(wrong).expect("it is in there");
        assert_eq!(answer(line, start, start + wrong.len()), carets, "{line}");
    }
}
