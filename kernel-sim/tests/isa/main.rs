//! Instructions, their words and their names.

#![cfg(feature = "machine")]

mod gnu;
mod legal;
mod recorded;
#[path = "../tools/mod.rs"]
mod tools;

use proptest::prelude::*;

use kernel_sim::machine::isa::{
    AccessSet, BranchOffset, Imm12, Immediate, Instruction, JumpOffset, Register, Shamt, Upper,
};

use legal::is_legal;

/// A random word, and more often than chance would have it an instruction.
pub(crate) fn word() -> impl Strategy<Value = u32> {
    let any_of = |words: &'static [(u32, u32)]| prop::sample::select(words);
    prop_oneof![
        any::<u32>(),
        (any::<u32>(), any_of(legal::WORDS))
            .prop_map(|(random, (mask, bits))| random & !mask | bits),
    ]
}

/// Which fields decide whether a word is legal: opcode, funct3 and funct7. All
/// their values are tried, with the rest all zeroes, all ones, and mixed.
#[test]
fn a_word_is_an_instruction_if_and_only_if_the_specification_lists_it() {
    for funct7 in 0..1 << 7 {
        for funct3 in 0..1 << 3 {
            for opcode in 0..1 << 7 {
                for rest in [0, u32::MAX, 0x0010_0000, 0x5555_5555, 0xaaaa_aaaa] {
                    let word = rest & 0x01ff_8f80 | funct7 << 25 | funct3 << 12 | opcode;
                    let instruction = Instruction::decode(word);
                    assert_eq!(instruction.is_some(), is_legal(word), "{word:#010x}");
                    if let Some(instruction) = instruction {
                        assert_eq!(instruction.encode(), word, "{word:#010x}: {instruction}");
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_word_survives_decoding_and_encoding(word in word()) {
        let instruction = Instruction::decode(word);
        prop_assert_eq!(instruction.is_some(), is_legal(word));
        if let Some(instruction) = instruction {
            prop_assert_eq!(instruction.encode(), word);
            prop_assert_eq!(Instruction::decode(instruction.encode()), Some(instruction));
        }
    }

    #[test]
    fn any_word_can_be_printed(word in word(), pc: u32) {
        if let Some(instruction) = Instruction::decode(word) {
            prop_assert!(!instruction.to_string().is_empty());
            prop_assert!(!instruction.at(pc).to_string().is_empty());
        }
    }
}

#[test]
fn an_instruction_says_where_it_goes_if_one_says_where_it_is() {
    let at = |word, pc| Instruction::decode(word).unwrap().at(pc).to_string();
    assert_eq!(at(0x00b5_0463, 0x1_0000), "beq a0,a1,0x10008");
    assert_eq!(at(0xffdf_f06f, 0x1_0000), "jal zero,0xfffc");
    assert_eq!(at(0xffdf_f06f, 0), "jal zero,0xfffffffc");
    // All others are the same wherever they are.
    assert_eq!(at(0x0015_0513, 0x1_0000), "addi a0,a0,1");
}

#[test]
fn an_immediate_is_whatever_fits_and_nothing_else() {
    fn check<const BITS: u32, const STEP: i32>(least: i32, greatest: i32) {
        assert_eq!(Immediate::<BITS, STEP>::MIN, least);
        assert_eq!(Immediate::<BITS, STEP>::MAX, greatest);
        let around = |value: i32| value.saturating_sub(3 * STEP)..=value.saturating_add(3 * STEP);
        let zero = -3 * STEP..=3 * STEP;
        for value in around(least).chain(zero).chain(around(greatest)) {
            let fits = (least..=greatest).contains(&value) && value % STEP == 0;
            let made = Immediate::<BITS, STEP>::new(value);
            assert_eq!(made.map(Immediate::get), fits.then_some(value), "{value}");
        }
    }
    check::<12, 1>(-2048, 2047);
    check::<13, 2>(-4096, 4094);
    check::<21, 2>(-1_048_576, 1_048_574);
    check::<32, 4096>(i32::MIN, i32::MAX - 4095);

    assert_eq!(Imm12::new(2048), None);
    assert_eq!(Imm12::from_low_bits(0x1800).get(), -2048);
    assert_eq!(BranchOffset::from_low_bits(0x1001).get(), -4096);
    assert_eq!(JumpOffset::from_low_bits(0xffff_ffff).get(), -2);
    assert_eq!(Upper::from_low_bits(0xffff_ffff).get(), -4096);
    assert_eq!(Shamt::new(0).map(Shamt::get), Some(0));
    assert_eq!(Shamt::new(u32::MAX), None);
}

#[test]
fn a_register_is_found_by_each_of_its_names_and_by_no_other() {
    for register in Register::all() {
        let number = register.number();
        assert_eq!(Register::new(number), Some(register));
        assert_eq!(
            Register::from_low_bits(u32::from(number) | 0xffe0),
            register
        );
        assert_eq!(Register::named(register.name()), Some(register));
        assert_eq!(Register::named(&format!("x{number}")), Some(register));
    }
    assert_eq!(Register::all().count(), 32);
    assert_eq!(Register::named("fp"), Register::named("s0"));
    for no_name in [
        "", "x", "x32", "x01", "X1", "A0", "a8", "s12", "t7", " a0", "a0 ", "x-1",
    ] {
        assert_eq!(Register::named(no_name), None, "{no_name}");
    }
    for out_of_range in 32..=255 {
        assert_eq!(Register::new(out_of_range), None);
    }
}

#[test]
fn a_set_of_accesses_has_its_letters_in_order() {
    let names = [
        "w", "r", "rw", "o", "ow", "or", "orw", "i", "iw", "ir", "irw", "io", "iow", "ior", "iorw",
    ];
    for name in names {
        assert_eq!(AccessSet::named(name).unwrap().to_string(), name);
    }
    for no_name in ["", "wr", "rr", "x", "iorwx", "RW"] {
        assert_eq!(AccessSet::named(no_name), None, "{no_name}");
    }
}
