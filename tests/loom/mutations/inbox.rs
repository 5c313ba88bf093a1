//! What is broken in the copies of `inbox.rs`.

use super::{Mutation, SLEPT_THROUGH, mutation};

pub(crate) const INBOX: &[Mutation] = &[
    // Waking the loop.
    mutation(
        "post_does_not_ring",
        "self.bell.notify_one();
        Ok(())",
        "Ok(())",
        "wake",
        SLEPT_THROUGH,
    ),
    mutation(
        "close_door_does_not_ring",
        "self.lock().doors -= 1;
        self.bell.notify_one();",
        "self.lock().doors -= 1;",
        "last_door",
        SLEPT_THROUGH,
    ),
    mutation(
        "close_door_rings_too_early",
        "self.lock().doors -= 1;
        self.bell.notify_one();",
        "self.bell.notify_one();
        self.lock().doors -= 1;",
        "last_door",
        SLEPT_THROUGH,
    ),
    mutation(
        "wait_looks_without_the_lock",
        "let mut state = self.lock();
        match timeout {",
        "let mut empty = self.lock().messages.is_empty();
        let mut state = self.lock();
        match timeout {
            None if empty => loop {
                if state.doors == 0 {
                    return false;
                }
                state = ignore_poison(self.bell.wait(state));
                if !state.messages.is_empty() {
                    return true;
                }
            },",
        "wake",
        SLEPT_THROUGH,
    ),
    mutation(
        "wait_does_not_look_again",
        "while state.messages.is_empty() {",
        "if state.messages.is_empty() {",
        "last_door",
        "woken for nothing",
    ),
    mutation(
        "wait_looks_at_the_doors_first",
        "while state.messages.is_empty() {",
        "while state.doors == 0 || state.messages.is_empty() {",
        "last_door",
        "a letter was posted",
    ),
    mutation(
        "wait_with_a_timeout_does_not_look",
        "if state.messages.is_empty() {",
        "{",
        "wait_timeout",
        SLEPT_THROUGH,
    ),
    // The flag.
    mutation(
        "post_sets_no_flag",
        "self.mail.store(true, Ordering::Relaxed);",
        "",
        "wake",
        "woken for nothing",
    ),
    mutation(
        "post_sets_the_flag_without_the_lock",
        "self.mail.store(true, Ordering::Relaxed);
        self.bell.notify_one();",
        "self.bell.notify_one();
        drop(state);
        self.mail.store(true, Ordering::Relaxed);",
        "wake",
        "woken for nothing",
    ),
    mutation(
        "take_clears_the_flag_without_the_lock",
        "self.empty(&mut self.lock())",
        "let messages = std::mem::take(&mut self.lock().messages);
        self.mail.store(false, Ordering::Relaxed);
        messages",
        "overlook",
        "hides a letter",
    ),
    mutation(
        "take_does_not_clear_the_flag",
        "self.mail.store(false, Ordering::Relaxed);",
        "",
        "overlook",
        "looks for nothing",
    ),
    // The end of the loop.
    mutation(
        "close_does_not_say_closed",
        "state.closed = true;",
        "",
        "close",
        "lost or doubled",
    ),
    mutation(
        "close_loses_what_is_left",
        "self.empty(&mut state)",
        "drop(self.empty(&mut state));
        Vec::new()",
        "close",
        "lost or doubled",
    ),
];
