//! What a thread can wait for, besides time and the end of one other thread. Read next: `cost.rs`.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use super::futex::Futex;
use super::ipc::message_queue::MessageQueue;
use super::ipc::pipe::Pipe;
use super::ipc::socket::Listener;
use super::process::Process;
use crate::kernel::queue::Queue;
use crate::kernel::wait::{self, Object, Owner};

/// A handle that the kernel keeps as long as somebody waits for what it names.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Disk, Settings};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// computer.start("pipe_ring", Priority::NORMAL)?;
/// computer.run();
/// let waits = computer.report(1).unwrap().waits.unwrap();
/// assert_eq!(waits, "waits for room in pipe 2 read by pipe_ring (2) since dispatch 2");
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: awaited
#[derive(Clone, Debug)]
pub enum Awaited {
    /// The end of any child of this process.
    Child(Rc<Process>),
    /// That somebody says that this word has changed.
    Word(Rc<Futex>),
    /// Bytes to read.
    Bytes(Rc<Pipe>),
    /// Room for what is to be written.
    Room(Rc<Pipe>),
    /// A client to accept.
    Client(Rc<Listener>),
    /// A place among those who wait to be accepted.
    Place(Rc<Listener>),
    /// A message of the type that is wanted.
    Message(Rc<MessageQueue>),
    /// Room for a message.
    MessageRoom(Rc<MessageQueue>),
}
// ANCHOR_END: awaited

/// What a thread waits for.
// ANCHOR: wait
pub(super) type Wait = wait::Wait<Awaited>;
// ANCHOR_END: wait

impl Object for Awaited {
    // ANCHOR: queue
    fn queue(&self) -> &Cell<Queue> {
        match self {
            Awaited::Child(parent) => &parent.family.bell,
            Awaited::Word(futex) => &futex.queue,
            Awaited::Bytes(pipe) => &pipe.readers,
            Awaited::Room(pipe) => &pipe.writers,
            Awaited::Client(listener) => &listener.servers,
            Awaited::Place(listener) => &listener.clients,
            Awaited::Message(queue) => &queue.receivers,
            Awaited::MessageRoom(queue) => &queue.senders,
        }
    }
    // ANCHOR_END: queue

    /// The children; those who have the other end of the pipe; those who can accept.
    /// Who will change a word or send a message, nobody knows.
    // ANCHOR: owners
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        let file = match self {
            Awaited::Child(parent) => {
                let children = parent.family.children.borrow();
                return children.values().copied().for_each(visit);
            }
            Awaited::Bytes(pipe) => pipe.writing.borrow().upgrade(),
            Awaited::Room(pipe) => pipe.reading.borrow().upgrade(),
            Awaited::Place(listener) => listener.file.upgrade(),
            Awaited::Client(_)
            | Awaited::Word(_)
            | Awaited::Message(_)
            | Awaited::MessageRoom(_) => None,
        };
        if let Some(file) = file {
            file.holders(visit);
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Awaited::Child(_) => "namely",
            Awaited::Room(_) => "read by",
            Awaited::Place(_) => "accepted by",
            _ => "written by",
        }
    }
    // ANCHOR_END: owners
}

// ANCHOR: display
impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Awaited::Child(_) => f.write_str("the end of a child,"),
            Awaited::Word(futex) => write!(f, "the word at {:#010x}", futex.address),
            Awaited::Bytes(pipe) => write!(f, "bytes in pipe {}", pipe.number),
            Awaited::Room(pipe) => write!(f, "room in pipe {}", pipe.number),
            Awaited::Client(listener) => write!(f, "a client of {}", name(listener)),
            Awaited::Place(listener) => write!(f, "a place at {}", name(listener)),
            Awaited::Message(queue) => write!(f, "a message in queue {}", queue.id),
            Awaited::MessageRoom(queue) => write!(f, "room in queue {}", queue.id),
        }
    }
}

/// Whatever a process has called it.
fn name(listener: &Listener) -> String {
    format!(
        "'{}'",
        String::from_utf8_lossy(&listener.name).escape_debug()
    )
}
// ANCHOR_END: display
