//! Random programs, all of them right, of which GNU's tools and the assembler
//! in here have to make the same.
//!
//! A program is drawn as a list of statements that refer to each other by
//! number, so that it is still right when statements are taken out of it: that
//! is what proptest does to find the smallest one that fails.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::machine::isa::Instruction;

use crate::gnu::{Gnu, Made};

/// A reference to a label: the n-th of those that there are, modulo their
/// number.
type Label = prop::sample::Index;

#[derive(Clone, Debug)]
enum Statement {
    /// Goes on in another section.
    Section(&'static str),
    Label,
    NumericLabel(u8),
    /// An instruction that refers to nothing.
    Instruction(String),
    /// `{}` in the text is a label of the code.
    Branch(&'static str, Label, i8),
    /// A branch to a numeric label behind it or before it.
    NumericBranch(&'static str, u8, bool),
    /// `{}` in the text is any label.
    Address(&'static str, Label, i16),
    Li(u8, u32),
    /// Data: in code only as many bytes as four divides.
    Data(String),
    /// A label as a word, or the difference of two labels.
    Word(Label, i16),
    Difference(Label, Label, i16),
    Constant(Label, Label),
    UseConstant,
    /// A gap, in words; a wide one makes branches far.
    Space(u16),
    Align(u8),
    AlignWith(u8, u8),
    Option(&'static str),
}

const SECTIONS: &[&str] = &[
    ".text",
    ".data",
    ".section .rodata",
    ".bss",
    ".section .text.more",
    ".section .data.more",
    ".section .rodata.more",
];
const BRANCHES: &[&str] = &[
    "beq a0, a1, {}",
    "bne s0, zero, {}",
    "blt t6, x31, {}",
    "bge a0, a1, {}",
    "bltu a0, a1, {}",
    "bgeu a0, a1, {}",
    "beqz a0, {}",
    "bnez s11, {}",
    "blez a0, {}",
    "bgez a0, {}",
    "bltz a0, {}",
    "bgtz a0, {}",
    "bgt a0, a1, {}",
    "ble a0, a1, {}",
    "bgtu a0, a1, {}",
    "bleu a0, a1, {}",
    "j {}",
    "jal {}",
    "jal t0, {}",
];
const ADDRESSES: &[&str] = &[
    "la a0, {}",
    "lla s3, {}",
    "call {}",
    "call t0, {}",
    "tail {}",
    "jump {}, t2",
    "lw a0, {}",
    "lhu t5, {}",
    "sw a0, {}, t1",
    "sb zero, {}, gp",
    "lui a0, %hi({})",
    "addi a0, a0, %lo({})",
    "lw a0, %lo({})(a0)",
    "sh a1, %lo({})(a0)",
    "jalr ra, %lo({})(a0)",
    "7: auipc a0, %pcrel_hi({}); addi a0, a0, %pcrel_lo(7b)",
    "7: auipc a0, %pcrel_hi({}); sw a1, %pcrel_lo(7b)(a0)",
];
const PSEUDO: &[&str] = &[
    "nop",
    "ret",
    "mv a0, s1",
    "not t0, t1",
    "neg a2, a3",
    "seqz a0, a1",
    "snez a0, a1",
    "sltz a0, a1",
    "sgtz a0, a1",
    "sgt a0, a1, a2",
    "sgtu a0, a1, a2",
    "zext.b a0, a1",
    "sext.h a0, a1",
    "zext.h a0, a1",
    "jr t0",
    "jr 8(t0)",
    "jalr t0",
    "jalr a0, t0",
    "jalr -4(t0)",
    "unimp",
    "fence",
    "add a0, a1, -7",
    "sll a0, a1, 9",
    "lw a0, (sp)",
    "j . + 8",
    "beq a0, a1, . - 4",
    "la a0, .",
    "nop # comment",
    "nop ; /* comment */ nop",
    "li a0, 'x",
];
const DATA: &[&str] = &[
    ".byte 1, -1, 0xff, 'a'",
    ".half 1, -2",
    ".word 0x12345678",
    ".dword -3",
    ".ascii \"four\"",
    ".string \"\\0\\n3\"",
    ".word 1 + 2 * 3, . - .",
    ".fill 2, 2, 0x1234",
];

fn text(of: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(of)
}

fn instruction() -> impl Strategy<Value = Statement> {
    // Any word that is an instruction, but none that goes somewhere: these
    // would be branches out of the section.
    let word = any::<u32>().prop_filter_map("no instruction", |word| {
        let word = word & !0x7f | [0x13, 0x33, 0x03, 0x23, 0x37, 0x17, 0x67][word as usize % 7];
        let instruction = Instruction::decode(word)?;
        Some(Statement::Instruction(instruction.to_string()))
    });
    prop_oneof![
        3 => word,
        2 => text(PSEUDO).prop_map(|text| Statement::Instruction(text.to_owned())),
    ]
}

/// Numbers and operators. Nothing is divided by zero, or shifted too far.
fn expression() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (0..20_u64).prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| format!("{number:#x}")),
    ];
    number.prop_recursive(6, 30, 6, |inner| {
        let operand = prop_oneof![
            3 => inner.clone(),
            1 => inner.clone().prop_map(|text| format!("({text})")),
            1 => inner.clone().prop_map(|text| format!("-{text}")),
            1 => inner.clone().prop_map(|text| format!("~{text}")),
            1 => inner.prop_map(|text| format!("!{text}")),
        ];
        let any_operand = select(
            &[
                "+", "-", "*", "&", "|", "^", "!", "==", "!=", "<>", "<", "<=", ">", ">=", "&&",
                "||",
            ][..],
        );
        let small_operand = (select(&["/", "%", "<<", ">>"][..]), 1..9_u8);
        let next = prop_oneof![
            4 => (any_operand, operand.clone()).prop_map(|(sign, text)| format!("{sign} {text}")),
            1 => small_operand.prop_map(|(sign, number)| format!("{sign} {number}")),
        ];
        (operand, prop::collection::vec(next, 0..5))
            .prop_map(|(first, rest)| format!("{first} {}", rest.join(" ")))
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let label = any::<Label>;
    prop_oneof![
        3 => text(SECTIONS).prop_map(Statement::Section),
        6 => Just(Statement::Label),
        2 => (0..4_u8).prop_map(Statement::NumericLabel),
        8 => instruction(),
        8 => (text(BRANCHES), label(), -4..4_i8).prop_map(|(text, to, by)| Statement::Branch(text, to, by)),
        3 => (text(BRANCHES), 0..4_u8, any::<bool>())
            .prop_map(|(text, to, forward)| Statement::NumericBranch(text, to, forward)),
        5 => (text(ADDRESSES), label(), any::<i16>())
            .prop_map(|(text, to, by)| Statement::Address(text, to, by)),
        2 => (0..32_u8, any::<u32>(), 0..32_u32).prop_map(|(rd, number, shift)| {
            Statement::Li(rd, ((number as i32) >> shift) as u32)
        }),
        2 => expression().prop_map(|text| Statement::Data(format!(".dword {text}"))),
        4 => text(DATA).prop_map(|text| Statement::Data(text.to_owned())),
        2 => (label(), any::<i16>()).prop_map(|(to, by)| Statement::Word(to, by)),
        2 => (label(), label(), any::<i16>())
            .prop_map(|(from, to, by)| Statement::Difference(from, to, by)),
        1 => (label(), label()).prop_map(|(from, to)| Statement::Constant(from, to)),
        1 => Just(Statement::UseConstant),
        3 => prop_oneof![0..10_u16, 900..1050_u16, 2000..2100_u16].prop_map(Statement::Space),
        2 => (0..7_u8).prop_map(Statement::Align),
        1 => (0..7_u8, any::<u8>()).prop_map(|(power, fill)| Statement::AlignWith(power, fill)),
        1 => select(&["relax", "norelax", "push\n.option norelax"][..]).prop_map(Statement::Option),
    ]
}

/// A label, and the section that it is in.
type Placed = (usize, &'static str);

/// Writes a program down. `here` of a label is the section that it is in.
fn program(statements: &[Statement]) -> String {
    let mut section = ".text";
    let mut labels: Vec<Placed> = vec![(0, ".text")];
    for statement in statements {
        match statement {
            Statement::Section(name) => section = name,
            Statement::Label => labels.push((labels.len(), section)),
            _ => {}
        }
    }
    let code: Vec<Placed> = labels
        .iter()
        .copied()
        .filter(|(_, section)| section.contains("text"))
        .collect();

    let mut text = String::from(".globl _start\n_start: L0:\n");
    let (mut section, mut label, mut constants) = (".text", 0, 0);
    let mut numeric = [false; 4];
    for (index, statement) in statements.iter().enumerate() {
        let is_code = section.contains("text");
        let is_bss = section == ".bss";
        let numeric_later = |number: u8| {
            statements[index..]
                .iter()
                .any(|later| matches!(later, Statement::NumericLabel(n) if *n == number))
        };
        match statement {
            Statement::Section(name) => {
                section = name;
                writeln!(text, "{name}").unwrap();
            }
            Statement::Label => {
                label += 1;
                writeln!(text, "L{label}:").unwrap();
            }
            Statement::NumericLabel(number) => {
                // In code, so that branches can go there.
                numeric[usize::from(*number)] = true;
                writeln!(text, ".text\n{number}:\n{section}").unwrap();
            }
            Statement::Instruction(instruction) if is_code => {
                writeln!(text, "  {instruction}").unwrap();
            }
            Statement::Branch(form, to, by) if is_code => {
                let to = to.get(&code).0;
                let target = format!("L{to} + {}", i32::from(*by) * 4);
                writeln!(text, "  {}", form.replace("{}", &target)).unwrap();
            }
            Statement::NumericBranch(form, number, forward) if is_code => {
                let there = if *forward {
                    numeric_later(*number)
                } else {
                    numeric[usize::from(*number)]
                };
                if there {
                    let target = format!("{number}{}", if *forward { 'f' } else { 'b' });
                    writeln!(text, "  {}", form.replace("{}", &target)).unwrap();
                }
            }
            Statement::Address(form, to, by) if is_code => {
                let target = format!("L{} + {by}", to.get(&labels).0);
                writeln!(text, "  {}", form.replace("{}", &target)).unwrap();
            }
            Statement::Li(rd, number) if is_code => {
                writeln!(text, "  li x{rd}, {}", *number as i32).unwrap();
            }
            Statement::Data(data) if !is_bss => writeln!(text, "  {data}").unwrap(),
            Statement::Word(to, by) if !is_bss => {
                writeln!(text, "  .word L{} + {by}", to.get(&labels).0).unwrap();
            }
            Statement::Difference(from, to, by) if !is_bss => {
                let (from, to) = (from.get(&labels).0, to.get(&labels).0);
                writeln!(text, "  .word L{to} - L{from} + {by}").unwrap();
            }
            Statement::Constant(from, to) => {
                let from = from.get(&labels);
                // The other one has to be in the same section.
                let same: Vec<_> = labels
                    .iter()
                    .filter(|(_, other)| *other == from.1)
                    .collect();
                let to = to.get(&same);
                constants += 1;
                writeln!(text, "  .equ C{constants}, L{} - L{}", to.0, from.0).unwrap();
            }
            Statement::UseConstant if constants > 0 && !is_bss => {
                writeln!(text, "  .word C{constants} * 2 + 1").unwrap();
            }
            Statement::Space(words) => writeln!(text, "  .space {}", words * 4).unwrap(),
            Statement::Align(power) => writeln!(text, "  .align {power}").unwrap(),
            Statement::AlignWith(power, fill) if !is_bss => {
                writeln!(text, "  .align {power}, {fill}").unwrap();
            }
            Statement::Option(option) => writeln!(text, "  .option {option}").unwrap(),
            _ => {}
        }
    }
    text
}

/// Branches whose targets are just within their reach or just out of it, over
/// each other and over padding.
fn crowded_branch() -> impl Strategy<Value = Statement> {
    let word = |text: &str| Statement::Instruction(text.to_owned());
    prop_oneof![
        4 => Just(Statement::Label),
        8 => (text(BRANCHES), any::<Label>()).prop_map(|(text, to)| Statement::Branch(text, to, 0)),
        2 => Just(word("nop")),
        1 => Just(word("call L0")),
        4 => prop_oneof![0..4_u16, 250..260_u16, 500..512_u16, 1010..1023_u16]
            .prop_map(Statement::Space),
        1 => (2..6_u8).prop_map(Statement::Align),
    ]
}

/// Where the sections may begin. The addresses of the first are the default.
const LAYOUTS: &[(u32, u32)] = &[
    (0x1_0000, 0x1000_0000),
    (0x8000_0000, 0x2000),
    (0x40_0000, 0x50_0800),
    (0xfff0_0000, 0x7fff_0000),
];

fn compare(test: &str, statement: impl Strategy<Value = Statement>, most: usize) {
    let Some(gnu) = Gnu::find(test) else {
        return;
    };
    let config = Config {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(100),
        failure_persistence: None,
        ..Config::default()
    };
    let programs = (prop::collection::vec(statement, 0..most), select(LAYOUTS));
    let result = TestRunner::new(config).run(&programs, |(statements, (text, data))| {
        let layout = Layout { text, data };
        let text = program(&statements);
        let theirs = gnu
            .make(&text, layout)
            .map_err(|complaint| TestCaseError::fail(format!("GNU: {complaint}\n{text}")))?;
        let ours = assemble("program.s", &text, layout)
            .map_err(|errors| TestCaseError::fail(format!("{errors}\n{text}")))?;
        match theirs.difference(&Made::from_image(&ours)) {
            Some(difference) => Err(TestCaseError::fail(format!(
                "GNU's or ours: {difference}\n{text}"
            ))),
            None => Ok(()),
        }
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn random_programs_are_translated_as_gnu_does() {
    compare("programs", statement(), 150);
}

#[test]
fn crowded_branches_have_the_lengths_that_gnu_gives_them() {
    compare("branches", crowded_branch(), 60);
}
