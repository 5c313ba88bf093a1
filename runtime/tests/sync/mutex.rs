//! [`Mutex`](runtime::sync::Mutex).
//!
//! - What std says of it: `as_std.rs`, each test once with std and once here.
//! - Who gets it, and when: `order.rs`.
//! - What becomes of it when a thread is killed, panics or unwinds: `ends.rs`.
//! - Outside of runtimes, in one after the other, and in two at a time:
//!   `places.rs`.
//! - Random threads against a plain model: `random.rs`.

mod as_std;
mod ends;
mod loggers;
mod order;
mod places;
mod random;
