//! Bad input, and calls that cannot be obeyed: each gets a typed error that
//! says what to do, and nothing is lost by it.

#[path = "../support/mod.rs"]
mod support;

mod after_the_end;
mod input;
mod no_stack;
mod outside;
mod settings;
