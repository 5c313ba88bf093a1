//! What the threads of these tests can wait for: objects that a step gives to
//! somebody or takes away.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ptr;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::queue::Queue;
use kernel_sim::kernel::wait::{self, Grip, Owner};

pub(crate) const OBJECTS: usize = 3;

/// One of the objects of a machine. It lives for ever, as a kernel asks of it.
#[derive(Clone, Copy)]
pub(crate) struct Object(&'static Cells);

struct Cells {
    number: usize,
    queue: Cell<Queue>,
    owners: RefCell<Vec<(Pid, Owner)>>,
}

/// The stamp of an owner whose grip is firm for the machine's contexts.
const FIRM: u64 = 1;

/// What the kernel asks the machine's contexts.
pub(crate) fn is_firm(stamp: u64) -> bool {
    stamp == FIRM
}

/// What the kernel is to make of it.
pub(crate) fn is_certain(owner: &Owner) -> bool {
    match owner.grip {
        Grip::Firm => true,
        Grip::Stamped(stamp) => is_firm(stamp),
        Grip::Loose => false,
    }
}

impl Object {
    /// The objects of one machine.
    pub(crate) fn all() -> [Self; OBJECTS] {
        std::array::from_fn(|number| {
            Self(Box::leak(Box::new(Cells {
                number,
                queue: Cell::default(),
                owners: RefCell::default(),
            })))
        })
    }

    pub(crate) fn line(self) -> &'static Cell<Queue> {
        &self.0.queue
    }

    /// From that dispatch on that thread has it, among others.
    pub(crate) fn give_to(self, pid: Pid, since: u64, certain: bool) {
        // In both ways in which it can be so.
        let grip = match (certain, pid.ident() % 2) {
            (true, 0) => Grip::Firm,
            (true, _) => Grip::Stamped(FIRM),
            (false, 0) => Grip::Loose,
            (false, _) => Grip::Stamped(FIRM + 1),
        };
        let slot = pid.slot();
        let owner = Owner { slot, since, grip };
        self.0.owners.borrow_mut().push((pid, owner));
    }

    pub(crate) fn take_away(self) {
        self.0.owners.take();
    }

    pub(crate) fn owners(self) -> Vec<(Pid, Owner)> {
        self.0.owners.borrow().clone()
    }
}

impl wait::Object for Object {
    fn queue(&self) -> &Cell<Queue> {
        &self.0.queue
    }

    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        for (_, owner) in (*self).owners() {
            visit(owner);
        }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Object {}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "object {}", self.0.number)
    }
}

/// With its line: where a test looks for changes, it shall find that one too.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {:?}", self.0.queue.get())
    }
}
