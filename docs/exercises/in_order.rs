//! Sums of addresses that are calculated in one order and not in another.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The addresses `plus` less the addresses `minus`, in an order in which the assembler can
    // calculate them. `None` if there is no such order.
    pub(super) fn in_order(plus: &[&str], minus: &[&str]) -> Option<String> {
        let sum = plus.join(" + "); // A sum of two addresses?
        let less = |sum, name: &&str| format!("{sum} - {name}");
        Some(minus.iter().fold(sum, less))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn in_order(plus: &[&str], minus: &[&str]) -> Option<String> {
        let left_over = plus.len().checked_sub(minus.len())?;
        let pairs = plus
            .iter()
            .enumerate()
            .map(|(at, name)| match minus.get(at) {
                Some(less) => format!("{name} - {less}"),
                None => (*name).to_owned(),
            });
        (left_over <= 1).then(|| pairs.collect::<Vec<_>>().join(" + "))
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[&str], &[&str]) -> Option<String>;

pub(super) fn check_start() {
    check(start::in_order);
}

pub(super) fn check_solution() {
    check(solution::in_order);
}

const LABELS: [(&str, i64); 4] = [("a", 0), ("b", 4), ("c", 12), ("d", 100)];

/// The assembler has to take it, and to come to the same sum; and where nothing is answered,
/// there are too many addresses of one kind.
fn check(answer: Answer) {
    let rows: Vec<Vec<(&str, i64)>> = (0..=4)
        .flat_map(|count| (0..4).map(move |from| (count, from)))
        .map(|(count, from)| LABELS.into_iter().cycle().skip(from).take(count).collect())
        .collect();
    for plus in &rows {
        for minus in &rows {
            if plus.is_empty() && minus.is_empty() {
                continue;
            }
            let names = |row: &[(&'static str, i64)]| -> Vec<&'static str> {
                row.iter().map(|&(name, _)| name).collect()
            };
            let Some(text) = answer(&names(plus), &names(minus)) else {
                let left_over = plus.len().abs_diff(minus.len());
                assert!(
                    left_over > 1 || plus.len() < minus.len(),
                    "{plus:?} less {minus:?}"
                );
                continue;
            };
            let program = format!(
                ".globl _start\n_start: nop\n.data\na: .word {text}\nb: .zero 8\nc: .zero 88\nd:"
            );
            let image = match assemble("in_order.s", program, Layout::default()) {
                Ok(image) => image,
                Err(errors) => panic!("{errors}"),
            };
            let sum = |row: &[(&str, i64)]| -> i64 {
                let base = i64::from(image.data.address);
                row.iter().map(|&(_, offset)| base + offset).sum()
            };
            let expected = (sum(plus) - sum(minus)) as u32;
            assert_eq!(image.data.bytes[..4], expected.to_le_bytes(), "{text}");
        }
    }
}
