//! The wait-for graph: who cannot go on before whom.
//!
//! A wait has an *owner* if a thread is known whose progress ends it: the one
//! that is joined, those in the scope that is waited for, those who hold the
//! lock. A ring of such waits, none of them with a deadline, never opens again.
//! All other waits, a park for one, anybody may end.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use super::Kernel;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::state::State;
use super::wait::{Grip, Object, Owner, ScopeId, Wait, WaitReason};

impl<C: Context> Kernel<C> {
    /// The ring that would close if `waiter` waited for `reason` without a
    /// deadline: `waiter`, the one it waits for, and so on, back to the last,
    /// which waits for `waiter`. `None` if there would be none, and if `waiter` was
    /// killed, because then the wait would not last.
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
    ///     kernel.describe_ring(&ring, WaitReason::Join(a)),
    ///     "b waits for the end of a; a waits for the end of b"
    /// );
    /// ```
    // ANCHOR: ring
    #[inline]
    pub fn ring(&self, waiter: Pid, reason: WaitReason<C::Object>) -> Option<Vec<Pid>> {
        self.ring_of(waiter, reason, |owner| self.is_certain(owner))
    }
    // ANCHOR_END: ring

    /// As [`Kernel::ring`], by way of owners too of whom it is not certain that
    /// nobody else can let go. Such a ring may still open.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// # let mut kernel = Kernel::default();
    /// # let [a, b] = ["a", "b"].map(|name| {
    /// #     let pid = kernel.create((), Priority::NORMAL, name);
    /// #     kernel.admit(pid).unwrap();
    /// #     pid
    /// # });
    /// # let running = kernel.dispatch().unwrap();
    /// kernel.block(running, Wait { reason: WaitReason::Join(b), deadline: None });
    /// // A certain one is possible too.
    /// assert_eq!(kernel.possible_ring(b, WaitReason::Join(a)), Some(vec![b, a]));
    /// ```
    // ANCHOR: possible_ring
    #[inline]
    pub fn possible_ring(&self, waiter: Pid, reason: WaitReason<C::Object>) -> Option<Vec<Pid>> {
        self.ring_of(waiter, reason, |_| true)
    }
    // ANCHOR_END: possible_ring

    // ANCHOR: ring_of
    #[inline]
    fn ring_of(
        &self,
        waiter: Pid,
        reason: WaitReason<C::Object>,
        counts: impl Fn(&Owner) -> bool,
    ) -> Option<Vec<Pid>> {
        // Almost always nobody has to walk.
        let leads_back = |owner| {
            owner == waiter || self.waits_for_owner(owner, &counts) && self.may_be_awaited(waiter)
        };
        let may_close = match &reason {
            WaitReason::Join(target) => leads_back(*target),
            WaitReason::Scope(_) | WaitReason::KilledScope(_) => self.may_be_awaited(waiter),
            WaitReason::Object(object) => {
                let mut may_close = false;
                object.owners(&mut |owner| {
                    may_close |= self.thread_of(&owner).is_some_and(leads_back)
                });
                may_close
            }
            WaitReason::Sleep | WaitReason::Park | WaitReason::Memory => false,
        };
        match may_close {
            true => self.search_ring(waiter, reason, counts),
            false => None,
        }
    }
    // ANCHOR_END: ring_of

    /// A ring comes back to the waiter by somebody who waits for it: for its end,
    /// or for an object that it has.
    // ANCHOR: may_be_awaited
    #[inline]
    fn may_be_awaited(&self, pid: Pid) -> bool {
        let ends_for = |pcb: &Pcb<C>| !pcb.joiners.is_empty() || pcb.scope().is_some();
        self.objects_awaited > 0 || self.get(pid).is_some_and(ends_for)
    }
    // ANCHOR_END: may_be_awaited

    // ANCHOR: search_ring
    fn search_ring(
        &self,
        waiter: Pid,
        reason: WaitReason<C::Object>,
        counts: impl Fn(&Owner) -> bool,
    ) -> Option<Vec<Pid>> {
        // A kill ends the wait at once.
        if reason.is_killable() && self.get(waiter).is_some_and(Pcb::killed) {
            return None;
        }
        ring_from(waiter, |pid| match pid == waiter {
            true => self.owners(&reason, &counts),
            false => self.owners_of_wait(pid, &counts),
        })
    }
    // ANCHOR_END: search_ring

    /// The ring of waits that `pid` stands in, if it stands in one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let [a, b] = ["a", "b"].map(|name| {
    ///     let pid = kernel.create((), Priority::NORMAL, name);
    ///     kernel.admit(pid).unwrap();
    ///     pid
    /// });
    /// // Nobody has asked whether these waits close a ring.
    /// for other in [b, a] {
    ///     let running = kernel.dispatch().unwrap();
    ///     kernel.block(running, Wait { reason: WaitReason::Join(other), deadline: None });
    /// }
    /// assert_eq!(kernel.ring_around(a), Some(vec![a, b]));
    /// assert_eq!(kernel.rings(), [[a, b]]);
    /// ```
    // ANCHOR: ring_around
    pub fn ring_around(&self, pid: Pid) -> Option<Vec<Pid>> {
        let certain = |owner: &Owner| self.is_certain(owner);
        self.search_ring(pid, self.owned_wait(pid)?.clone(), certain)
    }
    // ANCHOR_END: ring_around

