//! A guard for writing passes for one of a value with a shorter life.

use runtime::sync::{RwLockReadGuard, RwLockWriteGuard};

type Board = &'static str;

// ANCHOR: shorter
fn to_read<'a>(guard: RwLockReadGuard<'a, Board>) -> RwLockReadGuard<'a, &'a str> {
    guard
}

fn to_write<'a>(guard: RwLockWriteGuard<'a, Board>) -> RwLockWriteGuard<'a, &'a str> {
    guard
}
// ANCHOR_END: shorter

fn main() {
    let _ = (to_read, to_write);
}
