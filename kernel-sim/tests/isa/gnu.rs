//! GNU `as` reads what we print, and makes the word of it from which it came.
//!
//! Where the assembler is not installed, the test is skipped, unless
//! `REQUIRE_BINUTILS` is set.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use kernel_sim::machine::isa::Instruction;

use crate::tools;

const INSTRUCTIONS: usize = 20_000;

#[test]
fn gnu_makes_the_same_word_of_what_is_printed() {
    let (Some(assembler), Some(objcopy)) = (tools::find_gnu("as"), tools::find_gnu("objcopy"))
    else {
        return;
    };
    let mut runner = TestRunner::default();
    let mut words = Vec::new();
    let mut text = String::new();
    while words.len() < INSTRUCTIONS {
        let word = super::word().new_tree(&mut runner).unwrap().current();
        let Some(instruction) = Instruction::decode(word) else {
            continue;
        };
        words.push(word);
        text.push_str(&format!("{instruction}\n"));
    }

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let [source, object, binary] =
        ["s", "o", "bin"].map(|end| folder.join(format!("printed.{end}")));
    fs::write(&source, text).unwrap();
    tools::run(
        Command::new(assembler)
            .args(["-march=rv32im", "-mabi=ilp32", "-o"])
            .args([&object, &source]),
    );
    tools::run(
        Command::new(objcopy)
            .args(["-O", "binary", "-j", ".text"])
            .args([&object, &binary]),
    );

    let bytes = fs::read(binary).unwrap();
    let (made, rest) = bytes.as_chunks();
    assert_eq!((made.len(), rest.len()), (words.len(), 0));
    for (made, word) in made.iter().zip(words) {
        let made = u32::from_le_bytes(*made);
        let instruction = Instruction::decode(word).unwrap();
        assert_eq!(
            made, word,
            "{made:#010x} is not {word:#010x}: {instruction}"
        );
    }
}
