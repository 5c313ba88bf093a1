//! Bytes as text between quotation marks, so that they do no harm to a terminal.

/// As many characters of a text are shown as strace shows bytes.
// ANCHOR: most
pub(super) const MOST: u32 = 32;
// ANCHOR_END: most

/// `"hello\n"`, and `"hello, wor"...` if that is not all of a text of `length` bytes.
/// What is no letter of ASCII is written as in Rust: `\n`, `\x00`.
// ANCHOR: quoted
pub(super) fn quoted(bytes: &[u8], length: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for byte in bytes {
        let letter = match byte {
            b'\'' => "'".into(),
            byte => byte.escape_ascii().to_string(),
        };
        if text.len() + letter.len() > MOST as usize {
            break;
        }
        text += &letter;
        shown += 1;
    }
    let rest = if shown < length { "..." } else { "" };
    format!("\"{text}\"{rest}")
}
// ANCHOR_END: quoted

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_after_32_characters_and_between_bytes() {
        let all = |bytes: &[u8]| quoted(bytes, bytes.len());
        assert_eq!(all(b""), r#""""#);
        assert_eq!(all(b"it's \"so\"\n"), r#""it's \"so\"\n""#);
        assert_eq!(all(&[b'a'; 32]), format!("{:?}", "a".repeat(32)));
        assert_eq!(all(&[b'a'; 33]), format!("{:?}...", "a".repeat(32)));
        assert_eq!(quoted(b"abc", 4), r#""abc"..."#);
        assert_eq!(all(&[0; 9]), format!("\"{}\"...", r"\x00".repeat(8)));
        assert_eq!(all(b"\x1b[2J"), r#""\x1b[2J""#);
    }
}
