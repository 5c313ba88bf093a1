//! What the assembler says of mistakes: for each mistake the place, what is
//! wrong, and what was expected.

use kernel_sim::machine::asm::{Layout, Problem, assemble};

/// The problems in a text, each with its line and column.
fn problems(text: &str) -> Vec<(u32, u32, Problem)> {
    let found = match assemble("wrong.s", text, Layout::default()) {
        Ok(image) => image.warnings,
        Err(errors) => errors.all().to_vec(),
    };
    found
        .into_iter()
        .map(|found| (found.line, found.column, found.problem))
        .collect()
}

#[test]
fn each_mistake_is_shown_with_its_place_and_what_was_expected() {
    let cases = include_str!("messages.txt").split("\n\n").map(str::trim);
    for case in cases.filter(|case| !case.starts_with("# ")) {
        let [statement, wrong, expected] = case.lines().collect::<Vec<_>>()[..] else {
            panic!("three lines were expected: {case}");
        };
        let text = format!(".globl _start\n_start:\n{statement}\n");
        let found = match assemble("wrong.s", &text, Layout::default()) {
            Ok(image) => image.warnings,
            Err(errors) => errors.all().to_vec(),
        };
        let [found] = &found[..] else {
            panic!("one problem was expected in {statement}: {found:#?}");
        };
        assert_eq!((found.file.as_str(), found.line), ("wrong.s", 3));
        let shown = found.to_string();
        let carets = shown.lines().nth(2).unwrap();
        let carets = carets.strip_prefix("      | ").unwrap();
        assert_eq!(format!("{carets} {}", found.problem), wrong, "{statement}");
        assert_eq!(found.column as usize, carets.find('^').unwrap() + 1);
        assert_eq!(found.problem.expected(), expected.trim(), "{statement}");
        assert!(shown.ends_with(&format!("      = expected {}\n", expected.trim())));
    }
}

#[test]
fn a_program_without_a_beginning_begins_with_its_first_instruction() {
    let found = problems("nop\n");
    assert_eq!(found, [(1, 1, Problem::NoStart { local: false })]);
    let found = problems("nop\n  _start: nop\n");
    assert_eq!(found, [(2, 3, Problem::NoStart { local: true })]);
    let image = assemble("", "nop\n_start: nop\n", Layout::default()).unwrap();
    assert_eq!(image.entry, 0x10000);
}

#[test]
fn all_mistakes_are_found_at_once() {
    let text = "addi a0, a0, 5000\nj nowhere\n.byte \"x\"\nbad\n";
    let lines: Vec<u32> = problems(text).iter().map(|found| found.0).collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}

#[test]
fn tabs_and_letters_beyond_ascii_keep_the_carets_in_their_place() {
    let errors = assemble("w.s", "\tgröße:\tfoo\ta0\n", Layout::default()).unwrap_err();
    let found = &errors.all()[0];
    assert_eq!((found.line, found.column), (1, 9));
    let shown = found.to_string();
    assert!(
        shown.contains("    1 | \tgröße:\tfoo\ta0\n      | \t      \t^^^\n"),
        "{shown}"
    );
}

#[test]
fn of_a_long_line_the_part_is_shown_that_matters() {
    let text = format!("{}oops; {}", "nop; ".repeat(100), "nop; ".repeat(100));
    let errors = assemble("w.s", &text, Layout::default()).unwrap_err();
    let shown = errors.to_string();
    let mut lines = shown.lines();
    assert!(lines.next().unwrap().starts_with("w.s:1:501: error"));
    let (line, carets) = (lines.next().unwrap(), lines.next().unwrap());
    let at = carets.find('^').unwrap();
    assert_eq!(&line[at..at + 4], "oops");
    assert!(line.len() <= 110);
}

#[test]
fn sections_may_not_overlap() {
    let layout = Layout {
        text: 0x1000,
        data: 0x1004,
    };
    let text = "nop\nnop\n.data\n.word 1\n";
    let errors = assemble("w.s", text, layout).unwrap_err();
    let overlap = Problem::Overlap {
        end: 0x1008,
        start: 0x1004,
    };
    assert_eq!(errors.all()[0].problem, overlap);
    let layout = Layout {
        text: 0xffff_fffc,
        data: 0x1000,
    };
    let errors = assemble("w.s", text, layout).unwrap_err();
    assert!(matches!(errors.all()[0].problem, Problem::Overlap { .. }));
}
