//! Stream sockets: two processes that have no common parent find each other by a
//! name, and then have a pipe in each direction. Read next: `message_queue.rs`.
//!
//! ```text
//!      server                                       client
//!   socket, bind "news", listen                   socket
//!      │                                             │
//!   accept  ── waits ──▶ ┌─────────┐ ◀────────────  connect "news"
//!      ┊                 │ backlog │
//!      ▼                 └─────────┘                 │
//!   a new file  ◀──────────── two pipes ───────────▶ its socket
//! ```
//!
//! Only the local domain is there, `AF_UNIX`, and its names are kept in no directory:
//! a name is free again when its socket is closed, as with Linux's abstract ones.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use super::super::awaited::{Awaited, Wait};
use super::super::boot::Computer;
use super::super::call::Reply;
use super::super::errno::Errno;
use super::super::file::{Kind, OpenFile};
use super::super::thread::Thread;
use super::pipe::Pipe;
use crate::kernel::queue::Queue;
use crate::kernel::wait::WaitReason;

/// Source: `include/linux/socket.h`, `include/linux/net.h`.
// ANCHOR: numbers
pub(in super::super) const AF_UNIX: u32 = 1;
pub(in super::super) const SOCK_STREAM: u32 = 1;
/// The family, and up to so many bytes of a name: `struct sockaddr_un`.
pub(in super::super) const FAMILY_BYTES: u32 = 2;
const NAME_BYTES: u32 = 108;
/// The bits of the type that say no more than which type. Source: `include/linux/net.h`.
const TYPE_BITS: u32 = 0xf;
/// There is no type of this number, nor of a higher one. Source: `include/linux/net.h`.
const SOCK_MAX: u32 = 11;
/// At most so many wait to be accepted, and one more. Source: `net.core.somaxconn`
/// before 5.4, and `unix_recvq_full` in `net/unix/af_unix.c`.
const MOST_BACKLOG: u32 = 128;
// ANCHOR_END: numbers

/// A socket, as far as it has come.
// ANCHOR: socket
#[derive(Debug, Default)]
pub(in super::super) struct Socket {
    name: RefCell<Option<Vec<u8>>>,
    state: RefCell<State>,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    New,
    /// It can be found by its name.
    Listening(Rc<Listener>),
    /// Somebody is at the other end, or was.
    Connected {
        incoming: Rc<Pipe>,
        outgoing: Rc<Pipe>,
    },
}
// ANCHOR_END: socket

/// Where connections wait to be accepted.
// ANCHOR: listener
#[derive(Debug)]
pub struct Listener {
    pub(in super::super) name: Vec<u8>,
    backlog: RefCell<VecDeque<Rc<OpenFile>>>,
    most: Cell<usize>,
    /// Where those stand who accept.
    pub(in super::super) servers: Cell<Queue>,
    /// Where those stand who find no room.
    pub(in super::super) clients: Cell<Queue>,
    /// The socket that listens.
    pub(in super::super) file: Weak<OpenFile>,
}
// ANCHOR_END: listener

impl Socket {
    /// Where it reads from.
    // ANCHOR: ends
    pub(in super::super) fn incoming(&self) -> Result<Rc<Pipe>, Errno> {
        match &*self.state.borrow() {
            State::Connected { incoming, .. } => Ok(Rc::clone(incoming)),
            _ => Err(Errno::Invalid),
        }
    }

    /// Where it writes to.
    pub(in super::super) fn outgoing(&self) -> Result<Rc<Pipe>, Errno> {
        match &*self.state.borrow() {
            State::Connected { outgoing, .. } => Ok(Rc::clone(outgoing)),
            _ => Err(Errno::NotConnected),
        }
    }
    // ANCHOR_END: ends
}

// ANCHOR: is_socket
fn socket(file: &OpenFile) -> Result<&Socket, Errno> {
    match &file.kind {
        Kind::Socket(socket) => Ok(socket),
        _ => Err(Errno::NotSocket),
    }
}
// ANCHOR_END: is_socket

