//! IPC: four ways in which processes that share nothing can tell each other
//! something.
//!
//! ```text
//!  pipe            writer ──▶ ▒▒▒▒ ──▶ reader            bytes, one way
//!  socket          client ◀──▶ ▒▒▒▒ ◀──▶ server          bytes, both ways; found by name
//!  message queue   senders ──▶ [1|..][7|..] ──▶ receivers    messages, with types
//!  shared memory   ▒▒▒▒ in both address spaces           no call at all, and no order
//! ```
//!
//! With the first three, bytes are copied twice, into the kernel and out of it, by
//! two calls; and who finds nothing to read, or no room, waits in the kernel. With
//! shared memory nothing is copied and nobody waits, so the two have to agree in
//! another way about whose turn it is: see `futex.rs`. What each costs is shown by
//! `ksim demo ipc`.
//!
//! Read in this order: `pipe.rs`, `socket.rs`, `message_queue.rs`, `shared_memory.rs`.

pub(super) mod message_queue;
pub(super) mod pipe;
pub(super) mod shared_memory;
pub(super) mod socket;

use super::errno::Errno;
use super::process::Process;

/// `IPC_PRIVATE`, `IPC_CREAT`, `IPC_EXCL`, `IPC_NOWAIT`, and the command `IPC_RMID`.
/// Source: `include/uapi/linux/ipc.h`.
// ANCHOR: flags
pub(super) const PRIVATE: u32 = 0;
pub(super) const CREATE: u32 = 0o1000;
pub(super) const EXCLUSIVE: u32 = 0o2000;
pub(super) const NO_WAIT: u32 = 0o4000;
pub(super) const REMOVE: u32 = 0;
// ANCHOR_END: flags

/// What a call wants that gives such flags: what any of the three digits of the mode has,
/// of which those of the caller are then looked at. Source: `ipcperms` in `ipc/util.c`.
// ANCHOR: wanted_by
fn wanted_by(flags: u32) -> u32 {
    (flags >> 6 | flags >> 3 | flags) & 0o7
}
// ANCHOR_END: wanted_by

/// Who may have a message queue or a piece of shared memory.
// ANCHOR: access
#[derive(Clone, Copy, Debug)]
struct Access {
    /// The family that has made it.
    family: u64,
    /// Who may read and write: that family, as the first of the three digits says; and
    /// all others, as the last one does.
    mode: u32,
}

impl Access {
    fn new(process: &Process, flags: u32) -> Access {
        Access {
            family: process.family.root,
            mode: flags & 0o777,
        }
    }

    /// Refuses what the mode does not grant: 4 to read, 2 to write.
    fn check(self, process: &Process, wanted: u32) -> Result<(), Errno> {
        let granted = match self.is_own(process) {
            true => self.mode >> 6,
            false => self.mode,
        };
        match granted & wanted == wanted {
            true => Ok(()),
            false => Err(Errno::Denied),
        }
    }

    fn is_own(self, process: &Process) -> bool {
        self.family == process.family.root
    }
}
// ANCHOR_END: access
