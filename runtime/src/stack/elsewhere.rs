//! Where stacks come from on systems other than Linux: from corosensei, one by
//! one. It knows how to guard them there.

use std::io;
use std::ops::Range;

use corosensei::stack::{DefaultStack, Stack as _};

use super::{GuardPages, NoStack, StackSize};

/// A stack: nobody else has its memory.
// ANCHOR: stack
pub(crate) struct Stack {
    memory: DefaultStack,
    size: StackSize,
}

impl Stack {
    /// The address above its highest byte.
    pub(crate) fn base(&self) -> usize {
        self.memory.base().get()
    }

    /// The address of its lowest byte, that of the guard page included.
    pub(crate) fn limit(&self) -> usize {
        self.memory.limit().get()
    }

    pub(crate) fn size(&self) -> StackSize {
        self.size
    }
}
// ANCHOR_END: stack

/// All stacks of one runtime: there is nothing to know of them.
// ANCHOR: arena
#[derive(Debug)]
pub(crate) struct Arena;

impl Arena {
    pub(crate) fn new(_: GuardPages) -> Self {
        Self
    }

    /// A stack of that size.
    pub(crate) fn take(&mut self, size: StackSize) -> Result<Stack, NoStack> {
        let memory = DefaultStack::new(size.bytes());
        let memory = memory.map_err(|error| NoStack::refused(size, error))?;
        Ok(Stack { memory, size })
    }

    /// Takes stacks back, and gives their memory back to the system.
    pub(crate) fn give(&mut self, stacks: Vec<Stack>) {
        drop(stacks);
    }
}

/// Whether the system makes guard pages by `MADV_GUARD_INSTALL`, and why not.
pub(crate) fn has_advice() -> Result<(), io::Error> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How many bytes of `range` are in memory. Systems do not agree on how to ask.
pub(crate) fn resident(_: Range<usize>) -> Option<usize> {
    None
}
// ANCHOR_END: arena
