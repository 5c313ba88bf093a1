//! The screen: where processes write to. Read next: `ipc.rs`.

use super::boot::Computer;
use super::call::Reply;
use super::errno::Errno;
use super::thread::Thread;

/// What processes have written, in the order in which they did.
///
/// Somebody outside is to look at it now and then and to [`take`](Console::take)
/// what is there, for it has only so much room, [`Limits::console`](super::Limits::console).
#[derive(Debug)]
pub struct Console {
    writes: Vec<Write>,
    room: usize,
}

/// What one process has written with one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Who.
    pub pid: u64,
    /// Through which file.
    pub stream: Stream,
    /// When the call was done, in ticks since boot.
    pub tick: u64,
    /// What: not only text, and not always whole lines.
    pub bytes: Vec<u8>,
}

/// The two files through which a process writes to the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// File 1: results.
    Stdout,
    /// File 2: complaints.
    Stderr,
}

impl Console {
    /// An empty one that has room for so many bytes.
    pub(super) fn with_room(room: usize) -> Console {
        Console {
            writes: Vec::new(),
            room,
        }
    }

    /// How many bytes there is still room for.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Puts down what a process writes. There has to be room for it.
    pub(super) fn put(&mut self, write: Write) {
        self.room -= write.bytes.len();
        self.writes.push(write);
    }

    /// What was written and not yet taken, the oldest first.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// What was written and not yet taken, by all and to both files.
    pub fn text(&self) -> String {
        let bytes = self.writes.iter().flat_map(|write| &write.bytes);
        String::from_utf8_lossy(&bytes.copied().collect::<Vec<u8>>()).into_owned()
    }

    /// What one process has written and nobody has taken.
    pub fn text_of(&self, pid: u64) -> String {
        let writes = self.writes.iter().filter(|write| write.pid == pid);
        let bytes = writes.flat_map(|write| &write.bytes);
        String::from_utf8_lossy(&bytes.copied().collect::<Vec<u8>>()).into_owned()
    }

    /// Takes all that was written, and so makes room.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Settings, Stream};
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     ..Settings::default()
    /// });
    /// computer.start("hello", Priority::NORMAL)?;
    /// computer.run();
    /// let writes = computer.console_mut().take();
    /// assert_eq!(writes[0].bytes, b"Hello, world!\n");
    /// assert_eq!((writes[0].pid, writes[0].stream), (1, Stream::Stdout));
    /// assert_eq!(computer.console().writes(), []);
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    pub fn take(&mut self) -> Vec<Write> {
        self.room += self
            .writes
            .iter()
            .map(|write| write.bytes.len())
            .sum::<usize>();
        std::mem::take(&mut self.writes)
    }
}

/// How many bytes a terminal takes at once.
const PIECE: u32 = 2048;

impl Computer {
    /// Takes what can be read of these bytes, and what there is room for.
    pub(super) fn write_on_screen(
        &mut self,
        thread: &mut Thread,
        stream: Stream,
        address: u32,
        length: u32,
    ) -> Result<Reply, Errno> {
        let mut bytes = Vec::new();
        let mut refused = None;
        while (bytes.len() as u32) < length {
            let done = bytes.len() as u32;
            let room = self.console.room() - bytes.len();
            let piece = (length - done)
                .min(PIECE)
                .min(u32::try_from(room).unwrap_or(PIECE));
            if piece == 0 {
                refused = Some(Errno::NoSpace);
                break;
            }
            match thread.memory().read(address + done, piece) {
                Ok(read) => bytes.extend(read),
                Err(_) => {
                    refused = Some(Errno::BadAddress);
                    break;
                }
            }
        }
        let written = bytes.len() as u32;
        if written == 0 {
            return refused.map_or(Ok(Reply::Value(0)), Err);
        }
        self.charge_copying(thread, written.into());
        self.console.put(Write {
            pid: thread.process.pid(),
            stream,
            tick: self.now(),
            bytes,
        });
        Ok(Reply::Value(written))
    }
}
