//! Who reads, who writes, and whose turn is next: the cells of a
//! [`RwLock`](super::RwLock), without the value.
//!
//! Phases of readers and phases of one writer take turns as long as both wait,
//! so that nobody waits for ever:
//!
//! ```text
//!    nobody writes and             the last reader lets go:
//!    nobody waits to:              the first writer gets in
//!    readers get in    ┌─────────┐ ───────────────────────▶ ┌──────────┐
//!   ─────────────────▶ │ readers │                          │ a writer │ ──┐ it lets go, and no
//!                      └─────────┘ ◀─────────────────────── └──────────┘ ◀─┘ reader waits: the
//!                                  it lets go: all readers                   next one gets in
//!                                  get in that wait now
//! ```
//!
//! This is the phase-fair lock of B. Brandenburg and J. Anderson,
//! "Reader-Writer Synchronization for Shared-Memory Multiprocessor Real-Time
//! Systems", ECRTS 2009.

use std::cell::{Cell, RefCell};
use std::ptr;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Owner;
use slab::Slab;

use crate::moment::Moment;
use crate::place::{self, Place};
use crate::sync::core_bound::Idle;
use crate::sync::exclusive::Holder;
use crate::sync::object::State;
use crate::sync::wait_queue::{WaitQueue, wake};

// ANCHOR: phases
pub(super) struct Phases {
    /// Who writes.
    writer: Cell<Option<Holder>>,
    /// Those who read.
    readers: RefCell<Slab<Holder>>,
    /// How many readers were let in and have not had the CPU since. They are
    /// ready, so no ring goes through them, and nobody needs to know their names.
    arriving: Cell<usize>,
    pub(super) waiting_readers: WaitQueue,
    pub(super) waiting_writers: WaitQueue,
    /// The last run in which a guard was dropped by another thread than the one that
    /// had got it. There, nobody can be sure any more who has the lock.
    guards_travel: Cell<Place>,
}

/// Where a reader stands among the readers.
pub(super) type Key = usize;
// ANCHOR_END: phases

impl Phases {
    // ANCHOR: new
    pub(super) const fn new() -> Self {
        Self {
            writer: Cell::new(None),
            readers: RefCell::new(Slab::new()),
            arriving: Cell::new(0),
            waiting_readers: WaitQueue::new(),
            waiting_writers: WaitQueue::new(),
            guards_travel: Cell::new(0),
        }
    }
    // ANCHOR_END: new

    /// Gets in as a reader, unless a writer has the lock or waits for it.
    // ANCHOR: begin
    #[inline(always)]
    pub(super) fn begin_read(&self) -> Option<Key> {
        let open = self.writer.get().is_none() && self.waiting_writers.is_empty();
        open.then(|| self.sign_in())
    }

    /// Gets in as the writer, if nobody has the lock. If somebody waits,
    /// somebody has it.
    #[inline(always)]
    pub(super) fn begin_write(&self) -> bool {
        let free = self.writer.get().is_none() && self.nobody_reads();
        if free {
            self.writer.set(Some(Holder::here()));
        }
        free
    }
    // ANCHOR_END: begin

    /// When the writer got it.
    // ANCHOR: arrive
    pub(super) fn written_since(&self) -> Moment {
        self.writer.get().map_or(Moment::START, Holder::since)
    }

    /// A reader that was let in is there.
    pub(super) fn arrive(&self) -> Key {
        self.arriving.set(self.arriving.get() - 1);
        self.sign_in()
    }

    #[inline(always)]
    fn sign_in(&self) -> Key {
        let reader = Holder::here();
        self.readers.borrow_mut().insert(reader)
    }

    #[inline(always)]
    fn nobody_reads(&self) -> bool {
        self.readers.borrow().is_empty() && self.arriving.get() == 0
    }

    #[inline(always)]
    fn nobody_waits(&self) -> bool {
        self.waiting_writers.is_empty() && self.waiting_readers.is_empty()
    }
    // ANCHOR_END: arrive

