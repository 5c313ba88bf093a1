//! Texts that are no programs: random bytes, words of the language in random
//! order, and texts that were made to be hard. Whatever it is, the assembler
//! comes to an end, and says what is wrong.
//!
//! Nothing here measures time; but were there something that takes time in
//! proportion to the square of a text's length, these tests would not end.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::select;

use kernel_sim::machine::asm::{Image, Layout, Problem, assemble};

/// Assembles, and looks at everything that comes out.
fn look_at(text: impl AsRef<[u8]>) -> Result<Image, Vec<Problem>> {
    let text = text.as_ref();
    let lines = text.split(|&byte| byte == b'\n').count();
    match assemble("soup.s", text, Layout::default()) {
        Ok(image) => {
            let listing = image.listing(text).to_string();
            for line in &image.lines {
                assert!(line.length > 0);
                assert!(line.line as usize <= lines);
                assert_eq!(image.line_at(line.address), Some(line.line));
            }
            assert_eq!(listing.is_empty(), image.lines.is_empty());
            for warning in &image.warnings {
                assert!(warning.problem.is_warning());
                assert!(!warning.to_string().is_empty());
            }
            Ok(image)
        }
        Err(errors) => {
            // "More than these" is the fifty-first.
            assert!((1..=51).contains(&errors.all().len()));
            for error in errors.all() {
                assert!(!error.problem.is_warning());
                assert!((1..=lines).contains(&(error.line as usize)));
                let shown = error.to_string();
                assert_eq!(shown.lines().count(), 4, "{shown}");
                assert!(shown.lines().nth(2).unwrap().contains('^'));
                assert!(shown.len() < 2000, "{shown}");
            }
            let problems = errors.all().iter().map(|error| error.problem.clone());
            Err(problems.collect())
        }
    }
}

/// Words and marks that mean something somewhere.
const WORDS: &[&str] = &[
    "_start",
    ":",
    "a:",
    "b:",
    "1:",
    "2:",
    "a",
    "b",
    "1f",
    "1b",
    "2f",
    ".",
    ",",
    ", ",
    "(",
    ")",
    "(sp)",
    "+",
    "-",
    "*",
    "/",
    "%",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "!",
    "==",
    "=",
    "&&",
    "||",
    "0",
    "1",
    "2",
    "31",
    "4095",
    "-2048",
    "0xffffffff",
    "0x80000000",
    "18446744073709551615",
    "'a'",
    "'\\n'",
    "\"text\"",
    "\"\\n\\0\"",
    "\"",
    "'",
    "#",
    "//",
    "/*",
    "*/",
    ";",
    "\n",
    "\n",
    "\n",
    "a0",
    "sp",
    "x31",
    "zero",
    "%hi(",
    "%lo(",
    "%pcrel_hi(",
    "%pcrel_lo(",
    "addi",
    "add",
    "lw",
    "sw",
    "beq",
    "bnez",
    "jal",
    "jalr",
    "lui",
    "auipc",
    "li",
    "la",
    "call",
    "tail",
    "ret",
    "j",
    "jr",
    "ecall",
    "nop",
    "fence",
    "mv",
    ".text",
    ".data",
    ".bss",
    ".rodata",
    ".section",
    ".globl",
    ".equ",
    ".set",
    ".equiv",
    ".byte",
    ".half",
    ".word",
    ".dword",
    ".ascii",
    ".asciz",
    ".zero",
    ".space",
    ".fill",
    ".align",
    ".balign",
    ".p2align",
    ".option",
    "push",
    "pop",
    "norelax",
    ".text.a",
    ".macro",
    "@",
    "\\",
    "ß",
    "\t",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_bytes_end_in_a_program_or_in_errors(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = look_at(bytes);
    }

    #[test]
    fn random_ascii_ends_in_a_program_or_in_errors(
        bytes in prop::collection::vec(prop_oneof![b' '..b'\x7f', Just(b'\n')], 0..400),
    ) {
        let _ = look_at(bytes);
    }

    #[test]
    fn words_in_random_order_end_in_a_program_or_in_errors(
        words in prop::collection::vec(select(WORDS), 0..120),
    ) {
        let _ = look_at(words.join(" "));
    }

    #[test]
    fn short_statements_of_random_words_end_in_a_program_or_in_errors(
        statements in prop::collection::vec(prop::collection::vec(select(WORDS), 1..5), 0..40),
    ) {
        let statements: Vec<String> = statements.iter().map(|words| words.join(" ")).collect();
        let _ = look_at(statements.join("\n"));
    }

    /// Programs that are right but for one byte.
    #[test]
    fn programs_with_a_byte_changed_end_in_a_program_or_in_errors(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for program in [
            include_str!("corpus/instructions.s"),
            include_str!("corpus/expressions.s"),
            include_str!("corpus/sections.s"),
        ] {
            let mut bytes = program.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = look_at(bytes);
        }
    }
}

