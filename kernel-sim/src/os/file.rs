//! Files: numbers by which a process names what it can read and write. Read next: `copying.rs`.
//!
//! ```text
//!   process 1             open files              process 2, its child
//!  ┌───┬───────┐        ┌─────────────┐           ┌───────┬───┐
//!  │ 0 │   ────┼──────▶ │ the screen  │ ◀─────────┼────   │ 0 │
//!  │ 3 │   ────┼──────▶ │ pipe 1, out │ ◀─────────┼────   │ 3 │
//!  │ 4 │   ────┼──────▶ │ pipe 1, in  │           └───────┴───┘
//!  └───┴───────┘        └─────────────┘            it has closed 4
//! ```
//!
//! A number means something in one process only. Several numbers, of several
//! processes, may stand for one open file: `dup` makes such, and every child has all
//! those of its parent. It is closed when the last of them is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::boot::Computer;
use super::call::Reply;
use super::console::Stream;
use super::errno::Errno;
use super::ipc::pipe::Pipe;
use super::ipc::socket::Socket;
use super::process::{Process, USER_END};
use super::thread::Thread;
use crate::kernel::wait::Owner;

/// How many files a process may have open.
// ANCHOR: most_files
pub const MOST_FILES: u32 = 64;
// ANCHOR_END: most_files

/// What a number stands for.
// ANCHOR: open_file
#[derive(Debug)]
pub struct OpenFile {
    pub(super) kind: Kind,
    /// The processes that have a number for it, and how many. For people.
    holders: RefCell<BTreeMap<u64, (Owner, u32)>>,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// There is no keyboard: nothing can be read.
    Keyboard,
    Screen(Stream),
    Reading(Rc<Pipe>),
    Writing(Rc<Pipe>),
    Socket(Socket),
}

/// The files of a process, by number.
#[derive(Clone, Debug)]
pub(super) struct Files(BTreeMap<u32, Rc<OpenFile>>);
// ANCHOR_END: open_file

impl OpenFile {
    // ANCHOR: holders
    pub(super) fn new(kind: Kind) -> Rc<OpenFile> {
        let holders = RefCell::default();
        Rc::new(OpenFile { kind, holders })
    }

    /// Those without whom nothing happens to it.
    pub(super) fn holders(&self, visit: &mut dyn FnMut(Owner)) {
        let holders = self.holders.borrow();
        holders.values().for_each(|&(owner, _)| visit(owner));
    }

    fn hold(&self, pid: u64, owner: Owner) {
        let mut holders = self.holders.borrow_mut();
        holders.entry(pid).or_insert((owner, 0)).1 += 1;
    }

    fn release(&self, pid: u64) {
        let mut holders = self.holders.borrow_mut();
        if let Some((_, times)) = holders.get_mut(&pid) {
            *times -= 1;
            if *times == 0 {
                holders.remove(&pid);
            }
        }
    }
    // ANCHOR_END: holders
}

impl Files {
    /// What a process has at its beginning: 0, 1 and 2.
    // ANCHOR: numbers
    pub(super) fn standard() -> Files {
        let kinds = [
            Kind::Keyboard,
            Kind::Screen(Stream::Stdout),
            Kind::Screen(Stream::Stderr),
        ];
        Files((0..).zip(kinds.map(OpenFile::new)).collect())
    }

    fn get(&self, number: u32) -> Option<&Rc<OpenFile>> {
        self.0.get(&number)
    }

    pub(super) fn lowest_free(&self) -> Result<u32, Errno> {
        let mut numbers = 0..MOST_FILES;
        let free = numbers.find(|number| !self.0.contains_key(number));
        free.ok_or(Errno::TooManyFiles)
    }
    // ANCHOR_END: numbers
}

impl Computer {
    /// What the number stands for in this process.
    // ANCHOR: file
    pub(super) fn file(&self, process: &Process, number: u32) -> Result<Rc<OpenFile>, Errno> {
        let files = process.files.borrow();
        files.get(number).cloned().ok_or(Errno::BadFile)
    }
    // ANCHOR_END: file

    /// The same, for a call that may wait: that is about the file for which the number
    /// stood when it began. See [`Thread::held`].
    // ANCHOR: held
    pub(super) fn hold_file(
        &self,
        thread: &mut Thread,
        number: u32,
    ) -> Result<Rc<OpenFile>, Errno> {
        let file = match thread.held.take() {
            Some(file) => file,
            None => self.file(&thread.process, number)?,
        };
        thread.held = Some(Rc::clone(&file));
        Ok(file)
    }

    /// The call is done, or its thread is.
    pub(super) fn let_held_file_go(&mut self, thread: &mut Thread) {
        if let Some(file) = thread.held.take() {
            self.drop_file(file);
        }
    }
    // ANCHOR_END: held

    /// Gives an open file the lowest number that is free.
    // ANCHOR: add_file
    pub(super) fn add_file(&self, process: &Process, file: Rc<OpenFile>) -> Result<u32, Errno> {
        let mut files = process.files.borrow_mut();
        let number = files.lowest_free()?;
        file.hold(process.pid(), self.owner(process));
        files.0.insert(number, file);
        Ok(number)
    }
    // ANCHOR_END: add_file

    /// A child has all files of its parent.
    // ANCHOR: inherit
    pub(super) fn inherit_files(&self, child: &Process) {
        let owner = self.owner(child);
        for file in child.files.borrow().0.values() {
            file.hold(child.pid(), owner);
        }
    }
    // ANCHOR_END: inherit

    /// A process that ends closes all its files.
    // ANCHOR: close
    pub(super) fn close_all(&mut self, process: &Process) {
        let files = std::mem::take(&mut process.files.borrow_mut().0);
        for file in files.into_values() {
            self.let_go(process, file);
        }
    }

