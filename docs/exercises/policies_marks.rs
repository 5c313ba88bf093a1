//! How far apart the marks of an axis are.

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The axis has so many columns for so many ticks, and there must be `apart` columns
    // between two marks at least.
    pub(super) fn step(ticks: u64, columns: u64, apart: u64) -> u64 {
        (apart * ticks).div_ceil(columns)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // The axis has so many columns for so many ticks, and there must be `apart` columns
    // between two marks at least.
    pub(super) fn step(ticks: u64, columns: u64, apart: u64) -> u64 {
        let mut steps = (0..).flat_map(|zeros| [1, 2, 5].map(|digit| digit * 10_u64.pow(zeros)));
        let is_enough = |step: &u64| step * columns >= apart * ticks;
        steps.find(is_enough).expect("there are more")
    }
    // ANCHOR_END: solution
}

type Answer = fn(u64, u64, u64) -> u64;

pub(super) fn check_start() {
    check(start::step);
}

pub(super) fn check_solution() {
    check(solution::step);
}

/// It is round and wide enough, and the next smaller round one would not be.
fn check(answer: Answer) {
    for ticks in [1, 7, 72, 100, 999, 1_315, 20_000, 745_006, 10_000_000] {
        for (columns, apart) in [(72, 10), (24, 7), (8, 8), (200, 3)] {
            let step = answer(ticks, columns, apart);
            let mut digit = step;
            while digit > 5 && digit.is_multiple_of(10) {
                digit /= 10;
            }
            assert!([1, 2, 5].contains(&digit), "{step} is not round");
            let is_enough = |step| step * columns >= apart * ticks;
            assert!(is_enough(step), "{step} for {ticks} in {columns}");
            let smaller = match digit {
                5 => step / 5 * 2,
                _ => step / 2,
            };
            assert!(
                step == 1 || !is_enough(smaller),
                "{smaller} would be enough"
            );
        }
    }
}
