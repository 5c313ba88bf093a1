//! Who comes after the next one: for machines that fetch into the cache what a
//! thread needs, some turns before its turn.

use super::Kernel;
use super::pcb::Context;

/// A thread whose turn comes soon.
// ANCHOR: upcoming
#[derive(Clone, Copy, Debug)]
pub struct Upcoming {
    /// The slot of its PCB.
    pub slot: u32,
    /// The address of its PCB, for an instruction that fetches from there.
    pub pcb: usize,
}
// ANCHOR_END: upcoming

/// A place in the ready queue, so many turns ahead of the first. It moves on with
/// each dispatch, so that nobody has to count the steps anew.
///
/// ```text
///   ready queue   ┌───┐ ┌───┐ ┌───┐ ┌───┐ ┌───┐
///                 │ b │ │ c │ │ d │ │ e │ │ f │ …
///                 └───┘ └───┘ └───┘ └───┘ └───┘
///                   0     1     2     3 ▲
///                                       a lookout for 3 turns
/// ```
// ANCHOR: lookout
#[derive(Clone, Copy, Debug)]
pub struct Lookout {
    turns: u32,
    /// The slot that it looks at, so many steps behind the first, during that dispatch.
    slot: u32,
    steps: u32,
    dispatch: u64,
}

impl Lookout {
    /// A lookout for the thread that will be dispatched after so many others.
    pub const fn new(turns: u32) -> Self {
        Self {
            turns,
            slot: 0,
            steps: 0,
            dispatch: 0,
        }
    }
}
// ANCHOR_END: lookout

impl<C: Context> Kernel<C> {
    /// The thread that the lookout is for. `None` if there are not so many ready, and
    /// if the policy does not let itself be looked at. To be called after each
    /// dispatch; then it takes constant time. It touches neither PCBs nor contexts.
    ///
    /// ```
    /// use kernel_sim::kernel::{Kernel, Lookout};
    /// use kernel_sim::kernel::pcb::Priority;
    ///
    /// let mut kernel = Kernel::default();
    /// let pids = ["a", "b", "c", "d"].map(|name| {
    ///     let pid = kernel.create((), Priority::NORMAL, name);
    ///     kernel.admit(pid).unwrap();
    ///     pid
    /// });
    /// let mut lookout = Lookout::new(2);
    /// let a = kernel.dispatch().unwrap();
    /// assert_eq!(kernel.look_ahead(&mut lookout).unwrap().slot, pids[3].slot());
    /// kernel.preempt(a);
    /// let b = kernel.dispatch().unwrap();
    /// assert_eq!(kernel.look_ahead(&mut lookout).unwrap().slot, pids[0].slot());
    /// kernel.exit(b);
    /// let c = kernel.dispatch().unwrap();
    /// assert!(kernel.look_ahead(&mut lookout).is_none(), "d and a are left");
    /// # kernel.exit(c);
    /// ```
    // ANCHOR: look_ahead
    #[inline]
    pub fn look_ahead(&self, lookout: &mut Lookout) -> Option<Upcoming> {
        let line = self.scheduler.line()?;
        let follows = lookout.dispatch + 1 == self.dispatches && lookout.steps > 0;
        lookout.dispatch = self.dispatches;
        // Unless the place is found, it has to be looked for anew.
        let from = match follows {
            true => Some((lookout.slot, lookout.steps - 1)),
            false => line.first().map(|first| (first, 0)),
        };
        lookout.steps = 0;
        let (mut slot, mut steps) = from?;
        while steps < lookout.turns {
            let Some(next) = line.after(&self.table, slot) else {
                break;
            };
            (slot, steps) = (next, steps + 1);
        }
        (lookout.slot, lookout.steps) = (slot, steps);
        let pcb = self.table.address_of(slot);
        (steps == lookout.turns).then_some(Upcoming { slot, pcb })
    }
    // ANCHOR_END: look_ahead
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pcb::Priority;
    use super::super::wait::{Wait, WaitReason};
    use super::*;

    proptest! {
        /// Whatever happens between two dispatches, it is the thread that stands there.
        #[test]
        fn a_lookout_looks_at_its_place_in_the_queue(
            steps in prop::collection::vec((0..6u8, any::<prop::sample::Index>()), 1..200),
        ) {
            let mut kernel = Kernel::<()>::default();
            let mut lookouts = [0, 1, 3, 7].map(Lookout::new);
            let mut parked = Vec::new();
            for _ in 0..10 {
                let pid = kernel.create((), Priority::NORMAL, "");
                kernel.admit(pid).unwrap();
            }
            for (step, index) in steps {
                let ready = kernel.ready();
                let by_index = || ready.get(index.index(ready.len().max(1))).copied();
                let running = match step {
                    // Past the policy, and nobody looks.
                    0 => by_index().and_then(|pid| kernel.dispatch_only(pid)),
                    1 => kernel.dispatch(),
                    _ => {
                        let running = kernel.dispatch();
                        let ready = kernel.ready();
                        for lookout in &mut lookouts {
                            let seen = kernel.look_ahead(lookout).map(|thread| thread.slot);
                            let there = ready.get(lookout.turns as usize).map(|pid| pid.slot());
                            prop_assert_eq!(seen, there);
                        }
                        running
                    }
                };
                let Some(running) = running else {
                    // Nobody is ready.
                    parked.drain(..).for_each(|pid| kernel.unpark(pid));
                    continue;
                };
                match step {
                    4 | 5 => {
                        parked.push(running.pid());
                        kernel.block(running, Wait { reason: WaitReason::Park, deadline: None });
                    }
                    _ => kernel.preempt(running),
                }
                if parked.len() > 5 && index.index(3) == 0 {
                    kernel.unpark(parked.swap_remove(index.index(parked.len())));
                }
            }
        }
    }
}
