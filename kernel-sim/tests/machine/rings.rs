//! Rings of waits, searched for in the plainest way: from thread to thread
//! along every wait that has an owner, until nobody new is reached.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::WaitReason;

use super::model::Model;
use super::objects::{Object, is_certain};
use super::{Machine, SCOPE};

impl Machine {
    /// What closes a ring for the model closes one as short for the kernel, for
    /// every thread and everything that it could wait for. Gives the lengths.
    pub(crate) fn check_rings(&self) -> Result<BTreeSet<usize>, TestCaseError> {
        let Self { kernel, model, .. } = self;
        // Those that are gone are waited for as well.
        let newest = self.pids.iter().rev().take(6).copied();
        let waiting = self
            .pids
            .iter()
            .copied()
            .filter(|&pid| kernel.is_waiting(pid));
        let threads: BTreeSet<Pid> = waiting.chain(newest).collect();
        let joins = threads.iter().map(|&pid| WaitReason::Join(pid));
        let others = self.objects.map(WaitReason::Object);
        let scopes = [WaitReason::Scope(SCOPE), WaitReason::KilledScope(SCOPE)];
        let nobodys = [WaitReason::Park, WaitReason::Sleep, WaitReason::Memory];
        let reasons: Vec<_> = joins.chain(others).chain(scopes).chain(nobodys).collect();
        let mut lengths = BTreeSet::new();
        for &waiter in &threads {
            for &reason in &reasons {
                let ring = kernel.ring(waiter, reason);
                let length = ring.as_ref().map(Vec::len);
                prop_assert_eq!(length, model.shortest_ring(waiter, reason));
                if let Some(ring) = ring {
                    self.check_ring(waiter, reason, &ring)?;
                    lengths.insert(ring.len());
                }
            }
            let wait = model.seen(waiter).and_then(|seen| seen.wait);
            let around = wait
                .filter(|wait| wait.deadline.is_none())
                .and_then(|wait| model.shortest_ring(waiter, wait.reason));
            prop_assert_eq!(kernel.ring_around(waiter).map(|ring| ring.len()), around);
        }
        self.check_all_rings(&threads)?;
        Ok(lengths)
    }

    /// The list of rings is one of rings, and names each thing that is waited for in
    /// a ring.
    fn check_all_rings(&self, threads: &BTreeSet<Pid>) -> TestCaseResult {
        let Self { kernel, model, .. } = self;
        let rings = kernel.rings();
        // A killed owner waits for the same scope.
        let of = |pid| match model.seen(pid)?.wait?.reason {
            WaitReason::KilledScope(scope) => Some(WaitReason::Scope(scope)),
            reason => Some(reason),
        };
        for ring in &rings {
            for (number, &pid) in ring.iter().enumerate() {
                let next = ring[(number + 1) % ring.len()];
                prop_assert!(model.possible(pid).contains(&next));
            }
        }
        let awaited: Vec<_> = rings.iter().flatten().map(|&pid| of(pid)).collect();
        for &pid in threads {
            if kernel.ring_around(pid).is_some() {
                prop_assert!(awaited.contains(&of(pid)));
            }
        }
        Ok(())
    }

    /// Each thread in the ring waits for the next one, and the last for the first.
    fn check_ring(&self, waiter: Pid, reason: WaitReason<Object>, ring: &[Pid]) -> TestCaseResult {
        prop_assert_eq!(ring[0], waiter);
        prop_assert!(self.model.owners(reason).contains(&ring[1 % ring.len()]));
        for (number, &pid) in ring.iter().enumerate().skip(1) {
            let next = ring[(number + 1) % ring.len()];
            prop_assert!(self.model.waits_for(pid).contains(&next));
        }
        Ok(())
    }
}

impl Model {
    /// How many stand in the shortest ring that would close if `waiter` waited
    /// for `reason`, without a deadline.
    fn shortest_ring(&self, waiter: Pid, reason: WaitReason<Object>) -> Option<usize> {
        // A kill would end the wait at once.
        if self.seen(waiter).is_some_and(|seen| seen.killed) && reason.is_killable() {
            return None;
        }
        let mut reached = self.owners(reason);
        let mut length = 1;
        loop {
            if reached.contains(&waiter) {
                return Some(length);
            }
            let next = reached.iter().flat_map(|&pid| self.waits_for(pid));
            let more: BTreeSet<Pid> = next.chain(reached.iter().copied()).collect();
            if more == reached {
                return None;
            }
            reached = more;
            length += 1;
        }
    }

    /// Those whom the thread waits for without a deadline.
    fn waits_for(&self, pid: Pid) -> BTreeSet<Pid> {
        match self.seen(pid).and_then(|seen| seen.wait) {
            Some(wait) if wait.deadline.is_none() => self.owners(wait.reason),
            _ => BTreeSet::new(),
        }
    }

    /// Those whom the thread may wait for without a deadline.
    fn possible(&self, pid: Pid) -> BTreeSet<Pid> {
        match self.seen(pid).and_then(|seen| seen.wait) {
            Some(wait) if wait.deadline.is_none() => match wait.reason {
                WaitReason::Object(object) => {
                    object.owners().into_iter().map(|(pid, _)| pid).collect()
                }
                reason => self.owners(reason),
            },
            _ => BTreeSet::new(),
        }
    }

    /// Those without whose progress a wait for `reason` does not end.
    fn owners(&self, reason: WaitReason<Object>) -> BTreeSet<Pid> {
        match reason {
            WaitReason::Join(target) => [target].into(),
            WaitReason::Scope(scope) | WaitReason::KilledScope(scope) => {
                self.in_scope(scope).into_iter().collect()
            }
            WaitReason::Object(object) => {
                let owners = object.owners().into_iter();
                let certain =
                    owners.filter(|(pid, owner)| is_certain(owner) && self.seen(*pid).is_some());
                certain.map(|(pid, _)| pid).collect()
            }
            WaitReason::Sleep | WaitReason::Park | WaitReason::Memory => BTreeSet::new(),
        }
    }
}
