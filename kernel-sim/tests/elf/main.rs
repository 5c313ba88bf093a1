//! Executables as compilers make them: what runs, what is refused and in which
//! words, and that no bytes at all do harm.
//!
//! The files `c/*.elf` were compiled from the C programs beside them, and so
//! `cargo test` needs no compiler. `BLESS=1 REQUIRE_RISCV_GCC=1 cargo test -p
//! kernel-sim --test elf` compiles them anew.

#![cfg(feature = "machine")]

mod compiled;
mod file;
mod programs;
mod random;
mod refused;
#[path = "../tools/mod.rs"]
mod tools;
