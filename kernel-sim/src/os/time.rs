//! Sleeping, and how processes say how long. Read next: `brk.rs`.

use std::time::Duration;

use super::awaited::Wait;
use super::boot::Computer;
use super::call::Reply;
use super::errno::Errno;
use super::thread::Thread;
use crate::kernel::clock::Instant;
use crate::kernel::wait::WaitReason;

impl Computer {
    /// `nanosleep(address of how long, 0)`.
    // ANCHOR: nanosleep
    pub(super) fn nanosleep(&mut self, thread: &mut Thread, address: u32) -> Result<Reply, Errno> {
        let deadline = self.deadline(thread, address)?;
        let reason = WaitReason::Sleep;
        Ok(Reply::Wait(Wait { reason, deadline }, 0))
    }

    /// When so much time has passed as the two words there say, seconds and
    /// nanoseconds, in whole ticks. `None` if that is beyond all time.
    pub(super) fn deadline(
        &mut self,
        thread: &mut Thread,
        address: u32,
    ) -> Result<Option<Instant>, Errno> {
        let words: [u32; 2] = self.copy_words(thread, address)?;
        let [seconds, nanos] = words.map(u32::cast_signed);
        let (Ok(seconds), Ok(nanos @ 0..=999_999_999)) =
            (u64::try_from(seconds), u64::try_from(nanos))
        else {
            return Err(Errno::Invalid);
        };
        let ticks = seconds * 1_000_000 + nanos.div_ceil(1_000);
        Ok(self.kernel.now().checked_add(Duration::from_micros(ticks)))
    }
    // ANCHOR_END: nanosleep
}
