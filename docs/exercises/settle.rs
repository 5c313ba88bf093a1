//! How long branches become.

use kernel_sim::machine::asm::{Layout, assemble};

/// What a section consists of.
#[derive(Clone, Copy)]
enum Piece {
    /// So many bytes.
    Bytes(u32),
    /// A branch to where the piece with this number begins.
    Branch(usize),
}

/// What the reader begins with.
mod start {
    use super::Piece;

    // ANCHOR: start
    // How long each piece is. A branch has four bytes if it goes less than 4096 bytes away, or
    // 4096 bytes back, and else eight.
    pub(super) fn lengths(pieces: &[Piece]) -> Vec<u32> {
        let short = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => *bytes,
            Piece::Branch(_) => 4,
        };
        let mut lengths: Vec<u32> = pieces.iter().map(short).collect();
        for (at, piece) in pieces.iter().enumerate() {
            if let Piece::Branch(to) = *piece {
                let place = |index: usize| i64::from(lengths[..index].iter().sum::<u32>());
                let distance = place(to) - place(at);
                if !(-4096..4096).contains(&distance) {
                    lengths[at] = 8;
                }
            }
        }
        lengths
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Piece;

    // ANCHOR: solution
    pub(super) fn lengths(pieces: &[Piece]) -> Vec<u32> {
        let short = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => *bytes,
            Piece::Branch(_) => 4,
        };
        let mut lengths: Vec<u32> = pieces.iter().map(short).collect();
        loop {
            let before = lengths.clone();
            for (at, piece) in pieces.iter().enumerate() {
                if let Piece::Branch(to) = *piece {
                    let place = |index: usize| i64::from(lengths[..index].iter().sum::<u32>());
                    let distance = place(to) - place(at);
                    if !(-4096..4096).contains(&distance) {
                        lengths[at] = 8;
                    }
                }
            }
            if lengths == before {
                return lengths;
            }
        }
    }
    // ANCHOR_END: solution
}

type Lengths = fn(&[Piece]) -> Vec<u32>;

pub(super) fn check_start() {
    check(start::lengths);
}

pub(super) fn check_solution() {
    check(solution::lengths);
}

/// Where the real assembler has put the pieces, and their end.
fn assembled(pieces: &[Piece]) -> Vec<u32> {
    let code = pieces.iter().enumerate().map(|(at, piece)| match piece {
        Piece::Bytes(bytes) => format!("l{at}: .zero {bytes}\n"),
        Piece::Branch(to) => format!("l{at}: beqz a0, l{to}\n"),
    });
    let text = format!("{}l{}:", String::from_iter(code), pieces.len());
    let image = assemble("pieces.s", &text, Layout::default()).expect("it is right");
    let places = (0..=pieces.len()).map(|at| image.symbol(&format!("l{at}")));
    places
        .map(|symbol| symbol.expect("it is defined").value)
        .collect()
}

fn check(lengths: Lengths) {
    let same = |pieces: &[Piece]| {
        let places = assembled(pieces);
        let expected: Vec<_> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(lengths(pieces), expected);
    };
    // Around the border, in both directions.
    for bytes in [0, 4084, 4088, 4092, 4096, 4100] {
        same(&[Piece::Branch(2), Piece::Bytes(bytes), Piece::Bytes(4)]);
        same(&[Piece::Bytes(bytes), Piece::Branch(0)]);
    }
    // Each goes over the next one, and the last one is long.
    let mut row = Vec::new();
    for at in 0..20 {
        row.extend([Piece::Branch(2 * at + 3), Piece::Bytes(4084)]);
    }
    row.extend([Piece::Branch(0), Piece::Bytes(4)]);
    same(&row);
    // The same, and the last one may be short: all of them can be.
    row[40] = Piece::Branch(41);
    let branches = lengths(&row).into_iter().step_by(2);
    assert_eq!(branches.collect::<Vec<_>>(), [4; 21]);
}
