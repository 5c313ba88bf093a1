//! Bytes as a string that the assembler reads back.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // A string, with its quotes, that stands for these bytes behind `.ascii`. It has only ASCII
    // characters in it, and none that would move a terminal's cursor.
    pub(super) fn in_quotes(bytes: &[u8]) -> String {
        let escaped = bytes.iter().map(|&byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\x{byte:02x}"), // And if the next one is an `a`?
        });
        format!("\"{}\"", escaped.collect::<String>())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn in_quotes(bytes: &[u8]) -> String {
        let escaped = bytes.iter().map(|&byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\{byte:03o}"),
        });
        format!("\"{}\"", escaped.collect::<String>())
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::in_quotes);
}

pub(super) fn check_solution() {
    check(solution::in_quotes);
}

/// The assembler has to read the same bytes again, without a warning.
fn check(answer: fn(&[u8]) -> String) {
    let all: Vec<u8> = (0..=255).collect();
    let pairs = all.iter().flat_map(|&byte| [byte, b'a', byte, b'7', byte]);
    let texts = [
        Vec::new(),
        b"Hello, world!\n".to_vec(),
        br#"C:\new "folder""#.to_vec(),
        "größe".into(),
        b"# no comment; nor an end // */".to_vec(),
        all.clone(),
        pairs.collect(),
    ];
    for bytes in texts {
        let quoted = answer(&bytes);
        assert!(quoted.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let program = format!(".globl _start\n_start: nop\n.data\n.ascii {quoted}\n");
        let image = match assemble("quoted.s", program, Layout::default()) {
            Ok(image) => image,
            Err(errors) => panic!("{errors}"),
        };
        assert!(image.warnings.is_empty(), "{}", image.warnings[0]);
        assert_eq!(image.data.bytes, bytes, "{quoted}");
    }
}
