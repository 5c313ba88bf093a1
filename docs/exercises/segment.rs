//! The name of a function, out of its path.

use std::any::type_name;
use std::collections::BTreeMap;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn last_segment(path: &str) -> String {
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn last_segment(path: &str) -> String {
        let mut segment = String::new();
        let mut depth = 0;
        for character in path.chars() {
            match character {
                '<' => depth += 1,
                '>' => depth -= 1,
                ':' if depth == 0 => segment.clear(),
                character if depth == 0 => segment.push(character),
                _ => {}
            }
        }
        segment
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::last_segment);
}

pub(super) fn check_solution() {
    check(solution::last_segment);
}

fn check(last_segment: fn(&str) -> String) {
    let texts = [
        ("tea", "tea"),
        ("timer::tea", "tea"),
        ("a::b::f<alloc::string::String>", "f"),
        ("<u32 as core::default::Default>::default", "default"),
        ("a::f<b::T<c::U>, d::V>", "f"),
        (type_name::<BTreeMap<String, Option<Vec<u8>>>>(), "BTreeMap"),
    ];
    for (path, expected) in texts {
        assert_eq!(last_segment(path), expected, "{path}");
    }
}
