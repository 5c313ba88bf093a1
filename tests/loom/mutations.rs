//! What is broken in the copies of the files that ship: one thing in each copy,
//! and a model that must notice. So each of these lines is there for a reason,
//! and each of these models sees what it is there for.

pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    /// Occurs once in the file that ships.
    pub(crate) text: &'static str,
    pub(crate) becomes: &'static str,
    /// The model that fails, and words from what it says then.
    pub(crate) model: &'static str,
    pub(crate) report: &'static str,
}

/// loom saw two threads use a `Cell` with nothing that orders them.
const RACE: &str = "Causality violation";
/// loom saw that nobody can go on.
const SLEPT_THROUGH: &str = "deadlock";
/// The models' own.
const NOT_DROPPED_ONCE: &str = "so often the result was dropped";

const fn mutation(
    name: &'static str,
    text: &'static str,
    becomes: &'static str,
    model: &'static str,
    report: &'static str,
) -> Mutation {
    Mutation {
        name,
        text,
        becomes,
        model,
        report,
    }
}

/// Of `join.rs`.
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
        "announce_is_relaxed",
        "swap(ENDED, Ordering::Release)",
        "swap(ENDED, Ordering::Relaxed)",
        "join",
        RACE,
    ),
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
        "KEPT => self.result.take(),",
        "KEPT => None,",
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

/// Of `inbox.rs`.
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
