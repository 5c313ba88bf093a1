//! The wait-for graph: who cannot go on before whom.
//!
//! A wait has an *owner* if a thread is known whose progress ends it: the one
//! that is joined, or those in the scope that is waited for. A ring of such
//! waits, none of them with a deadline, never opens again. All other waits,
//! a park for one, anybody may end.

use std::collections::{BTreeMap, VecDeque};

use super::Kernel;
use super::pcb::Context;
use super::pid::Pid;
use super::wait::{ScopeId, Wait, WaitReason};

impl<C: Context> Kernel<C> {
    /// The ring that would close if `waiter` waited for `reason` without a
    /// deadline: `waiter`, the one it waits for, and so on, back to the last,
    /// which waits for `waiter`. `None` if there would be none.
    ///
    /// The walk is as long as the chain of waits, and along the end of a scope
    /// as long as the PCB table.
    ///
    /// ```
    /// use kernel_sim::kernel::Kernel;
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::kernel::wait::{Wait, WaitReason};
    ///
    /// let mut kernel = Kernel::default();
    /// let [a, b] = ["a", "b"].map(|name| {
    ///     let pid = kernel.create((), Priority::NORMAL, name);
    ///     kernel.admit(pid).unwrap();
    ///     pid
    /// });
    /// let running = kernel.dispatch().unwrap();
    /// let reason = WaitReason::Join(b);
    /// assert_eq!(kernel.ring(a, reason), None);
    /// kernel.block(running, Wait { reason, deadline: None });
    ///
    /// let ring = kernel.ring(b, WaitReason::Join(a)).unwrap();
    /// assert_eq!(ring, [b, a]);
    /// assert_eq!(
    ///     kernel.describe_ring(&ring),
    ///     "b would wait for a, a waits for the end of b"
    /// );
    /// ```
    #[inline]
    pub fn ring(&self, waiter: Pid, reason: WaitReason) -> Option<Vec<Pid>> {
        match reason {
            // Almost always: nobody has to walk.
            WaitReason::Join(target) if !self.waits_for_owner(target) => None,
            _ => self.search_ring(waiter, reason),
        }
    }

    fn search_ring(&self, waiter: Pid, reason: WaitReason) -> Option<Vec<Pid>> {
        let first = self.owners(reason);
        // For each thread that was reached, from whom.
        let mut from: BTreeMap<Pid, Pid> = first.iter().map(|&pid| (pid, waiter)).collect();
        let mut reached = VecDeque::from(first);
        while let Some(pid) = reached.pop_front() {
            if pid == waiter {
                return Some(path_back(&from, waiter));
            }
            for owner in self.owners_of_wait(pid) {
                from.entry(owner).or_insert_with(|| {
                    reached.push_back(owner);
                    pid
                });
            }
        }
        None
    }

    /// The ring of waits that `pid` stands in, if it stands in one.
    pub fn ring_around(&self, pid: Pid) -> Option<Vec<Pid>> {
        let wait = self.get(pid)?.state().wait()?;
        self.ring(pid, wait.reason)
            .filter(|_| wait.deadline.is_none())
    }

    /// A ring in words: the first thread's wait may be one that it only wants
    /// to begin.
    pub fn describe_ring(&self, ring: &[Pid]) -> String {
        let sentences = ring.iter().enumerate().map(|(at, &pid)| {
            let wait = self.get(pid).and_then(|pcb| pcb.state().wait());
            let what = match wait {
                Some(wait) => self.describe(wait),
                None => format!("would wait for {}", self.name(ring[(at + 1) % ring.len()])),
            };
            format!("{} {what}", self.name(pid))
        });
        sentences.collect::<Vec<_>>().join(", ")
    }

    /// The threads of that scope that have not ended.
    pub fn in_scope(&self, scope: ScopeId) -> Vec<Pid> {
        let members = self.iter().filter(|pcb| pcb.scope() == Some(scope));
        members.map(|pcb| pcb.pid()).collect()
    }

    #[inline]
    fn waits_for_owner(&self, pid: Pid) -> bool {
        let wait = self.get(pid).and_then(|pcb| pcb.state().wait());
        wait.is_some_and(|wait| match wait.reason {
            WaitReason::Join(_) | WaitReason::Scope(_) | WaitReason::KilledScope(_) => {
                wait.deadline.is_none()
            }
            WaitReason::Sleep | WaitReason::Park => false,
        })
    }

    fn owners_of_wait(&self, pid: Pid) -> Vec<Pid> {
        match self.get(pid).and_then(|pcb| pcb.state().wait()) {
            Some(&Wait {
                reason,
                deadline: None,
            }) => self.owners(reason),
            _ => Vec::new(),
        }
    }

    /// Those without whose progress the wait does not end.
    fn owners(&self, reason: WaitReason) -> Vec<Pid> {
        match reason {
            WaitReason::Join(target) => vec![target],
            WaitReason::Scope(scope) | WaitReason::KilledScope(scope) => self.in_scope(scope),
            WaitReason::Sleep | WaitReason::Park => Vec::new(),
        }
    }
}

fn path_back(from: &BTreeMap<Pid, Pid>, waiter: Pid) -> Vec<Pid> {
    let mut ring = vec![waiter];
    let mut pid = from[&waiter];
    while pid != waiter {
        ring.push(pid);
        pid = from[&pid];
    }
    ring[1..].reverse();
    ring
}
