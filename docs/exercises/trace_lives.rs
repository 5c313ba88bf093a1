//! Which rows of arrows can be the life of a thread.

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::state::Arrow;
use kernel_sim::kernel::wait::{Wait, WaitReason};

/// What the reader begins with.
mod start {
    use super::Arrow;

    // ANCHOR: start
    pub(super) fn is_a_life(arrows: &[Arrow]) -> bool {
        arrows.first() == Some(&Arrow::Create) // And then?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Arrow;

    // ANCHOR: solution
    pub(super) fn is_a_life(arrows: &[Arrow]) -> bool {
        let follows = |pair: &[Arrow]| pair[0].to().is_some() && pair[0].to() == pair[1].from();
        arrows.first() == Some(&Arrow::Create) && arrows.windows(2).all(follows)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Arrow]) -> bool;

pub(super) fn check_start() {
    check(start::is_a_life);
}

pub(super) fn check_solution() {
    check(solution::is_a_life);
}

const ARROWS: [Arrow; 9] = [
    Arrow::Create,
    Arrow::Discard,
    Arrow::Admit,
    Arrow::Dispatch,
    Arrow::Preempt,
    Arrow::Block,
    Arrow::Wake,
    Arrow::Exit,
    Arrow::Reap,
];

/// What may come after each arrow, read from the picture.
fn next(arrow: Arrow) -> &'static [Arrow] {
    match arrow {
        Arrow::Create => &[Arrow::Discard, Arrow::Admit],
        Arrow::Admit | Arrow::Preempt | Arrow::Wake => &[Arrow::Dispatch],
        Arrow::Dispatch => &[Arrow::Preempt, Arrow::Block, Arrow::Exit],
        Arrow::Block => &[Arrow::Wake],
        Arrow::Exit => &[Arrow::Reap],
        Arrow::Discard | Arrow::Reap => &[],
    }
}

fn check(answer: Answer) {
    // All rows of up to four arrows.
    let mut rows: Vec<Vec<Arrow>> = vec![Vec::new()];
    for length in 1..=4 {
        let longer = rows.iter().filter(|row| row.len() == length - 1);
        let longer = longer.flat_map(|row| {
            ARROWS.map(|arrow| {
                let mut row = row.clone();
                row.push(arrow);
                row
            })
        });
        let longer: Vec<_> = longer.collect();
        rows.extend(longer);
    }
    for row in rows.iter().filter(|row| !row.is_empty()) {
        let begins = row[0] == Arrow::Create;
        let right = begins && row.windows(2).all(|pair| next(pair[0]).contains(&pair[1]));
        assert_eq!(answer(row), right, "{row:?}");
    }
    // And what a kernel has written down.
    let mut kernel = Kernel::default();
    kernel.keep_history();
    let pid = kernel.create((), Priority::NORMAL, "thread");
    kernel.admit(pid).expect("it is new");
    let thread = kernel.dispatch().expect("it is ready");
    kernel.preempt(thread);
    let thread = kernel.dispatch().expect("it is ready");
    let (reason, deadline) = (WaitReason::Park, None);
    kernel.block(thread, Wait { reason, deadline });
    kernel.unpark(pid);
    let thread = kernel.dispatch().expect("it is ready");
    kernel.exit(thread);
    kernel.reap(pid).expect("it has ended");
    let steps = kernel.history().expect("it is kept").steps();
    let life: Vec<_> = steps.iter().map(|step| step.arrow).collect();
    assert!(answer(&life), "{life:?}");
}
