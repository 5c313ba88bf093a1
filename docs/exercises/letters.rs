//! Bytes of a stranger on a terminal.

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The first bytes of a text of which `length` bytes were written. Whatever stands in
    // them, it shall be one line, and no terminal shall obey it.
    pub(super) fn shown(bytes: &[u8], length: usize) -> String {
        let rest = if bytes.len() < length { "..." } else { "" };
        format!("\"{}\"{rest}", String::from_utf8_lossy(bytes))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn shown(bytes: &[u8], length: usize) -> String {
        let rest = if bytes.len() < length { "..." } else { "" };
        format!("\"{}\"{rest}", bytes.escape_ascii())
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[u8], usize) -> String;

pub(super) fn check_start() {
    check(start::shown);
}

pub(super) fn check_solution() {
    check(solution::shown);
}

/// Every byte can be told from every other one, and none is anything but a letter.
fn check(shown: Answer) {
    assert_eq!(shown(b"hello", 5), "\"hello\"");
    assert_eq!(shown(b"hello", 6), "\"hello\"...");
    let all: Vec<String> = (0..=255).map(|byte| shown(&[byte], 1)).collect();
    for (byte, text) in all.iter().enumerate() {
        let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        assert!(is_plain, "{byte}");
        assert_eq!(all.iter().filter(|other| *other == text).count(), 1);
    }
    // A text cannot look as if it had ended, and another one had begun.
    let inner = shown(b"\", \"", 4);
    let quotes = inner.replace("\\\"", "").matches('"').count();
    assert_eq!(quotes, 2);
}
