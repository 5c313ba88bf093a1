//! Between a process and the kernel: bytes are copied, and each word is charged
//! for. Read next: `console.rs`.

use super::boot::Computer;
use super::errno::Errno;
use super::thread::Thread;

impl Computer {
    /// Lets the time pass that copying takes, for this thread.
    // ANCHOR: charge
    pub(super) fn charge_copying(&mut self, thread: &mut Thread, bytes: u64) {
        let words = bytes.div_ceil(4);
        thread.account.words += words;
        self.charge(thread, words * u64::from(self.costs.word));
    }
    // ANCHOR_END: charge

    /// Bytes of the process, for the kernel.
    // ANCHOR: copies
    pub(super) fn copy_in(
        &mut self,
        thread: &mut Thread,
        address: u32,
        length: u32,
    ) -> Result<Vec<u8>, Errno> {
        let bytes = thread.memory().read(address, length);
        let bytes = bytes.map_err(|_| Errno::BadAddress)?;
        self.charge_copying(thread, length.into());
        Ok(bytes)
    }

    /// Some words of the process, one after the other.
    pub(super) fn copy_words<const N: usize>(
        &mut self,
        thread: &mut Thread,
        address: u32,
    ) -> Result<[u32; N], Errno> {
        let bytes = self.copy_in(thread, address, 4 * N as u32)?;
        let (words, _) = bytes.as_chunks();
        Ok(std::array::from_fn(|index| {
            u32::from_le_bytes(words[index])
        }))
    }

    /// Bytes of the kernel, for the process. All or none.
    pub(super) fn copy_out(
        &mut self,
        thread: &mut Thread,
        address: u32,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        let written = thread.memory().write(address, bytes);
        written.map_err(|_| Errno::BadAddress)?;
        self.charge_copying(thread, bytes.len() as u64);
        Ok(())
    }
    // ANCHOR_END: copies

    /// A text with a zero at its end, without that. Not longer than `most` bytes.
    // ANCHOR: read_name
    pub(super) fn read_name(
        &mut self,
        thread: &mut Thread,
        address: u32,
        most: u32,
    ) -> Result<Vec<u8>, Errno> {
        let mut name = Vec::new();
        loop {
            let at = address.checked_add(name.len() as u32);
            let byte = at.map(|at| thread.memory().load::<1>(at));
            match byte {
                Some(Ok([0])) => break,
                Some(Ok([byte])) => name.push(byte),
                Some(Err(_)) | None => return Err(Errno::BadAddress),
            }
            if name.len() as u32 > most {
                return Err(Errno::NameTooLong);
            }
        }
        self.charge_copying(thread, name.len() as u64 + 1);
        Ok(name)
    }
    // ANCHOR_END: read_name
}
