//! When it is known how far it is.

use kernel_sim::machine::asm::{Layout, assemble};

/// What a section consists of.
#[derive(Clone, Copy)]
enum Piece {
    /// So many bytes.
    Bytes(u32),
    /// A branch, of four or eight bytes.
    Branch,
}

/// What the reader begins with.
mod start {
    use super::Piece;

    // ANCHOR: start
    // How far it is from where the piece `from` begins to where `to` begins, which is not before
    // it, if that is known already.
    pub(super) fn distance(pieces: &[Piece], from: usize, to: usize) -> Option<u32> {
        let length = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => *bytes,
            Piece::Branch => 4, // Or eight.
        };
        Some(pieces[from..to].iter().map(length).sum())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Piece;

    // ANCHOR: solution
    pub(super) fn distance(pieces: &[Piece], from: usize, to: usize) -> Option<u32> {
        let length = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => Some(*bytes),
            Piece::Branch => None,
        };
        pieces[from..to].iter().map(length).sum()
    }
    // ANCHOR_END: solution
}

type Distance = fn(&[Piece], usize, usize) -> Option<u32>;

pub(super) fn check_start() {
    check(start::distance);
}

pub(super) fn check_solution() {
    check(solution::distance);
}

/// The real assembler makes so much space, or says that it does not know yet how much.
fn check(distance: Distance) {
    use Piece::{Branch, Bytes};
    let pieces = [
        Bytes(4),
        Bytes(12),
        Branch,
        Bytes(8),
        Branch,
        Branch,
        Bytes(16),
        Bytes(0),
    ];
    let code = pieces.iter().enumerate().map(|(at, piece)| match piece {
        Bytes(bytes) => format!("l{at}: .zero {bytes}\n"),
        Branch => format!("l{at}: beqz a0, l0\n"),
    });
    let code = String::from_iter(code);
    let count = pieces.len();
    for to in 0..=count {
        for from in 0..=to {
            let text = format!("{code}l{count}: .data\n .zero l{to} - l{from}\n");
            let image = assemble("pieces.s", &text, Layout::default());
            let known = image.ok().map(|image| image.data.bytes.len() as u32);
            let answer = distance(&pieces, from, to);
            assert_eq!(answer, known, "from l{from} to l{to}");
        }
    }
}
