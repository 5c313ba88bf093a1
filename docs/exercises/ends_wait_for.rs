//! Who waits for whom, when each waits for one at most.

/// What the reader begins with.
mod start {
    // ANCHOR: start
    /// Who would wait for whom in a ring, if `waiter` waited for `target` too. It begins with
    /// `waiter`. `waits_for[n]` is for whom `n` waits.
    pub(super) fn ring(
        waits_for: &[Option<usize>],
        waiter: usize,
        target: usize,
    ) -> Option<Vec<usize>> {
        if waits_for[target] == Some(waiter) {
            return Some(vec![waiter, target]);
        }
        None // And longer ones?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn ring(
        waits_for: &[Option<usize>],
        waiter: usize,
        target: usize,
    ) -> Option<Vec<usize>> {
        let mut ring = vec![waiter];
        let mut next = target;
        while next != waiter {
            ring.push(next);
            next = waits_for[next]?;
        }
        Some(ring)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Option<usize>], usize, usize) -> Option<Vec<usize>>;

pub(super) fn check_start() {
    check(start::ring);
}

pub(super) fn check_solution() {
    check(solution::ring);
}

/// Asks the kernel the same about threads that join each other.
fn check(answer: Answer) {
    use kernel_sim::kernel::Kernel;
    use kernel_sim::kernel::pcb::Priority;
    use kernel_sim::kernel::wait::{Wait, WaitReason};

    const THREADS: usize = 6;
    // Each thread in turn joins one that is chosen by a step of its own; who would close a
    // ring does not wait.
    for step in 0..THREADS {
        let mut kernel = Kernel::default();
        let pids: Vec<_> = (0..THREADS)
            .map(|_| {
                let pid = kernel.create((), Priority::NORMAL, "thread");
                kernel.admit(pid).expect("it is new");
                pid
            })
            .collect();
        let number = |pid| pids.iter().position(|known| *known == pid).expect("known");
        let mut waits_for = vec![None; THREADS];
        for waiter in 0..THREADS {
            let running = kernel.dispatch().expect("somebody is ready");
            assert_eq!(running.pid(), pids[waiter]);
            for (target, &pid) in pids.iter().enumerate() {
                let ring = kernel.ring(running.pid(), WaitReason::Join(pid));
                let ring = ring.map(|ring| ring.into_iter().map(number).collect());
                let answered = answer(&waits_for, waiter, target);
                assert_eq!(answered, ring, "{waiter} for {target}: {waits_for:?}");
            }
            let target = (waiter + step) % THREADS;
            let reason = WaitReason::Join(pids[target]);
            if kernel.ring(running.pid(), reason).is_some() {
                kernel.exit(running);
                break;
            }
            waits_for[waiter] = Some(target);
            let deadline = None;
            kernel.block(running, Wait { reason, deadline });
        }
    }
}
