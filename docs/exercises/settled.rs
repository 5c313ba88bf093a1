//! Constants that are defined by others, above and below.

use std::collections::HashMap;

/// A constant: its name, the names that it is the sum of, and a number to be added.
type Constant = (&'static str, Vec<&'static str>, i64);

/// What the reader begins with.
mod start {
    use super::{Constant, HashMap};

    // ANCHOR: start
    // What the constants amount to: each is the sum of others, which may come later, and a number.
    // Those that need themselves, directly or not, are left out, and those that need such a one.
    pub(super) fn settled(constants: &[Constant]) -> HashMap<&'static str, i64> {
        let mut known = HashMap::new();
        for (name, needed, number) in constants {
            let needed: Option<i64> = needed.iter().map(|name| known.get(name)).sum();
            if let Some(sum) = needed {
                known.insert(*name, sum + number); // And those that had to wait?
            }
        }
        known
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Constant, HashMap};

    // ANCHOR: solution
    pub(super) fn settled(constants: &[Constant]) -> HashMap<&'static str, i64> {
        let mut known = HashMap::new();
        loop {
            let before = known.len();
            for (name, needed, number) in constants {
                let needed: Option<i64> = needed.iter().map(|name| known.get(name)).sum();
                if let Some(sum) = needed {
                    known.insert(*name, sum + number);
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Constant]) -> HashMap<&'static str, i64>;

pub(super) fn check_start() {
    check(start::settled);
}

pub(super) fn check_solution() {
    check(solution::settled);
}

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Constants that need each other in all kinds of ways, compared with what a search from each
/// of them finds.
fn check(answer: Answer) {
    let mut random = 1_u32;
    for _ in 0..2000 {
        let mut draw = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) % below
        };
        let constants: Vec<Constant> = NAMES
            .iter()
            .map(|&name| {
                let count = [0, 0, 1, 1, 2][draw(5) as usize];
                let needed = (0..count).map(|_| NAMES[draw(6) as usize]);
                (name, needed.collect(), draw(100).into())
            })
            .collect();
        let expected: HashMap<_, _> = NAMES
            .iter()
            .filter_map(|&name| Some((name, value(name, &constants, 0)?)))
            .collect();
        assert_eq!(answer(&constants), expected, "{constants:?}");
    }
}

/// Whoever has gone through more names than there are is in a ring.
fn value(name: &str, constants: &[Constant], depth: usize) -> Option<i64> {
    if depth > NAMES.len() {
        return None;
    }
    let (_, needed, number) = constants.iter().find(|constant| constant.0 == name)?;
    let needed = needed.iter().map(|name| value(name, constants, depth + 1));
    Some(needed.sum::<Option<i64>>()? + number)
}
