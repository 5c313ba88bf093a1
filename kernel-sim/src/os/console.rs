//! The screen: where processes write to. Read next: `ipc.rs`.

use super::boot::Computer;
use super::call::Reply;
use super::errno::Errno;
use super::thread::Thread;

/// What processes have written, in the order in which they did.
///
/// A screen takes all that comes, and no process can tell whether anybody looks at it.
/// Somebody outside is to [`take`](Console::take) now and then what is there: of
/// what nobody has taken, only [`Limits::console`](super::Limits::console) bytes are kept.
// ANCHOR: console
#[derive(Debug)]
pub struct Console {
    writes: Vec<Write>,
    room: usize,
}
// ANCHOR_END: console

/// What one process has written with one call.
// ANCHOR: write
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
    /// How many bytes came after those, for which there was no room.
    pub lost: u32,
}

/// The two files through which a process writes to the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// File 1: results.
    Stdout,
    /// File 2: complaints.
    Stderr,
}
// ANCHOR_END: write

impl Console {
    /// An empty one that has room for so many bytes.
    // ANCHOR: put
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

    /// Puts down what a process has written: what there is room for, and how many bytes
    /// more there were.
    pub(super) fn put(&mut self, write: Write) {
        self.room -= write.bytes.len();
        self.writes.push(write);
    }
    // ANCHOR_END: put

    /// What was written and not yet taken, the oldest first.
    // ANCHOR: views
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
    // ANCHOR_END: views

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
    // ANCHOR: take
    pub fn take(&mut self) -> Vec<Write> {
        self.room += self
            .writes
            .iter()
            .map(|write| write.bytes.len())
            .sum::<usize>();
        std::mem::take(&mut self.writes)
    }
    // ANCHOR_END: take
}

/// How many bytes a terminal takes at once.
// ANCHOR: piece
const PIECE: u32 = 2048;
// ANCHOR_END: piece

impl Computer {
    /// Takes what can be read of these bytes, and keeps what there is room for.
    // ANCHOR: write_on_screen
    pub(super) fn write_on_screen(
        &mut self,
        thread: &mut Thread,
        stream: Stream,
        address: u32,
        length: u32,
    ) -> Result<Reply, Errno> {
        let mut kept = Vec::new();
        let mut written = 0;
        while written < length {
            let piece = (length - written).min(PIECE);
            let Ok(read) = thread.memory().read(address + written, piece) else {
                break;
            };
            written += piece;
            let room = self.console.room() - kept.len();
            kept.extend(read.into_iter().take(room));
        }
        if written == 0 {
            return match length {
                0 => Ok(Reply::Value(0)),
                _ => Err(Errno::BadAddress),
            };
        }
        self.charge_copying(thread, written.into());
        self.console.put(Write {
            pid: thread.process.pid(),
            stream,
            tick: self.now(),
            lost: written - kept.len() as u32,
            bytes: kept,
        });
        Ok(Reply::Value(written))
    }
    // ANCHOR_END: write_on_screen
}
