//! Programs that are wrong: each `docs/wrong/NAME.rs` is refused by the compiler, with the
//! words of `NAME.stderr`.
//!
//! `TRYBUILD=overwrite cargo test --test book` writes these files anew.

#[test]
fn wrong_programs_are_refused_as_told() {
    let programs = trybuild::TestCases::new();
    programs.compile_fail("docs/wrong/*.rs");
}
