//! The messages of a channel, in the order in which they were sent.
//!
//! ```text
//!            sent                        pending, each with who waits for it
//!   ◀── [ 1 | 2 | 3 ] ◀── admit ── [ 4: A | 5: ─ | 6: C ] ◀── pend
//!  taken                                    ▲
//!                                           B was killed and has taken it back
//! ```
//!
//! This file knows nothing of threads that wait, only whose message is whose. It
//! does as it is told: whether a message may be taken or let in, the
//! [`Gate`](super::channel::Gate) says.

use std::collections::VecDeque;

use kernel_sim::kernel::pid::Pid;

use crate::place::Place;

/// Who waits until its message is let in. A pid says nothing in another run.
// ANCHOR: messages
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) run: Place,
    pub(super) pid: Pid,
}

pub(super) struct Messages<T> {
    /// Those that are in the channel.
    pub(super) sent: VecDeque<T>,
    /// Those for which there is no room yet: their senders wait. The last one
    /// is never a hole.
    pending: VecDeque<Option<(Pending, T)>>,
    /// The number of the first of `pending`.
    first: u64,
}
// ANCHOR_END: messages

impl<T> Messages<T> {
    // ANCHOR: new
    pub(super) fn new() -> Self {
        Self {
            sent: VecDeque::new(),
            pending: VecDeque::new(),
            first: 0,
        }
    }

    #[inline(always)]
    pub(super) fn is_anyone_pending(&self) -> bool {
        !self.pending.is_empty()
    }
    // ANCHOR_END: new

    /// Puts the message of somebody who is going to wait at the end of the
    /// line, and gives its number.
    // ANCHOR: pend_and_admit
    pub(super) fn pend(&mut self, sender: Pending, message: T) -> u64 {
        self.pending.push_back(Some((sender, message)));
        self.first + self.pending.len() as u64 - 1
    }

    /// Lets the first message in line into the channel, and says whose it was.
    pub(super) fn admit(&mut self) -> Option<Pending> {
        while let Some(first) = self.pending.pop_front() {
            self.first += 1;
            if let Some((sender, message)) = first {
                self.sent.push_back(message);
                return Some(sender);
            }
        }
        None
    }
    // ANCHOR_END: pend_and_admit

    /// Takes the message of that number out of the line again; `None` if it was
    /// let in. Holes in front of others stay until these are let in.
    // ANCHOR: take_back
    pub(super) fn take_back(&mut self, number: u64) -> Option<T> {
        let place = number.checked_sub(self.first)?;
        let taken = self.pending[place as usize].take();
        while let Some(None) = self.pending.back() {
            self.pending.pop_back();
        }
        taken.map(|(_, message)| message)
    }
    // ANCHOR_END: take_back
}

#[cfg(test)]
mod tests {
    use kernel_sim::kernel::Kernel;
    use kernel_sim::kernel::pcb::Priority;

    use super::*;

    fn somebody() -> Pending {
        let pid = Kernel::default().create((), Priority::NORMAL, "somebody");
        Pending { run: 1, pid }
    }

    #[test]
    fn whoever_takes_the_last_message_back_takes_the_holes_before_it_along() {
        let mut messages = Messages::new();
        let numbers: Vec<u64> = (0..4).map(|i| messages.pend(somebody(), i)).collect();
        assert_eq!(messages.take_back(numbers[1]), Some(1));
        assert_eq!(messages.take_back(numbers[2]), Some(2));
        assert_eq!(messages.pending.len(), 4);
        assert_eq!(messages.take_back(numbers[3]), Some(3));
        assert_eq!(messages.pending.len(), 1);
        assert_eq!(messages.take_back(numbers[0]), Some(0));
        assert!(!messages.is_anyone_pending());
    }

    #[test]
    fn a_message_that_was_let_in_cannot_be_taken_back() {
        let mut messages = Messages::new();
        let sender = somebody();
        let [first, hole, last] = [1, 2, 3].map(|message| messages.pend(sender, message));
        messages.take_back(hole);
        assert_eq!(messages.admit(), Some(sender));
        assert_eq!(messages.take_back(first), None);
        assert_eq!(messages.admit(), Some(sender));
        assert_eq!(messages.take_back(last), None);
        assert_eq!(messages.admit(), None);
        assert_eq!(messages.sent, [1, 3]);
        let late = messages.pend(sender, 4);
        assert_eq!(messages.take_back(late), Some(4));
    }
}
