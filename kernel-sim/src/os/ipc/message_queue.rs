//! A message queue: whole messages, each with a type by which it can be asked for.
//! Read next: `shared_memory.rs`.
//!
//! ```text
//!   msgsnd ──▶ │ 1: "..." │ 7: "..." │ 1: "....." │ ──▶ msgrcv(0): the first one
//!                                                       msgrcv(7): the first 7
//! ```
//!
//! It belongs to no process and has no open files: it is there, with what is in it,
//! until somebody removes it. Processes find it by a key that they agree on, or its
//! number goes from parent to child.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::super::awaited::{Awaited, Wait};
use super::super::boot::Computer;
use super::super::call::Reply;
use super::super::errno::Errno;
use super::super::process::Process;
use super::super::thread::Thread;
use super::{Access, CREATE, EXCLUSIVE, NO_WAIT, PRIVATE, REMOVE, wanted_by};
use crate::kernel::queue::Queue;
use crate::kernel::wait::WaitReason;

/// The longest message, in bytes: Linux's `MSGMAX`.
// ANCHOR: limits
pub const MESSAGE_BYTES: u32 = 8192;
/// How many bytes a queue has room for, and how many messages: Linux's `MSGMNB`.
pub const QUEUE_BYTES: usize = 16_384;
/// How many queues there may be.
pub const MOST_QUEUES: usize = 64;
// ANCHOR_END: limits

/// Take what there is room for, and lose the rest. Source:
/// `include/uapi/linux/msg.h`, and so for the next one.
// ANCHOR: flags
pub(in super::super) const NO_ERROR: u32 = 0o10000;
/// Any type but this one.
pub(in super::super) const EXCEPT: u32 = 0o20000;
/// A copy, and leave the message where it is: only kernels that are built for
/// checkpoints know that.
const COPY: u32 = 0o40000;
// ANCHOR_END: flags

/// Messages, the oldest first.
// ANCHOR: queue
#[derive(Debug)]
pub struct MessageQueue {
    /// Its number.
    pub(in super::super) id: u32,
    key: u32,
    access: Access,
    messages: RefCell<VecDeque<Message>>,
    /// Of all messages together.
    bytes: Cell<usize>,
    pub(in super::super) receivers: Cell<Queue>,
    pub(in super::super) senders: Cell<Queue>,
}

#[derive(Debug)]
struct Message {
    kind: u32,
    text: Vec<u8>,
}
// ANCHOR_END: queue

impl MessageQueue {
    /// Where the first message is that is wanted.
    // ANCHOR: find
    fn find(&self, kind: i32, flags: u32) -> Option<usize> {
        let messages = self.messages.borrow();
        let wanted = kind.unsigned_abs();
        match kind {
            0 => (!messages.is_empty()).then_some(0),
            1.. if flags & EXCEPT != 0 => messages.iter().position(|m| m.kind != wanted),
            1.. => messages.iter().position(|m| m.kind == wanted),
            // The lowest type up to that; of these the first.
            ..0 => {
                let low = messages
                    .iter()
                    .enumerate()
                    .filter(|(_, m)| m.kind <= wanted);
                low.min_by_key(|(_, m)| m.kind).map(|(index, _)| index)
            }
        }
    }
    // ANCHOR_END: find
}

impl Message {
    /// A type and a text, as they are in the memory of who sends them.
    // ANCHOR: read_message
    fn read(thread: &Thread, address: u32, length: u32) -> Result<Message, Errno> {
        let read = |length| {
            let bytes = thread.memory().read(address, length);
            bytes.map_err(|_| Errno::BadAddress)
        };
        read(4)?;
        if length > MESSAGE_BYTES {
            return Err(Errno::Invalid);
        }
        let bytes = read(4 + length)?;
        let (kind, text) = bytes.split_first_chunk().expect("four bytes at least");
        let kind = u32::from_le_bytes(*kind);
        if kind.cast_signed() < 1 {
            return Err(Errno::Invalid);
        }
        let text = text.to_vec();
        Ok(Message { kind, text })
    }
    // ANCHOR_END: read_message
}

impl Computer {
    /// `msgget(key, flags)`: the number of the queue with that key.
    // ANCHOR: msgget
    pub(in super::super) fn msgget(
        &mut self,
        thread: &mut Thread,
        key: u32,
        flags: u32,
    ) -> Result<Reply, Errno> {
        let mut queues = self.message_queues.values();
        let found = queues.find(|queue| key != PRIVATE && queue.key == key);
        if let Some(queue) = found {
            if flags & CREATE != 0 && flags & EXCLUSIVE != 0 {
                return Err(Errno::Exists);
            }
            queue.access.check(&thread.process, wanted_by(flags))?;
            return Ok(Reply::Value(queue.id));
        }
        if key != PRIVATE && flags & CREATE == 0 {
            return Err(Errno::NoEntry);
        }
        if self.message_queues.len() >= MOST_QUEUES {
            return Err(Errno::NoSpace);
        }
        let id = self.next_ipc_id();
        let queue = MessageQueue {
            id,
            key,
            access: Access::new(&thread.process, flags),
            messages: RefCell::default(),
            bytes: Cell::default(),
            receivers: Cell::default(),
            senders: Cell::default(),
        };
        self.message_queues.insert(id, Rc::new(queue));
        Ok(Reply::Value(id))
    }
    // ANCHOR_END: msgget

