//! What a core that has nothing to do takes from another one.

use std::collections::VecDeque;

/// What the reader begins with.
mod start {
    use super::VecDeque;

    // ANCHOR: start
    // Moves half of what is ready on that core to this one, which has nothing to do. If their
    // number is odd, the one in the middle goes too. Whoever has waited longest goes first.
    pub(super) fn steal(victim: &mut VecDeque<u32>, thief: &mut VecDeque<u32>) {
        thief.extend(victim.pop_back());
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::VecDeque;

    // ANCHOR: solution
    pub(super) fn steal(victim: &mut VecDeque<u32>, thief: &mut VecDeque<u32>) {
        let half = victim.len().div_ceil(2);
        thief.extend(victim.drain(..half));
    }
    // ANCHOR_END: solution
}

type Steal = fn(&mut VecDeque<u32>, &mut VecDeque<u32>);

pub(super) fn check_start() {
    check(start::steal);
}

pub(super) fn check_solution() {
    check(solution::steal);
}

fn check(steal: Steal) {
    for number in 0..10 {
        let ready: VecDeque<u32> = (0..number).collect();
        let (mut victim, mut thief) = (ready.clone(), VecDeque::new());
        steal(&mut victim, &mut thief);
        assert!(thief.len() == victim.len() || thief.len() == victim.len() + 1);
        thief.append(&mut victim);
        assert_eq!(
            thief, ready,
            "those that have waited longest, in their order"
        );
    }
    // So a thief finds something wherever there is something, and cores with the same work rest.
    let mut cores: [VecDeque<u32>; 4] = [(0..16).collect(), [].into(), [].into(), [].into()];
    for (from, to) in [(0, 1), (0, 2), (1, 3)] {
        let mut thief = std::mem::take(&mut cores[to]);
        steal(&mut cores[from], &mut thief);
        cores[to] = thief;
    }
    assert_eq!(cores.map(|core| core.len()), [4; 4]);
}