    /// The last reader hands the lock to the first writer that waits.
    // ANCHOR: end_read
    #[inline(always)]
    pub(super) fn end_read(&self, key: Key) {
        let reader = self.readers.borrow_mut().remove(key);
        if !self.nobody_waits() {
            self.reader_leaves(reader);
        }
    }

    #[inline(never)]
    fn reader_leaves(&self, reader: Holder) {
        self.look_who_leaves(&reader);
        if self.waiting_writers.is_empty() {
            self.let_readers_in();
        } else if self.nobody_reads() {
            // Taken until it is handed over: there is no moment at which it
            // looks free.
            self.writer.set(Some(reader));
            self.let_writer_in();
        }
    }
    // ANCHOR_END: end_read

    /// The writer hands the lock to all readers that wait, or else to the next
    /// writer.
    // ANCHOR: end_write
    #[inline(always)]
    pub(super) fn end_write(&self) {
        match self.nobody_waits() {
            true => self.writer.set(None),
            false => self.writer_leaves(),
        }
    }

    #[inline(never)]
    fn writer_leaves(&self) {
        if let Some(writer) = self.writer.get() {
            self.look_who_leaves(&writer);
        }
        match self.waiting_readers.is_empty() {
            true => self.let_writer_in(),
            false => self.let_readers_in(),
        }
    }
    // ANCHOR_END: end_write

    /// The writer becomes one of the readers. All that wait get in with it, but
    /// not before it has its guard: see [`Phases::let_readers_in`].
    // ANCHOR: downgrade
    pub(super) fn downgrade(&self) -> Key {
        let key = self.sign_in();
        self.writer.set(None);
        key
    }
    // ANCHOR_END: downgrade

    /// A writer has left the line before its turn: the readers may have waited
    /// for it alone.
    // ANCHOR: writer_gives_up
    pub(super) fn writer_gives_up(&self) {
        if self.writer.get().is_none() && self.waiting_writers.is_empty() {
            self.let_readers_in();
        }
    }
    // ANCHOR_END: writer_gives_up

    /// All readers get in that wait now. If there is a writer, it lets go.
    // ANCHOR: let_in
    pub(super) fn let_readers_in(&self) {
        wake(|waker| {
            // Until they are counted: a policy that comes here too finds it taken.
            self.writer.set(Some(Holder::here()));
            while waker.first(&self.waiting_readers).is_some() {
                self.arriving.set(self.arriving.get() + 1);
            }
            self.writer.set(None);
        });
    }

    fn let_writer_in(&self) {
        wake(|waker| {
            let next = waker.first(&self.waiting_writers);
            self.writer.set(next.map(Holder::handed_to));
        });
    }

    fn look_who_leaves(&self, holder: &Holder) {
        if !holder.is_here() {
            self.guards_travel.set(place::run());
        }
    }
    // ANCHOR_END: let_in
}

// ANCHOR: idle
impl Idle for Phases {
    fn is_idle(&self) -> bool {
        self.writer.get().is_none() && self.nobody_reads() && self.nobody_waits()
    }

    fn abandon(&self) {
        self.waiting_readers.forget_all();
        self.waiting_writers.forget_all();
        self.arriving.set(0);
        // Other guards may be left, and another thread may have got the slot.
        for (_, reader) in self.readers.borrow_mut().iter_mut() {
            *reader = reader.unknown();
        }
    }
}
// ANCHOR_END: idle

// ANCHOR: owners
impl State for Phases {
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        let travel = self.guards_travel.get() == place::run();
        let readers = self.readers.borrow();
        let holders = readers.iter().map(|(_, reader)| *reader);
        holders
            .chain(self.writer.get())
            .filter_map(|holder| holder.owner(travel))
            .for_each(visit);
    }

    fn verb(&self, line: &WaitQueue) -> &'static str {
        match self.writer.get() {
            Some(_) => "written by",
            None if ptr::eq(line, &self.waiting_readers) => "behind a waiting writer, read by",
            None => "read by",
        }
    }

    fn could_end(&self, _name: &dyn Fn(Pid) -> String) -> String {
        match self.arriving.get() {
            0 => "nobody".into(),
            _ => "nobody: a reader that was let in has ended before it ran".into(),
        }
    }
}
// ANCHOR_END: owners
