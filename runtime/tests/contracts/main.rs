//! The runtime's contracts, sentence by sentence: each file begins with its
//! contract, and each test has the sentence as its name that it proves.

#[path = "../support/mod.rs"]
mod support;

mod aftermath;
mod deadlock;
mod doors;
mod excepthook;
mod kill;
mod listener;
mod reports;
mod rings;
mod unwinding;