impl Computer {
    /// `socket(AF_UNIX, SOCK_STREAM, 0)`.
    // ANCHOR: new_socket
    pub(in super::super) fn socket(
        &mut self,
        thread: &mut Thread,
        [domain, kind, protocol]: [u32; 3],
    ) -> Result<Reply, Errno> {
        match (domain, kind, protocol) {
            _ if kind & !TYPE_BITS != 0 => return Err(Errno::Invalid),
            (AF_UNIX, SOCK_MAX.., _) => return Err(Errno::Invalid),
            (AF_UNIX, SOCK_STREAM, 0 | AF_UNIX) => {}
            (AF_UNIX, _, 0 | AF_UNIX) => return Err(Errno::NoSocketType),
            (AF_UNIX, ..) => return Err(Errno::NoProtocol),
            _ => return Err(Errno::NoAddressFamily),
        }
        let file = OpenFile::new(Kind::Socket(Socket::default()));
        Ok(Reply::Value(self.add_file(&thread.process, file)?))
    }
    // ANCHOR_END: new_socket

    /// `bind(file, address of a name, its length)`.
    // ANCHOR: bind
    pub(in super::super) fn bind(
        &mut self,
        thread: &mut Thread,
        [number, address, length]: [u32; 3],
    ) -> Result<Reply, Errno> {
        let file = self.file(&thread.process, number)?;
        let socket = socket(&file)?;
        let name = self.read_address(thread, address, length)?;
        if socket.name.borrow().is_some() {
            return Err(Errno::Invalid);
        }
        if self.names.contains_key(&name) {
            return Err(Errno::AddressInUse);
        }
        self.names.insert(name.clone(), Rc::downgrade(&file));
        socket.name.replace(Some(name));
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: bind

    /// `listen(file, how many may wait)`.
    // ANCHOR: listen
    pub(in super::super) fn listen(
        &mut self,
        thread: &mut Thread,
        [number, most]: [u32; 2],
    ) -> Result<Reply, Errno> {
        let file = self.file(&thread.process, number)?;
        let socket = socket(&file)?;
        let name = socket.name.borrow().clone().ok_or(Errno::Invalid)?;
        let most = most.min(MOST_BACKLOG) as usize + 1;
        let state = socket.state.borrow().clone();
        match state {
            State::New => {
                let listener = Listener {
                    name,
                    backlog: RefCell::default(),
                    most: Cell::new(most),
                    servers: Cell::default(),
                    clients: Cell::default(),
                    file: Rc::downgrade(&file),
                };
                socket.state.replace(State::Listening(Rc::new(listener)));
            }
            State::Listening(listener) => {
                listener.most.set(most);
                self.wake_all(&listener.clients);
            }
            State::Connected { .. } => return Err(Errno::Invalid),
        }
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: listen

    /// `accept(file, 0, 0)`: a new file, at whose other end a client is.
    // ANCHOR: accept
    pub(in super::super) fn accept(
        &mut self,
        thread: &mut Thread,
        [number, address, length]: [u32; 3],
    ) -> Result<Reply, Errno> {
        let file = self.hold_file(thread, number)?;
        let State::Listening(listener) = socket(&file)?.state.borrow().clone() else {
            return Err(Errno::Invalid);
        };
        if address != 0 || length != 0 {
            return Err(Errno::Invalid);
        }
        // Who has no number for it does not wait for it.
        thread.process.files.borrow().lowest_free()?;
        let Some(first) = listener.backlog.borrow().front().cloned() else {
            let reason = WaitReason::Object(Awaited::Client(listener));
            let deadline = None;
            return Ok(Reply::Again(Wait { reason, deadline }, 0));
        };
        let number = self.add_file(&thread.process, first)?;
        listener.backlog.borrow_mut().pop_front();
        self.wake_all(&listener.clients);
        Ok(Reply::Value(number))
    }
    // ANCHOR_END: accept

    /// `connect(file, address of a name, its length)`.
    // ANCHOR: connect
    pub(in super::super) fn connect(
        &mut self,
        thread: &mut Thread,
        [number, address, length]: [u32; 3],
    ) -> Result<Reply, Errno> {
        let file = self.hold_file(thread, number)?;
        let client = socket(&file)?;
        let name = self.read_address(thread, address, length)?;
        let server = self.names.get(&name).and_then(Weak::upgrade);
        let server = server.ok_or(Errno::Refused)?;
        let State::Listening(listener) = socket(&server)?.state.borrow().clone() else {
            return Err(Errno::Refused);
        };
        match &*client.state.borrow() {
            State::New => {}
            State::Listening(_) => return Err(Errno::Invalid),
            State::Connected { .. } => return Err(Errno::IsConnected),
        }
        if listener.backlog.borrow().len() >= listener.most.get() {
            let reason = WaitReason::Object(Awaited::Place(listener));
            let deadline = None;
            return Ok(Reply::Again(Wait { reason, deadline }, 0));
        }
        let accepted = self.lay_pipes(&file, client, name)?;
        listener.backlog.borrow_mut().push_back(accepted);
        self.wake_all(&listener.servers);
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: connect

    /// A pipe in each direction, between a client's socket and one that is to be accepted.
    // ANCHOR: lay_pipes
    fn lay_pipes(
        &mut self,
        file: &Rc<OpenFile>,
        client: &Socket,
        name: Vec<u8>,
    ) -> Result<Rc<OpenFile>, Errno> {
        let (there, back) = (self.new_pipe()?, self.new_pipe()?);
        client.state.replace(State::Connected {
            incoming: Rc::clone(&back),
            outgoing: Rc::clone(&there),
        });
        // It has the name of the one that listens.
        let accepted = Socket {
            name: RefCell::new(Some(name)),
            state: RefCell::new(State::Connected {
                incoming: Rc::clone(&there),
                outgoing: Rc::clone(&back),
            }),
        };
        let accepted = OpenFile::new(Kind::Socket(accepted));
        there.writing.replace(Rc::downgrade(file));
        there.reading.replace(Rc::downgrade(&accepted));
        back.writing.replace(Rc::downgrade(&accepted));
        back.reading.replace(Rc::downgrade(file));
        Ok(accepted)
    }
    // ANCHOR_END: lay_pipes

    /// `AF_UNIX`, and then a name.
    // ANCHOR: read_address
    fn read_address(
        &mut self,
        thread: &mut Thread,
        address: u32,
        length: u32,
    ) -> Result<Vec<u8>, Errno> {
        if !(FAMILY_BYTES + 1..=FAMILY_BYTES + NAME_BYTES).contains(&length) {
            return Err(Errno::Invalid);
        }
        let bytes = self.copy_in(thread, address, length)?;
        let (family, name) = bytes.split_at(FAMILY_BYTES as usize);
        match u32::from(u16::from_le_bytes([family[0], family[1]])) {
            // A text ends at the first zero; what begins with one is no text.
            AF_UNIX if name[0] != 0 => {
                let text = name.split(|&byte| byte == 0).next();
                Ok(text.unwrap_or_default().to_vec())
            }
            AF_UNIX => Ok(name.to_vec()),
            _ => Err(Errno::Invalid),
        }
    }
    // ANCHOR_END: read_address

    /// Nobody has it any more.
    // ANCHOR: close_socket
    pub(in super::super) fn close_socket(&mut self, socket: Socket) {
        if let Some(name) = socket.name.into_inner() {
            // Who was accepted has the name, too, and it may be another's by now.
            let holder = self.names.get(&name);
            if holder.is_some_and(|holder| holder.strong_count() == 0) {
                self.names.remove(&name);
            }
        }
        match socket.state.into_inner() {
            State::New => {}
            State::Listening(listener) => {
                let backlog = std::mem::take(&mut *listener.backlog.borrow_mut());
                for file in backlog {
                    self.drop_file(file);
                }
                self.wake_all(&listener.servers);
                self.wake_all(&listener.clients);
            }
            State::Connected { incoming, outgoing } => {
                self.wake_pipe(&incoming);
                self.wake_pipe(&outgoing);
            }
        }
    }
    // ANCHOR_END: close_socket
}
