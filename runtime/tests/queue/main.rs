//! `runtime::queue`: what is promised of queues.

#[path = "../support/mod.rs"]
mod support;

#[path = "../sync/model.rs"]
#[allow(dead_code, reason = "no wait for a queue closes a ring")]
mod model;
#[path = "../sync/steps.rs"]
#[allow(dead_code, reason = "a part of it is needed")]
mod steps;

mod ending;
mod guards;
mod kills;
mod order;
mod panics;
mod places;
mod random;
mod reports;
