//! What green threads do, as a program sees it: the order in which they run,
//! how they begin, wait and end, and what they are called.

#[path = "../support/mod.rs"]
mod support;

mod daemons;
mod ending;
mod exit_hooks;
mod join;
mod names;
mod order;
mod park;
mod results;
mod start;
mod time;
mod timer;