    /// The queue of that number. Who has waited for one that is gone is told so.
    // ANCHOR: by_number
    fn message_queue(
        &self,
        process: &Process,
        id: u32,
        wanted: u32,
        is_again: bool,
    ) -> Result<Rc<MessageQueue>, Errno> {
        let queue = self.message_queues.get(&id).ok_or(match is_again {
            true => Errno::Removed,
            false => Errno::Invalid,
        })?;
        queue.access.check(process, wanted)?;
        Ok(Rc::clone(queue))
    }
    // ANCHOR_END: by_number

    /// `msgsnd(queue, address of a type and a text, length of the text, flags)`.
    // ANCHOR: msgsnd
    pub(in super::super) fn msgsnd(
        &mut self,
        thread: &mut Thread,
        [id, address, length, flags, ..]: [u32; 6],
        is_again: bool,
    ) -> Result<Reply, Errno> {
        // It is looked at before there is room, and charged for when there is.
        let message = Message::read(thread, address, length)?;
        let queue = self.message_queue(&thread.process, id, 0o2, is_again)?;
        let has_room = queue.bytes.get() + length as usize <= QUEUE_BYTES
            && queue.messages.borrow().len() < QUEUE_BYTES;
        if !has_room && flags & NO_WAIT != 0 {
            return Err(Errno::TryAgain);
        }
        if !has_room {
            let reason = WaitReason::Object(Awaited::MessageRoom(queue));
            let deadline = None;
            return Ok(Reply::Again(Wait { reason, deadline }, 0));
        }
        self.charge_copying(thread, u64::from(4 + length));
        queue.bytes.set(queue.bytes.get() + length as usize);
        queue.messages.borrow_mut().push_back(message);
        self.wake_all(&queue.receivers);
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: msgsnd

    /// `msgrcv(queue, address, room for the text, type, flags)`: says how long the
    /// text is.
    // ANCHOR: msgrcv
    pub(in super::super) fn msgrcv(
        &mut self,
        thread: &mut Thread,
        [id, address, room, kind, flags, _]: [u32; 6],
        is_again: bool,
    ) -> Result<Reply, Errno> {
        if room.cast_signed() < 0 {
            return Err(Errno::Invalid);
        }
        refuse_copy(flags)?;
        let queue = self.message_queue(&thread.process, id, 0o4, is_again)?;
        let found = queue.find(kind.cast_signed(), flags);
        // A word for each message that is not the one.
        let passed = found.unwrap_or(queue.messages.borrow().len());
        self.charge_copying(thread, 4 * passed as u64);
        let Some(index) = found else {
            if flags & NO_WAIT != 0 {
                return Err(Errno::NoMessage);
            }
            let reason = WaitReason::Object(Awaited::Message(queue));
            let deadline = None;
            return Ok(Reply::Again(Wait { reason, deadline }, 0));
        };
        let mut messages = queue.messages.borrow_mut();
        let Message { kind, text } = &messages[index];
        if text.len() > room as usize && flags & NO_ERROR == 0 {
            return Err(Errno::TooBig);
        }
        let length = text.len().min(room as usize);
        let bytes = [&kind.to_le_bytes()[..], &text[..length]].concat();
        self.copy_out(thread, address, &bytes)?;
        queue.bytes.set(queue.bytes.get() - text.len());
        messages.remove(index);
        drop(messages);
        self.wake_all(&queue.senders);
        Ok(Reply::Value(length as u32))
    }
    // ANCHOR_END: msgrcv

    /// `msgctl(queue, IPC_RMID, 0)`: removes it. Who waits is refused.
    // ANCHOR: msgctl
    pub(in super::super) fn msgctl(
        &mut self,
        thread: &mut Thread,
        id: u32,
        command: u32,
    ) -> Result<Reply, Errno> {
        if command != REMOVE {
            return Err(Errno::Invalid);
        }
        let queue = self.message_queues.get(&id).ok_or(Errno::Invalid)?;
        if !queue.access.is_own(&thread.process) {
            return Err(Errno::NotPermitted);
        }
        let queue = self.message_queues.remove(&id).expect("it is there");
        self.wake_all(&queue.receivers);
        self.wake_all(&queue.senders);
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: msgctl
}

/// Nobody gets a copy of a message.
// ANCHOR: refuse_copy
fn refuse_copy(flags: u32) -> Result<(), Errno> {
    if flags & COPY == 0 {
        return Ok(());
    }
    // Which copy that is, is only clear if it is there by now.
    let is_clear = flags & NO_WAIT != 0 && flags & EXCEPT == 0;
    Err(match is_clear {
        true => Errno::NoSuchCall,
        false => Errno::Invalid,
    })
}
// ANCHOR_END: refuse_copy
