//! A gate that lets so many threads in at a time, and has the others wait in a line.

use std::cell::Cell;
use std::fmt;

use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::queue::Queue;
use kernel_sim::kernel::state::State;
use kernel_sim::kernel::wait::{Object, Owner, Wait, WaitReason};
use kernel_sim::kernel::{Kernel, Running};

/// What is saved of a thread: whether it has come to the gate, and for how long it stays.
struct Visitor {
    inside: bool,
    stay: u32,
}

#[derive(Debug)]
struct Gate {
    line: Cell<Queue>,
    places: Cell<u32>,
}

impl Object for &'static Gate {
    fn queue(&self) -> &Cell<Queue> {
        &self.line
    }

    fn owners(&self, _: &mut dyn FnMut(Owner)) {}
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gate")
    }
}

impl Context for Visitor {
    type Identity = &'static str;
    type Object = &'static Gate;
}

/// What the reader begins with.
mod start {
    use super::{Gate, Kernel, Running, Visitor, Wait, WaitReason};

    // ANCHOR: start
    pub(super) fn enter(kernel: &mut Kernel<Visitor>, who: Running<Visitor>, gate: &'static Gate) {
        if gate.places.get() > 0 {
            gate.places.set(gate.places.get() - 1);
            kernel.preempt(who); // It is in.
        } else {
            let reason = WaitReason::Object(gate);
            let deadline = None;
            kernel.block(who, Wait { reason, deadline }); // It is in when it is woken.
        }
    }

    pub(super) fn leave(kernel: &mut Kernel<Visitor>, gate: &'static Gate) {
        gate.places.set(gate.places.get() + 1);
        kernel.wake_first(&gate.line);
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    pub(super) use super::start::enter;
    use super::{Gate, Kernel, Visitor};

    // ANCHOR: solution
    pub(super) fn leave(kernel: &mut Kernel<Visitor>, gate: &'static Gate) {
        if kernel.wake_first(&gate.line).is_none() {
            gate.places.set(gate.places.get() + 1);
        }
    }
    // ANCHOR_END: solution
}

type Enter = fn(&mut Kernel<Visitor>, Running<Visitor>, &'static Gate);
type Leave = fn(&mut Kernel<Visitor>, &'static Gate);

pub(super) fn check_start() {
    check(start::enter, start::leave);
}

pub(super) fn check_solution() {
    check(solution::enter, solution::leave);
}

/// Visitors come one after the other, and stay for a while.
fn check(enter: Enter, leave: Leave) {
    for places in 1..5 {
        let gate: &'static Gate = Box::leak(Box::new(Gate {
            line: Cell::new(Queue::new()),
            places: Cell::new(places),
        }));
        let mut kernel = Kernel::default();
        let mut come = 0;
        let mut most = 0;
        loop {
            if come < 50 {
                let stay = come * 7 % 5;
                let inside = false;
                let pid = kernel.create(Visitor { inside, stay }, Priority::NORMAL, "visitor");
                kernel.admit(pid).expect("it is new");
                come += 1;
            }
            let Some(mut who) = kernel.dispatch() else {
                break;
            };
            if !who.context.inside {
                who.context.inside = true;
                enter(&mut kernel, who, gate);
            } else if who.context.stay > 0 {
                who.context.stay -= 1;
                kernel.preempt(who);
            } else {
                leave(&mut kernel, gate);
                let pid = who.pid();
                kernel.exit(who);
                kernel.reap(pid).expect("it has ended");
            }
            let ready = kernel.iter().filter(|pcb| match pcb.state() {
                State::Ready(visitor) => visitor.inside,
                _ => false,
            });
            let inside = ready.count();
            assert!(inside <= places as usize, "{inside} in {places} places");
            most = most.max(inside);
        }
        assert!(kernel.is_empty(), "somebody still waits, and all are gone");
        assert_eq!(gate.places.get(), places, "as many places as before");
        assert_eq!(most, places as usize, "all places are used");
    }
}
