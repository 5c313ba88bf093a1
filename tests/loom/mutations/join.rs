//! What is broken in the copies of `join.rs`.

use super::{Mutation, RACE, SLEPT_THROUGH, mutation};

/// The models' own words.
const NOT_DROPPED_ONCE: &str = "so often the result was dropped";

pub(crate) const JOIN: &[Mutation] = &[
    // The orders.
    mutation(
        "keep_is_relaxed",
        "(EMPTY, KEPT, Ordering::Release, Ordering::Relaxed)",
        "(EMPTY, KEPT, Ordering::Relaxed, Ordering::Relaxed)",
        "detach",
        RACE,
    ),
    mutation(
        "take_is_relaxed",
        "swap(UNWANTED, Ordering::Acquire)",
        "swap(UNWANTED, Ordering::Relaxed)",
        "detach",
        RACE,
    ),
    mutation(
        "look_before_take_is_relaxed",
        "match self.state.load(Ordering::Acquire) {",
        "match self.state.load(Ordering::Relaxed) {",
        "detach",
        RACE,
    ),
    // ANCHOR: announce_is_relaxed
    mutation(
        "announce_is_relaxed",
        "swap(ENDED, Ordering::Release)",
        "swap(ENDED, Ordering::Relaxed)",
        "join",
        RACE,
    ),
    // ANCHOR_END: announce_is_relaxed
    mutation(
        "has_come_is_relaxed",
        "load(Ordering::Acquire) == ENDED",
        "load(Ordering::Relaxed) == ENDED",
        "is_alive",
        RACE,
    ),
    mutation(
        "seeing_the_end_is_relaxed",
        "(ALIVE, AWAITED, Ordering::Relaxed, Ordering::Acquire)",
        "(ALIVE, AWAITED, Ordering::Relaxed, Ordering::Relaxed)",
        "join",
        RACE,
    ),
    // Waiting.
    mutation(
        "announce_overwrites_who_asks",
        "self.state.swap(ENDED, Ordering::Release) == AWAITED",
        "{ let was = self.state.load(Ordering::Relaxed); \
           self.state.store(ENDED, Ordering::Release); was } == AWAITED",
        "join",
        SLEPT_THROUGH,
    ),
    mutation(
        "announce_does_not_ring",
        "self.ring();",
        "",
        "join",
        SLEPT_THROUGH,
    ),
    // ANCHOR: ring_takes_no_lock
    mutation(
        "ring_takes_no_lock",
        "drop(ignore_poison(self.waiting.lock()));",
        "",
        "join",
        SLEPT_THROUGH,
    ),
    mutation(
        "ring_wakes_one",
        "notify_all",
        "notify_one",
        "many_joiners",
        SLEPT_THROUGH,
    ),
    // ANCHOR_END: ring_takes_no_lock
    mutation(
        "wait_looks_without_the_lock",
        "let mut waiting = ignore_poison(self.waiting.lock());
        while !self.is_awaited_end() {",
        "let ended = self.is_awaited_end();
        let mut waiting = ignore_poison(self.waiting.lock());
        if !ended {",
        "join",
        SLEPT_THROUGH,
    ),
    mutation(
        "wait_does_not_ask",
        "while !self.is_awaited_end() {",
        "while !self.has_come() {",
        "join",
        SLEPT_THROUGH,
    ),
    mutation(
        "wait_does_not_look_again",
        "while !self.is_awaited_end() {",
        "if !self.is_awaited_end() {",
        "join_timeout",
        RACE,
    ),
    mutation(
        "wait_until_does_not_ask",
        "if self.is_awaited_end() {",
        "if self.has_come() {",
        "join_timeout",
        SLEPT_THROUGH,
    ),
    mutation(
        "wait_until_says_that_it_ended",
        "if left.is_zero() {
                return false;",
        "if left.is_zero() {
                return true;",
        "join_timeout",
        RACE,
    ),
    mutation(
        "who_asks_overwrites_the_end",
        "compare_exchange(ALIVE, AWAITED, Ordering::Relaxed, Ordering::Acquire);",
        "compare_exchange(ALIVE, AWAITED, Ordering::Relaxed, Ordering::Acquire);
        self.state.store(AWAITED, Ordering::Relaxed);",
        "join",
        "there is no end",
    ),
    // The result.
    mutation(
        "keep_ignores_that_it_is_unwanted",
        "Err(_unwanted) => self.result.take(),",
        "Err(_unwanted) => None,",
        "detach",
        NOT_DROPPED_ONCE,
    ),
    mutation(
        "keep_overwrites_unwanted",
        ".compare_exchange(EMPTY, KEPT, Ordering::Release, Ordering::Relaxed);
        match kept {
            Ok(_)",
        ".swap(KEPT, Ordering::Release);
        match if kept == UNWANTED { Err(()) } else { Ok(()) } {
            Ok(_)",
        "detach",
        RACE,
    ),
    mutation(
        "take_ignores_what_was_kept",
        "        self.result.take()\n    }",
        "        None\n    }",
        "join",
        "no result",
    ),
    mutation(
        "take_does_not_say_unwanted",
        "self.state.swap(UNWANTED, Ordering::Acquire)",
        "self.state.load(Ordering::Acquire)",
        "detach",
        NOT_DROPPED_ONCE,
    ),
];
