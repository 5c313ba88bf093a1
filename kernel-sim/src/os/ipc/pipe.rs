//! A pipe: bytes come out in the order in which they went in. Read next:
//! `socket.rs`.
//!
//! ```text
//!   write(5, ...)   open file           pipe            open file    read(4, ...)
//!  ─────────────▶  ┌─────────┐   ┌──────────────────┐  ┌─────────┐ ─────────────▶
//!                  │ writing ┼──▶│ ▒▒▒▒▒▒▒▒         │◀─┼ reading │
//!                  └─────────┘   └──────────────────┘  └─────────┘
//!                                 room for 4096 bytes
//! ```
//!
//! It is bounded. Who writes to a full one waits until somebody reads, and who reads
//! from an empty one until somebody writes. When the last file at one end is closed,
//! there is nobody to wait for any more: the reader gets what is there and then 0,
//! the end; and the writer is refused with `EPIPE`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use super::super::awaited::{Awaited, Wait};
use super::super::boot::Computer;
use super::super::call::Reply;
use super::super::errno::Errno;
use super::super::file::OpenFile;
use super::super::thread::Thread;
use crate::kernel::queue::Queue;
use crate::kernel::wait::WaitReason;

/// How many bytes a pipe has room for: a page. (Linux has 16 pages since 2.6.11, and
/// had one before.) What is not longer is written all at once, as Linux promises for
/// `PIPE_BUF`, which is as large.
// ANCHOR: pipe_bytes
pub const PIPE_BYTES: usize = 4096;
// ANCHOR_END: pipe_bytes

/// Bytes between two open files.
// ANCHOR: pipe
#[derive(Debug)]
pub struct Pipe {
    /// For people.
    pub(in super::super) number: u64,
    bytes: RefCell<VecDeque<u8>>,
    /// Where those stand who want to read.
    pub(in super::super) readers: Cell<Queue>,
    /// Where those stand who want to write.
    pub(in super::super) writers: Cell<Queue>,
    /// The files at its two ends. One that is gone is closed.
    pub(in super::super) reading: RefCell<Weak<OpenFile>>,
    pub(in super::super) writing: RefCell<Weak<OpenFile>>,
    /// By this, the computer counts its pipes.
    _counted: Rc<()>,
}

fn is_open(end: &RefCell<Weak<OpenFile>>) -> bool {
    end.borrow().strong_count() > 0
}
// ANCHOR_END: pipe

impl Computer {
    /// A pipe whose ends are not yet there.
    // ANCHOR: new_pipe
    pub(in super::super) fn new_pipe(&mut self) -> Result<Rc<Pipe>, Errno> {
        if Rc::strong_count(&self.pipes) > self.limits.pipes {
            return Err(Errno::TooManyFilesInSystem);
        }
        self.pipes_made += 1;
        Ok(Rc::new(Pipe {
            number: self.pipes_made,
            bytes: RefCell::default(),
            readers: Cell::default(),
            writers: Cell::default(),
            reading: RefCell::default(),
            writing: RefCell::default(),
            _counted: Rc::clone(&self.pipes),
        }))
    }
    // ANCHOR_END: new_pipe

    /// Takes what is there, but no more than `length` bytes.
    // ANCHOR: read_pipe
    pub(in super::super) fn read_pipe(
        &mut self,
        thread: &mut Thread,
        pipe: &Rc<Pipe>,
        address: u32,
        length: u32,
    ) -> Result<Reply, Errno> {
        let mut bytes = pipe.bytes.borrow_mut();
        let count = bytes.len().min(length as usize);
        if length == 0 || bytes.is_empty() && !is_open(&pipe.writing) {
            return Ok(Reply::Value(0));
        }
        if count == 0 {
            let reason = WaitReason::Object(Awaited::Bytes(Rc::clone(pipe)));
            let deadline = None;
            return Ok(Reply::Again(Wait { reason, deadline }, 0));
        }
        let taken: Vec<u8> = bytes.iter().take(count).copied().collect();
        self.copy_out(thread, address, &taken)?;
        bytes.drain(..count);
        drop(bytes);
        self.wake_all(&pipe.writers);
        Ok(Reply::Value(count as u32))
    }
    // ANCHOR_END: read_pipe

    /// Puts in as much as there is room for, of what is left after the first `done`
    /// bytes, and waits with the rest.
    // ANCHOR: write_pipe
    pub(in super::super) fn write_pipe(
        &mut self,
        thread: &mut Thread,
        pipe: &Rc<Pipe>,
        [address, length]: [u32; 2],
        done: u32,
    ) -> Result<Reply, Errno> {
        let or_so_far = |errno| match done {
            0 => Err(errno),
            done => Ok(Reply::Value(done)),
        };
        if length == 0 {
            return Ok(Reply::Value(0));
        }
        if !is_open(&pipe.reading) {
            return or_so_far(Errno::BrokenPipe);
        }
        let mut bytes = pipe.bytes.borrow_mut();
        let room = PIPE_BYTES - bytes.len();
        let left = (length - done) as usize;
        let fits = left <= room || length as usize > PIPE_BYTES;
        let count = if fits { left.min(room) } else { 0 };
        if count > 0 {
            match self.copy_in(thread, address + done, count as u32) {
                Ok(new) => bytes.extend(new),
                Err(errno) => return or_so_far(errno),
            }
            self.wake_all(&pipe.readers);
        }
        let done = done + count as u32;
        if done == length {
            return Ok(Reply::Value(length));
        }
        let reason = WaitReason::Object(Awaited::Room(Rc::clone(pipe)));
        let deadline = None;
        Ok(Reply::Again(Wait { reason, deadline }, done))
    }
    // ANCHOR_END: write_pipe

    /// Somebody has closed an end: who waits at the other one shall see it.
    // ANCHOR: wake_pipe
    pub(in super::super) fn wake_pipe(&mut self, pipe: &Pipe) {
        self.wake_all(&pipe.readers);
        self.wake_all(&pipe.writers);
    }
    // ANCHOR_END: wake_pipe
}
