//! Shared memory: the same bytes in two address spaces. Read next:
//! `../awaited.rs`.
//!
//! ```text
//!   process 1            a piece of memory            process 2
//!  ┌───────────┐                                     ┌───────────┐
//!  │ shared    │ ───────▶ ┌───────────┐ ◀─────────── │           │
//!  │0x40000000 │          │ the bytes │              │ shared    │
//!  └───────────┘          └───────────┘              │0x40000000 │
//!                                                    └───────────┘
//! ```
//!
//! Once it is attached, to write is to execute a store, and the other process reads
//! it by a load. The kernel is not asked, and takes no part: if both write the same
//! word, the later store stays, and who has read in between has read half of what
//! was meant. Whoever wants more order than that has to make it: see `futex.rs`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::boot::Computer;
use super::super::call::Reply;
use super::super::errno::Errno;
use super::super::futex::Futex;
use super::super::process::{PAGE, Process, USER_END};
use super::super::thread::Thread;
use super::{Access, CREATE, EXCLUSIVE, PRIVATE, REMOVE, wanted_by};
use crate::machine::memory::{Section, Segment};

/// The most bytes that one piece may have.
// ANCHOR: limits
pub const PIECE_BYTES: u32 = 1 << 20;
/// How many pieces there may be.
pub const MOST_PIECES: usize = 64;
/// How many of them a process may have attached at once.
pub const MOST_ATTACHED: usize = 16;
/// Nothing may be attached below this: a pointer that was never set shall point nowhere.
/// Source: `vm.mmap_min_addr`, as most distributions of Linux set it.
const LOWEST: u32 = 0x1_0000;
/// Where the kernel looks for a place.
const FIRST: u32 = 0x4000_0000;
// ANCHOR_END: limits

/// Source: `include/uapi/linux/shm.h`.
// ANCHOR: flags
pub(in super::super) const READ_ONLY: u32 = 0o10000;
pub(in super::super) const ROUND: u32 = 0o20000;
// ANCHOR_END: flags

/// A piece of memory that processes may attach.
// ANCHOR: piece
#[derive(Debug)]
pub(in super::super) struct SharedMemory {
    id: u32,
    key: Cell<u32>,
    access: Access,
    /// How many bytes it was made for; the segment has whole pages.
    wanted: u32,
    segment: Segment,
    attached: Cell<u32>,
    /// It goes when nobody has it attached.
    is_removed: Cell<bool>,
    /// By the offset of the word.
    pub(in super::super) futexes: RefCell<BTreeMap<u32, Rc<Futex>>>,
}
// ANCHOR_END: piece

impl Computer {
    /// `shmget(key, size, flags)`: the number of the piece with that key.
    // ANCHOR: shmget
    pub(in super::super) fn shmget(
        &mut self,
        thread: &mut Thread,
        [key, size, flags]: [u32; 3],
    ) -> Result<Reply, Errno> {
        let mut pieces = self.shared_memory.values();
        let found = pieces.find(|piece| key != PRIVATE && piece.key.get() == key);
        if let Some(piece) = found {
            if flags & CREATE != 0 && flags & EXCLUSIVE != 0 {
                return Err(Errno::Exists);
            }
            piece.access.check(&thread.process, wanted_by(flags))?;
            return match size <= piece.wanted {
                true => Ok(Reply::Value(piece.id)),
                false => Err(Errno::Invalid),
            };
        }
        if key != PRIVATE && flags & CREATE == 0 {
            return Err(Errno::NoEntry);
        }
        self.make_piece(thread, [key, size, flags])
    }
    // ANCHOR_END: shmget

    /// A new piece with that key: its number.
    // ANCHOR: make_piece
    fn make_piece(
        &mut self,
        thread: &mut Thread,
        [key, size, flags]: [u32; 3],
    ) -> Result<Reply, Errno> {
        if !(1..=PIECE_BYTES).contains(&size) {
            return Err(Errno::Invalid);
        }
        if self.shared_memory.len() >= MOST_PIECES {
            return Err(Errno::NoSpace);
        }
        let wanted = size;
        let size = size.next_multiple_of(PAGE);
        if u64::from(size) > self.limits.memory.saturating_sub(self.memory_used) {
            return Err(Errno::NoMemory);
        }
        self.charge_copying(thread, size.into());
        self.memory_used += u64::from(size);
        let id = self.next_ipc_id();
        let piece = SharedMemory {
            id,
            key: Cell::new(key),
            access: Access::new(&thread.process, flags),
            wanted,
            segment: Segment::zeroed(size as usize),
            attached: Cell::new(0),
            is_removed: Cell::new(false),
            futexes: RefCell::default(),
        };
        self.shared_memory.insert(id, Rc::new(piece));
        Ok(Reply::Value(id))
    }
    // ANCHOR_END: make_piece

