//! `runtime::thread_local!`: what std's does for the threads of the operating
//! system, and values that a thread inherits.

#[path = "../support/mod.rs"]
mod support;

mod inherited;
mod values;
