//! `brk`: more memory, or less. Read next: `clone.rs`.

use super::boot::Computer;
use super::thread::Thread;

impl Computer {
    /// Moves the end of the heap. The answer is where it is then: where it was, if
    /// that was refused.
    // ANCHOR: brk
    pub(super) fn brk(&mut self, thread: &mut Thread, wanted: u32) -> u32 {
        let heap = thread.process.heap();
        let others = self.memory_used - u64::from(heap.limit - heap.base);
        let room = self.limits.memory.saturating_sub(others);
        let is_allowed = (heap.base..=thread.process.highest_break.get()).contains(&wanted)
            && u64::from(wanted - heap.base) <= room;
        if !is_allowed
            || wanted == heap.limit
            || thread
                .process
                .memory
                .borrow_mut()
                .set_heap_limit(wanted)
                .is_err()
        {
            return heap.limit;
        }
        self.charge_copying(thread, (wanted - heap.base).into());
        self.memory_used = others + u64::from(wanted - heap.base);
        wanted
    }
    // ANCHOR_END: brk
}
