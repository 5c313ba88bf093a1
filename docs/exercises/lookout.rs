//! To walk along a queue of which the links are in an array.

/// Behind the last one there is nobody.
const END: usize = usize::MAX;

/// What the reader begins with.
mod start {
    use super::END;

    // ANCHOR: start
    pub(super) fn after(links: &[usize], first: usize, turns: usize) -> Option<usize> {
        let slot = first + turns;
        (slot < links.len() && first != END).then_some(slot)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::END;

    // ANCHOR: solution
    pub(super) fn after(links: &[usize], first: usize, turns: usize) -> Option<usize> {
        let mut slot = first;
        for _ in 0..turns {
            slot = *links.get(slot)?;
        }
        (slot != END).then_some(slot)
    }
    // ANCHOR_END: solution
}

type After = fn(&[usize], usize, usize) -> Option<usize>;

pub(super) fn check_start() {
    check(start::after);
}

pub(super) fn check_solution() {
    check(solution::after);
}

/// Queues of all orders of four among six slots.
fn check(after: After) {
    for number in 0..6_usize.pow(4) {
        let queue = [1, 6, 36, 216].map(|place| number / place % 6);
        let is_twice = |(at, slot)| queue[..at].contains(slot);
        if queue.iter().enumerate().any(is_twice) {
            continue;
        }
        let mut links = [END; 6];
        for pair in queue.windows(2) {
            links[pair[0]] = pair[1];
        }
        for turns in 0..6 {
            let expected = queue.get(turns).copied();
            assert_eq!(
                after(&links, queue[0], turns),
                expected,
                "{queue:?}, {turns} turns"
            );
        }
        assert_eq!(after(&links, END, 0), None, "an empty queue");
    }
}
