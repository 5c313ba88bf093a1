//! Where the sections of a part of the program go.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Where each of these sections begins, which have a size and an alignment, a power of two.
    // They come in this order, and what is in front of all of them ends at `end`.
    pub(super) fn place(mut end: u32, sections: &[(u32, u32)]) -> Vec<u32> {
        let mut starts = Vec::new();
        for (size, alignment) in sections {
            end = end.next_multiple_of(*alignment);
            starts.push(end);
            end += size;
        }
        starts // The assembler does not quite agree.
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn place(mut end: u32, sections: &[(u32, u32)]) -> Vec<u32> {
        let strictest = sections.iter().map(|(_, alignment)| *alignment).max();
        end = end.next_multiple_of(strictest.unwrap_or(1));
        let mut starts = Vec::new();
        for (size, alignment) in sections {
            end = end.next_multiple_of(*alignment);
            starts.push(end);
            end += size;
        }
        starts
    }
    // ANCHOR_END: solution
}

type Place = fn(u32, &[(u32, u32)]) -> Vec<u32>;

pub(super) fn check_start() {
    check(start::place);
}

pub(super) fn check_solution() {
    check(solution::place);
}

/// Behind code of some length, the real assembler puts sections that are only read.
fn check(place: Place) {
    let rows: [&[(u32, u32)]; 5] = [
        &[],
        &[(3, 1), (5, 4), (1, 1)],
        &[(8, 8), (1, 1), (8, 16)],
        &[(1, 2), (1, 64)],
        &[(7, 1), (7, 1), (4, 4), (0, 32), (1, 1)],
    ];
    for words in 1..12 {
        for sections in rows {
            let mut text = format!(".globl _start\n_start: .zero 4 * {words}\n");
            for (at, (size, alignment)) in sections.iter().enumerate() {
                text += &format!(".section .rodata.s{at}\n .balign {alignment}\n");
                text += &format!("l{at}: .zero {size}\n");
            }
            let image = assemble("parts.s", &text, Layout::default()).expect("it is right");
            let starts = (0..sections.len()).map(|at| image.symbol(&format!("l{at}")));
            let starts = starts.map(|symbol| symbol.expect("it is defined").value);
            let starts: Vec<_> = starts.collect();
            assert_eq!(place(image.text.end(), sections), starts, "{sections:?}");
        }
    }
}