/// How many times the hard texts repeat what is hard about them.
const MANY: usize = 30_000;

fn repeated(line: impl Fn(usize) -> String) -> String {
    (0..MANY).map(line).collect()
}

#[test]
fn deep_nesting_is_refused() {
    for opening in ["(", "-", "~", "!", "- ( "] {
        let problems = look_at(format!(".word {}1\n", opening.repeat(MANY))).unwrap_err();
        assert_eq!(problems, [Problem::TooDeep]);
    }
}

#[test]
fn long_expressions_are_calculated() {
    let numbers = format!(".data\n.dword 0{}\n", " + 1".repeat(MANY));
    assert_eq!(
        look_at(numbers).unwrap().data.bytes[..8],
        MANY.to_le_bytes()
    );
    // Nothing is known until the last line.
    let names = format!(".data\n.dword a{}\n.equ a, 1", " * 1 + a".repeat(MANY));
    let expected = (MANY + 1).to_le_bytes();
    assert_eq!(look_at(names).unwrap().data.bytes[..8], expected);
}

#[test]
fn constants_may_depend_on_each_other_in_a_long_row() {
    let mut text = repeated(|i| format!(".equ c{i}, c{} + 1\n", i + 1));
    writeln!(text, ".equ c{MANY}, 0\n.data\n.word c0").unwrap();
    let expected = (MANY as u32).to_le_bytes();
    assert_eq!(look_at(text).unwrap().data.bytes, expected);
}

#[test]
fn constants_that_use_others_twice_are_calculated_once() {
    // Were each calculated for each use, this would take 2^60 steps.
    let mut text = String::from(".data\n.dword c0\n");
    for i in 0..60 {
        writeln!(text, ".equ c{i}, c{} + c{}", i + 1, i + 1).unwrap();
    }
    text.push_str(".equ c60, 1\n");
    let expected = (1_u64 << 60).to_le_bytes();
    assert_eq!(look_at(text).unwrap().data.bytes, expected);
    // The same from above, where each is known when the next is read.
    let mut text = String::from(".equ c0, later\n");
    for i in 0..60 {
        writeln!(text, ".equ c{}, c{i} + c{i}", i + 1).unwrap();
    }
    text.push_str(".data\n.dword c60\n.equ later, 1\n");
    assert_eq!(look_at(text).unwrap().data.bytes, expected);
}

#[test]
fn a_long_ring_of_constants_is_found() {
    let text = repeated(|i| format!(".equ c{i}, c{} + 1\n", (i + 1) % MANY));
    let problems = look_at(text).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(matches!(problems[0], Problem::Circular { .. }));
}

#[test]
fn many_labels_and_many_uses_are_found() {
    let mut text = String::from(".globl _start\n_start:\n");
    text.push_str(&repeated(|i| {
        format!("1: j 1b\n beqz a0, 1f\nl{i}: j l{i}\n")
    }));
    text.push_str("1:\n");
    look_at(&text).unwrap();
    // In one line, too.
    look_at(text.replace('\n', ";")).unwrap();
}

