//! Variables in an order that leaves no gaps.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Puts variables, each with a size and an alignment, in an order in which they take as little
    // room as possible. Each size is a multiple of its alignment, which is a power of two.
    pub(super) fn order(variables: &mut [(u32, u32)]) {
        variables.sort(); // The small ones first.
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use std::cmp::Reverse;

    // ANCHOR: solution
    pub(super) fn order(variables: &mut [(u32, u32)]) {
        variables.sort_by_key(|(_, alignment)| Reverse(*alignment));
    }
    // ANCHOR_END: solution
}

type Order = fn(&mut [(u32, u32)]);

pub(super) fn check_start() {
    check(start::order);
}

pub(super) fn check_solution() {
    check(solution::order);
}

/// The real assembler puts them one behind the other.
fn room(variables: &[(u32, u32)]) -> u32 {
    let lines = variables.iter().map(|(size, alignment)| {
        format!(".balign {alignment}\n.zero {size}\n") // A label would stand between them.
    });
    let text = format!(".data\n{}", String::from_iter(lines));
    let image = assemble("variables.s", &text, Layout::default()).expect("it is right");
    image.data.bytes.len() as u32
}

fn check(order: Order) {
    let rows: [&[(u32, u32)]; 4] = [
        &[(1, 1), (4, 4), (2, 2), (8, 8), (3, 1)],
        &[(64, 1), (4, 4), (6, 2), (4, 4)],
        &[(2, 2), (2, 1), (16, 16), (1, 1), (8, 4)],
        &[(1, 1)],
    ];
    for row in rows {
        for rotation in 0..row.len() {
            let mut variables = row.to_vec();
            variables.rotate_left(rotation);
            order(&mut variables);
            let mut kept = variables.clone();
            let mut all = row.to_vec();
            kept.sort();
            all.sort();
            assert_eq!(kept, all, "some are lost");
            let least: u32 = row.iter().map(|(size, _)| size).sum();
            assert_eq!(room(&variables), least, "{variables:?}");
        }
    }
}