    /// `shmat(piece, address or 0, flags)`: the address at which it is now.
    // ANCHOR: shmat
    pub(in super::super) fn shmat(
        &mut self,
        thread: &mut Thread,
        [id, address, flags]: [u32; 3],
    ) -> Result<Reply, Errno> {
        if flags & !(READ_ONLY | ROUND) != 0 {
            return Err(Errno::Invalid);
        }
        let piece = Rc::clone(self.shared_memory.get(&id).ok_or(Errno::Invalid)?);
        let process = &thread.process;
        let wanted = if flags & READ_ONLY == 0 { 0o6 } else { 0o4 };
        piece.access.check(process, wanted)?;
        if process.attached.borrow().len() >= MOST_ATTACHED {
            return Err(Errno::NoMemory);
        }
        let size = piece.segment.len() as u32;
        let base = base_for(process, size, address, flags)?;
        let section = Section::shared(base, piece.segment.clone());
        let section = section.map_err(|_| Errno::Invalid)?;
        let section = match flags & READ_ONLY {
            0 => section,
            _ => section.read_only(),
        };
        let placed = process.memory.borrow_mut().place(section);
        placed.map_err(|_| Errno::Invalid)?;
        piece.attached.set(piece.attached.get() + 1);
        process.attached.borrow_mut().insert(base, piece);
        Ok(Reply::Value(base))
    }
    // ANCHOR_END: shmat

    /// `shmdt(address)`: what is attached there no longer is.
    // ANCHOR: shmdt
    pub(in super::super) fn shmdt(
        &mut self,
        thread: &mut Thread,
        address: u32,
    ) -> Result<Reply, Errno> {
        let process = &thread.process;
        let found = process.attached.borrow_mut().remove(&address);
        let piece = found.ok_or(Errno::Invalid)?;
        process.memory.borrow_mut().remove(address);
        self.detach(&piece);
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: shmdt

    /// `shmctl(piece, IPC_RMID, 0)`: nobody finds it by its key any more, and it goes
    /// when the last one has detached it.
    // ANCHOR: shmctl
    pub(in super::super) fn shmctl(
        &mut self,
        thread: &mut Thread,
        id: u32,
        command: u32,
    ) -> Result<Reply, Errno> {
        if command != REMOVE {
            return Err(Errno::Invalid);
        }
        let piece = Rc::clone(self.shared_memory.get(&id).ok_or(Errno::Invalid)?);
        if !piece.access.is_own(&thread.process) {
            return Err(Errno::NotPermitted);
        }
        piece.key.set(PRIVATE);
        piece.is_removed.set(true);
        self.drop_if_unused(&piece);
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: shmctl

    /// A child has attached what its parent has.
    // ANCHOR: inherit
    pub(in super::super) fn inherit_attached(&self, child: &Process) {
        for piece in child.attached.borrow().values() {
            piece.attached.set(piece.attached.get() + 1);
        }
    }

    /// A process that ends, or becomes another program, has nothing attached.
    pub(in super::super) fn detach_all(&mut self, process: &Process) {
        let attached = std::mem::take(&mut *process.attached.borrow_mut());
        for piece in attached.into_values() {
            self.detach(&piece);
        }
    }

    fn detach(&mut self, piece: &SharedMemory) {
        piece.attached.set(piece.attached.get() - 1);
        self.drop_if_unused(piece);
    }

    fn drop_if_unused(&mut self, piece: &SharedMemory) {
        if piece.is_removed.get() && piece.attached.get() == 0 {
            self.shared_memory.remove(&piece.id);
            self.memory_used -= piece.segment.len() as u64;
        }
    }
    // ANCHOR_END: inherit
}

/// Where it will be: where the process wants it, if nothing is there.
// ANCHOR: base_for
fn base_for(process: &Process, size: u32, address: u32, flags: u32) -> Result<u32, Errno> {
    let base = match address {
        0 => place_for(process, size).ok_or(Errno::NoMemory)?,
        _ if flags & ROUND != 0 => address - address % PAGE,
        _ => address,
    };
    let is_free = base.is_multiple_of(PAGE)
        && base.checked_add(size).is_some_and(|end| end <= USER_END)
        && in_the_way(process, base, size).is_none();
    if !is_free {
        return Err(Errno::Invalid);
    }
    if base < LOWEST {
        return Err(Errno::NotPermitted);
    }
    Ok(base)
}
// ANCHOR_END: base_for

/// The lowest place above [`FIRST`] where it fits.
// ANCHOR: place_for
fn place_for(process: &Process, size: u32) -> Option<u32> {
    let mut base = FIRST;
    while base.checked_add(size)? <= USER_END {
        match in_the_way(process, base, size) {
            None => return Some(base),
            Some(end) => base = end.checked_next_multiple_of(PAGE)?,
        }
    }
    None
}
// ANCHOR_END: place_for

/// The end of what is there, if something is. The heap may still grow, and its room is
/// kept free.
// ANCHOR: in_the_way
fn in_the_way(process: &Process, base: u32, size: u32) -> Option<u32> {
    let heap = process.heap();
    let room = (heap.base, process.highest_break.get().max(heap.base + 1));
    let memory = process.memory();
    let sections = memory.sections().map(Section::extent);
    let taken = sections.map(|extent| (extent.base, extent.limit));
    let mut taken = taken.chain([room]);
    taken
        .find(|&(from, to)| from < base + size && base < to)
        .map(|(_, end)| end)
}
// ANCHOR_END: in_the_way