#[test]
fn fifty_mistakes_are_all_told() {
    for line in ["j nowhere%\n", "addi a0, a0, 5000;", "%%\n", ".foo;"] {
        let lines = (0..50).map(|i| line.replacen('%', &i.to_string(), 1));
        let problems = look_at(lines.collect::<String>()).unwrap_err();
        assert_eq!(problems.len(), 50, "{line}");
        assert!(!problems.contains(&Problem::TooMany), "{line}");
    }
}

#[test]
fn many_mistakes_are_cut_short() {
    for line in [
        "j nowhere%\n",
        "j nowhere%;",
        "addi a0, a0, 5000;",
        "%%\n",
        "x: x:;",
        ".foo;",
    ] {
        let text = repeated(|i| line.replacen('%', &i.to_string(), 1));
        let problems = look_at(text).unwrap_err();
        assert_eq!(problems.len(), 51, "{line}");
        assert_eq!(problems[50], Problem::TooMany);
    }
}

#[test]
fn many_warnings_are_cut_short() {
    let text = repeated(|_| ".byte 256\n".to_owned());
    assert_eq!(look_at(text).unwrap().warnings.len(), 50);
}

#[test]
fn one_name_that_is_missing_is_said_once() {
    let text = repeated(|_| "j nowhere\n".to_owned());
    assert_eq!(look_at(text).unwrap_err().len(), 1);
}

#[test]
fn sections_have_a_limit() {
    for text in [
        ".data\n.space 0x7fffffff\n",
        ".data\n.space 0x1000000\n.byte 0\n",
        ".bss\n.space 0x1000001\n",
        ".data\n.fill 0xffffff, 8\n",
        "nop\n.fill 0xfffffe, 1, 1\n",
        ".data\n.space 0xf00000\n.bss\n.space 0x100001\n",
        ".bss\n.align 31\n.byte 0\n.align 31\n",
        ".section .rodata\n.byte 1\n.align 31\n",
        ".data\n1: beq a0, a1, 1b\n.align 25\n.byte 1\n",
    ] {
        let problems = look_at(text).unwrap_err();
        let is_size = |problem: &Problem| {
            matches!(
                problem,
                Problem::TooLarge { .. } | Problem::OutOfRange { .. }
            )
        };
        assert!(problems.iter().all(is_size), "{text}: {problems:?}");
    }
    let text = repeated(|_| ".space 0x1000\n".to_owned());
    assert!(look_at(format!(".data\n{text}")).is_err());
    let text = repeated(|_| "nop\n.align 16\n".to_owned());
    assert!(look_at(text).is_err());
}

#[test]
fn the_whole_of_a_section_can_be_used() {
    let image = look_at(".bss\n.space 0x1000000\n").unwrap();
    assert_eq!(image.bss_size, 1 << 24);
    let image = look_at(".data\n.space 0x1000000, 1\n").unwrap();
    assert_eq!(image.data.bytes.len(), 1 << 24);
}

#[test]
fn many_sections_are_no_problem() {
    let text = repeated(|i| {
        let i = i % 20_000;
        format!(".section .data.s{i}\n.word c\n")
    });
    let image = look_at(format!("{text}.equ c, 5\n")).unwrap();
    assert_eq!(image.data.bytes.len(), 4 * MANY);
    let text: String = (0..70_000)
        .map(|i| format!(".section .data.s{i}\n"))
        .collect();
    assert!(look_at(text).is_err());
}

#[test]
fn long_comments_strings_and_names_are_no_problem() {
    let long = "x".repeat(MANY);
    look_at(format!(
        "/*{long}*/ # {long}\n.ascii \"{long}\"\n{long}: j {long}\n"
    ))
    .unwrap();
    assert!(look_at(format!("/* {long}")).is_err());
    assert!(look_at(format!(".ascii \"{long}")).is_err());
    assert!(
        look_at(format!(
            "{long} a0, a1\n j {long}\n .{long}\n .word 1{long}"
        ))
        .is_err()
    );
}
