//! Two numbers in one word, in the order of the first and then of the second.

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn moment(dispatch: u64, gifts: u64) -> u64 {
        (dispatch << 8) + gifts
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn moment(dispatch: u64, gifts: u64) -> u64 {
        dispatch << 8 | gifts.min(255)
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::moment);
}

pub(super) fn check_solution() {
    check(solution::moment);
}

fn check(moment: fn(u64, u64) -> u64) {
    let dispatches = [0, 1, 2, 255, 256, 1 << 40];
    let gifts = [0, 1, 2, 200, 255, 256, 257, 1000, 1 << 20];
    for earlier in dispatches {
        for later in dispatches.into_iter().filter(|&later| later > earlier) {
            for before in gifts {
                for after in gifts {
                    assert!(
                        moment(earlier, before) < moment(later, after),
                        "{before} gifts in {earlier}, and {after} in {later}"
                    );
                }
            }
        }
        assert!(moment(earlier, 1) < moment(earlier, 2));
        assert!(gifts.map(|gifts| moment(earlier, gifts)).is_sorted());
    }
}
