//! A computer that can be looked into: a CPU of the RISC-V family, memory in
//! sections, and an assembler.
//!
//! The machine knows nothing of processes. Whoever gives it registers and an
//! address space gets them back when something happens that the program cannot
//! settle alone: a *trap*.
//!
//! # Reading order
//!
//! 1. [`isa`]: what instructions there are.
//! 2. [`memory`]: the sections of an address space, and what may be done where.
//! 3. [`cpu`]: what the instructions do, and what stops them.
//! 4. [`asm`]: how programs are written for it.
//!
//! What the programs become is in `os.rs`, which is to be read next.

pub mod asm;
pub mod cpu;
pub mod isa;
pub mod memory;
