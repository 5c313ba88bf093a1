//! `futex`: to wait until somebody says that a word has changed. Read next: `file.rs`.
//!
//! Threads that share memory need no kernel to take a lock that is free: one
//! instruction, or a few, can see that it is and take it. Only who finds it taken has
//! to wait, and only who knows of somebody waiting has to call. That is what the name
//! means: a fast mutex in user space.
//!
//! The kernel knows no lock. It knows a word, at which threads wait; what the word
//! means is between them. So it cannot say who has the lock, and a wait here has no
//! owner.

use std::cell::Cell;
use std::rc::Rc;

use super::awaited::{Awaited, Wait};
use super::boot::Computer;
use super::call::Reply;
use super::errno::Errno;
use super::process::{Process, USER_END};
use super::thread::Thread;
use crate::kernel::queue::Queue;
use crate::kernel::wait::WaitReason;

/// Source: `include/uapi/linux/futex.h`.
// ANCHOR: futex
pub(super) const WAIT: u32 = 0;
pub(super) const WAKE: u32 = 1;
/// The word is not in shared memory, says the caller. Here that is looked up.
pub(super) const PRIVATE: u32 = 128;

/// A word at which somebody waits.
#[derive(Debug)]
pub struct Futex {
    /// Where it is in the memory of who has waited first.
    pub(super) address: u32,
    pub(super) queue: Cell<Queue>,
}

impl Futex {
    pub(super) fn at(address: u32) -> Futex {
        let queue = Cell::default();
        Futex { address, queue }
    }
}
// ANCHOR_END: futex

impl Computer {
    /// `futex(address, operation, value, address of a time limit or 0)`.
    // ANCHOR: call
    pub(super) fn futex(
        &mut self,
        thread: &mut Thread,
        [address, operation, value, limit, ..]: [u32; 6],
    ) -> Result<Reply, Errno> {
        let kind = operation & !PRIVATE;
        if kind != WAIT && kind != WAKE {
            return Err(Errno::NoSuchCall);
        }
        if !address.is_multiple_of(4) {
            return Err(Errno::Invalid);
        }
        if address >= USER_END {
            return Err(Errno::BadAddress);
        }
        match kind {
            WAIT => self.wait_at(thread, address, value, limit),
            _ => {
                // Who says that the memory is shared has to have some there.
                if operation & PRIVATE == 0 {
                    let word = thread.memory().read(address, 4);
                    word.map_err(|_| Errno::BadAddress)?;
                }
                // As on Linux: it asks whether these are enough when it has woken one.
                let most = value.max(1);
                Ok(Reply::Value(self.wake_at(&thread.process, address, most)))
            }
        }
    }
    // ANCHOR_END: call

    /// Waits, unless the word has changed meanwhile: then who has changed it may
    /// have called already, and nobody would call again.
    // ANCHOR: wait
    fn wait_at(
        &mut self,
        thread: &mut Thread,
        address: u32,
        value: u32,
        limit: u32,
    ) -> Result<Reply, Errno> {
        let deadline = match limit {
            0 => None,
            limit => self.deadline(thread, limit)?,
        };
        if self.copy_words(thread, address)? != [value] {
            return Err(Errno::TryAgain);
        }
        let futex = thread.process.futex(address);
        let reason = WaitReason::Object(Awaited::Word(futex));
        let late = Errno::TimedOut.answer();
        Ok(Reply::Wait(Wait { reason, deadline }, late))
    }
    // ANCHOR_END: wait

    /// Wakes up to so many, and says how many these were.
    // ANCHOR: wake
    pub(super) fn wake_at(&mut self, process: &Process, address: u32, most: u32) -> u32 {
        let futex: Rc<Futex> = process.futex(address);
        let mut woken = 0;
        while woken < most && self.kernel.wake_first(&futex.queue).is_some() {
            woken += 1;
        }
        if futex.queue.get().is_empty() {
            process.forget_futex(address);
        }
        woken
    }
    // ANCHOR_END: wake
}
