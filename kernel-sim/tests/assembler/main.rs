//! The assembler, from outside: what it makes of texts, compared with what
//! GNU's tools make of them, and what it says of texts that are wrong.

#![cfg(feature = "machine")]

#[path = "../tools/mod.rs"]
mod tools;

mod differential;
mod gnu;
mod messages;
mod recorded;
mod soup;
mod translation;