    /// A ring in words, if its first thread waited for `reason`: "a waits for the
    /// end of b; b waits for the end of a".
    // ANCHOR: describe_ring
    pub fn describe_ring(&self, ring: &[Pid], reason: WaitReason<C::Object>) -> String {
        let deadline = None;
        let first = Wait { reason, deadline };
        let sentences = ring.iter().map(|&pid| {
            let wait = self.get(pid).and_then(|pcb| pcb.state().wait());
            let what = self.describe(wait.unwrap_or(&first));
            format!("{} {what}", self.name(pid))
        });
        sentences.collect::<Vec<_>>().join("; ")
    }
    // ANCHOR_END: describe_ring

    /// The threads of that scope that have not ended.
    // ANCHOR: in_scope
    pub fn in_scope(&self, scope: ScopeId) -> Vec<Pid> {
        let members = self.iter().filter(|pcb| pcb.scope() == Some(scope));
        let alive = members.filter(|pcb| !matches!(pcb.state(), State::Terminated));
        alive.map(|pcb| pcb.pid()).collect()
    }
    // ANCHOR_END: in_scope

    // ANCHOR: waits_for_owner
    #[inline]
    fn waits_for_owner(&self, pid: Pid, counts: impl Fn(&Owner) -> bool) -> bool {
        match self.owned_wait(pid) {
            Some(WaitReason::Object(object)) => {
                let mut owned = false;
                object.owners(&mut |owner| owned |= counts(&owner));
                owned
            }
            Some(WaitReason::Sleep | WaitReason::Park | WaitReason::Memory) | None => false,
            Some(WaitReason::Join(_) | WaitReason::Scope(_) | WaitReason::KilledScope(_)) => true,
        }
    }

    /// For what the thread waits without a deadline.
    #[inline]
    pub(super) fn owned_wait(&self, pid: Pid) -> Option<&WaitReason<C::Object>> {
        let wait = self.get(pid)?.state().wait()?;
        wait.deadline.is_none().then_some(&wait.reason)
    }
    // ANCHOR_END: waits_for_owner

    /// Whether it is certain that this owner, and nobody else, can let go: see
    /// [`Grip`]. False if its PCB is gone.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Grip, Owner};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let running = kernel.dispatch().unwrap();
    /// let owner = Owner { slot: pid.slot(), since: running.dispatch, grip: Grip::Firm };
    /// assert!(kernel.is_certain(&owner));
    /// kernel.exit(running);
    /// kernel.reap(pid).unwrap();
    /// assert!(!kernel.is_certain(&owner));
    /// ```
    // ANCHOR: is_certain
    pub fn is_certain(&self, owner: &Owner) -> bool {
        let pcb = self.table.owner(owner);
        pcb.is_some_and(|pcb| match owner.grip {
            Grip::Firm => true,
            Grip::Stamped(stamp) => C::is_firm(stamp, pcb.identity()),
            Grip::Loose => false,
        })
    }
    // ANCHOR_END: is_certain

    /// The thread that this owner is; `None` once its PCB is gone.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Grip, Owner};
    /// # let mut kernel = Kernel::default();
    /// let first = kernel.create((), Priority::NORMAL, "first");
    /// kernel.admit(first).unwrap();
    /// let running = kernel.dispatch().unwrap();
    /// let owner = Owner { slot: first.slot(), since: running.dispatch, grip: Grip::Firm };
    /// assert_eq!(kernel.thread_of(&owner), Some(first));
    /// kernel.exit(running);
    /// kernel.reap(first).unwrap();
    /// // The slot's next tenant is somebody else.
    /// let second = kernel.create((), Priority::NORMAL, "second");
    /// assert_eq!(second.slot(), owner.slot);
    /// assert_eq!(kernel.thread_of(&owner), None);
    /// ```
    // ANCHOR: owners
    #[inline]
    pub fn thread_of(&self, owner: &Owner) -> Option<Pid> {
        self.table.owner(owner).map(Pcb::pid)
    }

    fn owners_of_wait(&self, pid: Pid, counts: impl Fn(&Owner) -> bool) -> Vec<Pid> {
        let reason = self.owned_wait(pid);
        reason.map_or(Vec::new(), |reason| self.owners(reason, counts))
    }

    /// Those without whose progress the wait does not end; of the owners of an
    /// object, those that count.
    pub(super) fn owners(
        &self,
        reason: &WaitReason<C::Object>,
        counts: impl Fn(&Owner) -> bool,
    ) -> Vec<Pid> {
        match reason {
            WaitReason::Join(target) => vec![*target],
            WaitReason::Scope(scope) | WaitReason::KilledScope(scope) => self.in_scope(*scope),
            WaitReason::Object(object) => {
                let mut owners = Vec::new();
                object.owners(&mut |owner| {
                    if counts(&owner) {
                        owners.extend(self.thread_of(&owner));
                    }
                });
                owners
            }
            WaitReason::Sleep | WaitReason::Park | WaitReason::Memory => Vec::new(),
        }
    }
    // ANCHOR_END: owners
}

/// The shortest way from `start` back to it.
// ANCHOR: ring_from
pub(super) fn ring_from<N: Copy + Ord>(start: N, onward: impl Fn(N) -> Vec<N>) -> Option<Vec<N>> {
    // For each node that was reached, from where.
    let mut from = BTreeMap::new();
    let mut reached = VecDeque::from([start]);
    while let Some(node) = reached.pop_front() {
        for next in onward(node) {
            if let Entry::Vacant(vacant) = from.entry(next) {
                vacant.insert(node);
                reached.push_back(next);
            }
            if next == start {
                return Some(path_back(&from, start));
            }
        }
    }
    None
}

fn path_back<N: Copy + Ord>(from: &BTreeMap<N, N>, start: N) -> Vec<N> {
    let mut ring = vec![start];
    let mut node = from[&start];
    while node != start {
        ring.push(node);
        node = from[&node];
    }
    ring[1..].reverse();
    ring
}
// ANCHOR_END: ring_from
