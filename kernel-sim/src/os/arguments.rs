//! What is on the stack of a program when it begins: how it was called. Read next:
//! `boot.rs`.
//!
//! Its first instruction finds at sp how many arguments there are, and behind it
//! where their bytes are, as on Linux. In C, `main(argc, argv)` gets them from
//! whatever is at `_start`.
//!
//! ```text
//!   0x8000_0000 ┌──────────────┐
//!               │ padding      │ ─┐
//!               │ "…\0"        │  │ the bytes of the arguments
//!   argv[0] ──▶ │ "hello\0"    │ ─┘
//!               ├──────────────┤
//!               │ 0, 0         │ the end of the auxiliary vector, AT_NULL
//!               │ 0            │ the end of the environment: it is empty
//!               │ 0            │ the end of argv
//!               │ …            │
//!               │ argv[0]      │ the address of the program's name
//!               │ argc         │ a word, as all of these
//!               └──────────────┘ ◀ sp at the start, a multiple of 16
//! ```
//!
//! Source: System V ABI, "Process Initialization"; RISC-V calling convention, on
//! the alignment; `getauxval(3)`, on AT_NULL.

/// Words that are there whatever the arguments are: argc, the ends of argv and
/// of the environment, and of the auxiliary vector, which is a pair.
// ANCHOR: size
const WORDS: u64 = 5;

/// How many bytes it will be.
pub(super) fn size(arguments: &[impl AsRef<[u8]>]) -> u64 {
    let words = WORDS + arguments.len() as u64;
    let lengths = arguments.iter().map(|text| text.as_ref().len() as u64 + 1);
    let bytes: u64 = lengths.sum();
    (4 * words + bytes).next_multiple_of(16)
}
// ANCHOR_END: size

/// The bytes from sp up to `end`, which is the end of the stack. There is room
/// for them: see [`size`].
// ANCHOR: lay_out
pub(super) fn lay_out(arguments: &[impl AsRef<[u8]>], end: u32) -> Vec<u8> {
    let size = size(arguments) as usize;
    let mut words = vec![arguments.len() as u32];
    let mut texts = Vec::new();
    let first_text = end - size as u32 + 4 * (WORDS as u32 + arguments.len() as u32);
    for argument in arguments {
        words.push(first_text + texts.len() as u32);
        texts.extend(argument.as_ref());
        texts.push(0);
    }
    words.extend([0; WORDS as usize - 1]);
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.extend(texts);
    bytes.resize(size, 0);
    bytes
}
// ANCHOR_END: lay_out