    fn let_go(&mut self, process: &Process, file: Rc<OpenFile>) {
        file.release(process.pid());
        self.drop_file(file);
    }

    /// If nobody else has it, it is closed, and those who wait for it are told.
    pub(super) fn drop_file(&mut self, file: Rc<OpenFile>) {
        match Rc::into_inner(file).map(|file| file.kind) {
            Some(Kind::Reading(pipe) | Kind::Writing(pipe)) => self.wake_pipe(&pipe),
            Some(Kind::Socket(socket)) => self.close_socket(socket),
            Some(Kind::Keyboard | Kind::Screen(_)) | None => {}
        }
    }
    // ANCHOR_END: close

    /// `pipe2(address of two words, 0)`: a pipe, and numbers for its two ends.
    // ANCHOR: pipe2
    pub(super) fn pipe2(
        &mut self,
        thread: &mut Thread,
        address: u32,
        flags: u32,
    ) -> Result<Reply, Errno> {
        if flags != 0 {
            return Err(Errno::Invalid);
        }
        let pipe = self.new_pipe()?;
        let reading = OpenFile::new(Kind::Reading(Rc::clone(&pipe)));
        let writing = OpenFile::new(Kind::Writing(Rc::clone(&pipe)));
        pipe.reading.replace(Rc::downgrade(&reading));
        pipe.writing.replace(Rc::downgrade(&writing));
        let process = Rc::clone(&thread.process);
        let first = self.add_file(&process, reading)?;
        let second = self.add_file(&process, writing).inspect_err(|_| {
            self.take_away(&process, first);
        })?;
        let words = [first, second].map(u32::to_le_bytes).concat();
        self.copy_out(thread, address, &words).inspect_err(|_| {
            self.take_away(&process, first);
            self.take_away(&process, second);
        })?;
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: pipe2

    // ANCHOR: take_away
    fn take_away(&mut self, process: &Process, number: u32) -> Option<()> {
        let file = process.files.borrow_mut().0.remove(&number)?;
        self.let_go(process, file);
        Some(())
    }

    /// `close(file)`.
    pub(super) fn close(&mut self, thread: &mut Thread, number: u32) -> Result<Reply, Errno> {
        let process = Rc::clone(&thread.process);
        let closed = self.take_away(&process, number);
        closed.map(|()| Reply::Value(0)).ok_or(Errno::BadFile)
    }

    /// `dup(file)`: another number for the same open file.
    pub(super) fn dup(&mut self, thread: &mut Thread, number: u32) -> Result<Reply, Errno> {
        let file = self.file(&thread.process, number)?;
        Ok(Reply::Value(self.add_file(&thread.process, file)?))
    }
    // ANCHOR_END: take_away

    /// `dup3(file, number, 0)`: the same, and which number. If that was one for
    /// another file, it no longer is.
    // ANCHOR: dup3
    pub(super) fn dup3(
        &mut self,
        thread: &mut Thread,
        [from, to, flags]: [u32; 3],
    ) -> Result<Reply, Errno> {
        if flags != 0 || from == to {
            return Err(Errno::Invalid);
        }
        if to >= MOST_FILES {
            return Err(Errno::BadFile);
        }
        let process = Rc::clone(&thread.process);
        let file = self.file(&process, from)?;
        self.take_away(&process, to);
        file.hold(process.pid(), self.owner(&process));
        process.files.borrow_mut().0.insert(to, file);
        Ok(Reply::Value(to))
    }
    // ANCHOR_END: dup3

    /// `read(file, address, length)`.
    // ANCHOR: read
    pub(super) fn read(
        &mut self,
        thread: &mut Thread,
        [number, address, length]: [u32; 3],
    ) -> Result<Reply, Errno> {
        let file = self.hold_file(thread, number)?;
        if matches!(file.kind, Kind::Screen(_) | Kind::Writing(_)) {
            return Err(Errno::BadFile);
        }
        check_range(address, length)?;
        match &file.kind {
            Kind::Keyboard => Ok(Reply::Value(0)),
            Kind::Reading(pipe) => self.read_pipe(thread, pipe, address, length),
            Kind::Socket(socket) => {
                let incoming = socket.incoming()?;
                self.read_pipe(thread, &incoming, address, length)
            }
            Kind::Screen(_) | Kind::Writing(_) => unreachable!("it was refused"),
        }
    }
    // ANCHOR_END: read

    /// `write(file, address, length)`, of which `done` bytes are done.
    // ANCHOR: write
    pub(super) fn write(
        &mut self,
        thread: &mut Thread,
        [number, address, length]: [u32; 3],
        done: u32,
    ) -> Result<Reply, Errno> {
        let file = self.hold_file(thread, number)?;
        if matches!(file.kind, Kind::Keyboard | Kind::Reading(_)) {
            return Err(Errno::BadFile);
        }
        check_range(address, length)?;
        match &file.kind {
            Kind::Screen(stream) => self.write_on_screen(thread, *stream, address, length),
            Kind::Writing(pipe) => self.write_pipe(thread, pipe, [address, length], done),
            Kind::Socket(socket) => {
                let outgoing = socket.outgoing()?;
                self.write_pipe(thread, &outgoing, [address, length], done)
            }
            Kind::Keyboard | Kind::Reading(_) => unreachable!("it was refused"),
        }
    }
    // ANCHOR_END: write
}

/// Linux's `access_ok`: whether a process could have that at all.
// ANCHOR: check_range
fn check_range(address: u32, length: u32) -> Result<(), Errno> {
    match address.checked_add(length) {
        Some(end) if end <= USER_END => Ok(()),
        _ => Err(Errno::BadAddress),
    }
}
// ANCHOR_END: check_range
