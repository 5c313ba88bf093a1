//! The assembler, from outside: what it makes of texts, compared with what
//! GNU's tools make of them.

#[path = "../tools/mod.rs"]
mod tools;

mod differential;
mod gnu;
mod recorded;
