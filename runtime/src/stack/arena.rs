//! Where stacks come from: chunks of memory, each cut into guarded stacks of one
//! size.
//!
//! ```text
//!   a chunk, which is one mapping
//!  ┌───────┬───────────────────┬───────┬───────────────────┬───────┬─────────┄
//!  │ guard │     ◀── stack 0   │ guard │     ◀── stack 1   │ guard │
//!  └───────┴───────────────────┴───────┴───────────────────┴───────┴─────────┄
//!  ▲ limit                     ▲ base
//! ```
//!
//! A stack grows from its base down to its guard page. The more stacks of a size
//! there are, the larger is the next chunk, so that a small program maps little
//! and a large one asks the system seldom.
//!
//! The arena does not know what runs on a stack. Stacks come back to it cold:
//! those that will soon be used again wait elsewhere, see `pool.rs`.

use std::io;
use std::mem;
use std::ops::Range;

use slab::Slab;

use super::mapping::Mapping;
pub(crate) use super::mapping::{has_advice, resident};
use super::no_stack::{RESERVED_MAPPINGS, in_the_way_of, most_mappings};
use super::{GuardPages, NoStack, StackLimit, StackSize};
use crate::system::page_size;

/// A stack: nobody else has its memory. To drop it is to lose it; it is the
/// arena's again by [`Arena::give`].
#[derive(Debug)]
pub(crate) struct Stack {
    base: usize,
    chunk: u32,
    size: StackSize,
}

impl Stack {
    /// The address above its highest byte.
    #[inline]
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// The address of its lowest byte, that of the guard page included.
    #[inline]
    pub(crate) fn limit(&self) -> usize {
        self.base - stride(self.size)
    }

    pub(crate) fn size(&self) -> StackSize {
        self.size
    }

    fn usable(&self) -> Range<usize> {
        self.base - self.size.bytes()..self.base
    }
}

/// All stacks of one runtime.
#[derive(Debug)]
pub(crate) struct Arena {
    guards: GuardPages,
    /// How many mappings there may be, if stacks take some.
    mappings: Option<u64>,
    chunks: Slab<Chunk>,
    classes: [Class; StackSize::CLASSES],
}

/// What there is of stacks of one size.
#[derive(Debug, Default)]
struct Class {
    /// The chunks in which a stack is free.
    open: Vec<u32>,
    /// How many stacks there are, free or not.
    stacks: usize,
}

#[derive(Debug)]
struct Chunk {
    memory: Mapping,
    size: StackSize,
    stacks: usize,
    /// The numbers of those that nobody has, the last one to be used next.
    free: Vec<u32>,
}

/// How many stacks the first chunk of a size has.
const FIRST_CHUNK: usize = 4;

/// No chunk has more bytes than this, unless it has one stack alone.
const LARGEST_CHUNK: usize = 64 << 20;

/// What a stack takes of a chunk.
#[inline]
fn stride(size: StackSize) -> usize {
    size.bytes() + page_size()
}

impl Arena {
    pub(crate) fn new(guards: GuardPages) -> Self {
        Self {
            guards,
            mappings: match guards {
                GuardPages::Madvise => None,
                GuardPages::Mprotect => Some(most_mappings()),
            },
            chunks: Slab::new(),
            classes: std::array::from_fn(|_| Class::default()),
        }
    }

    /// A stack of that size, on which nothing has been written since it was mapped
    /// or given back.
    pub(crate) fn take(&mut self, size: StackSize) -> Result<Stack, NoStack> {
        let class = size.class();
        if self.classes[class].open.is_empty() {
            self.grow(size)?;
        }
        let open = &mut self.classes[class].open;
        let number = *open.last().expect("it has just grown");
        let chunk = &mut self.chunks[number as usize];
        let stack = chunk.free.pop().expect("the chunk is open");
        if chunk.free.is_empty() {
            open.pop();
        }
        Ok(Stack {
            base: chunk.memory.start() + (stack as usize + 1) * stride(size),
            chunk: number,
            size,
        })
    }

    /// Takes stacks back, and gives their memory back to the system. Chunks of
    /// which nobody has a stack any more are unmapped.
    pub(crate) fn give(&mut self, stacks: Vec<Stack>) {
        for stack in &stacks {
            let chunk = &mut self.chunks[stack.chunk as usize];
            let from_start = stack.limit() - chunk.memory.start();
            chunk.free.push((from_start / stride(stack.size)) as u32);
            if chunk.free.len() == 1 {
                self.classes[stack.size.class()].open.push(stack.chunk);
            }
        }
        for stack in stacks {
            let Some(chunk) = self.chunks.get(stack.chunk as usize) else {
                continue;
            };
            match chunk.free.len() == chunk.stacks {
                true => self.unmap(stack.chunk),
                // SAFETY: the stack is in this chunk, and nobody has it any more.
                false => unsafe { chunk.memory.discard(stack.usable()) },
            }
        }
    }

    fn unmap(&mut self, number: u32) {
        let chunk = self.chunks.remove(number as usize);
        let class = &mut self.classes[chunk.size.class()];
        class.stacks -= chunk.stacks;
        class.open.retain(|&open| open != number);
    }

    /// Maps one more chunk of stacks of that size, of fewer stacks if there is not
    /// enough for many.
    #[cold]
    fn grow(&mut self, size: StackSize) -> Result<(), NoStack> {
        let there_are = self.classes[size.class()].stacks;
        let most = (LARGEST_CHUNK / stride(size)).max(1);
        let mut stacks = there_are.max(FIRST_CHUNK).min(most);
        let memory = loop {
            let bytes = stacks * stride(size);
            let in_the_way = self.in_the_way_of(stacks).or_else(|| in_the_way_of(bytes));
            let memory = match in_the_way {
                Some(limit) => Err(NoStack::kept_for_others(size, limit)),
                None => Mapping::new(bytes).map_err(|error| NoStack::refused(size, error)),
            };
            match memory {
                Ok(memory) => break memory,
                Err(_) if stacks > 1 => stacks /= 2,
                Err(no_stack) => return Err(no_stack),
            }
        };
        let chunk = self.cut(memory, size, stacks);
        let chunk = chunk.map_err(|error| NoStack::refused(size, error))?;
        let class = &mut self.classes[size.class()];
        class.stacks += chunk.stacks;
        class.open.push(self.chunks.insert(chunk) as u32);
        Ok(())
    }

    /// The limit that leaves too little to the program if there are so many more stacks.
    fn in_the_way_of(&self, more: usize) -> Option<StackLimit> {
        let at_most = self.mappings?;
        let stacks: usize = self.classes.iter().map(|class| class.stacks).sum();
        let mappings = 2 * (stacks + more) as u64 + RESERVED_MAPPINGS;
        (mappings > at_most).then_some(StackLimit::Mappings { at_most })
    }

    /// Puts a guard page in front of each stack. A chunk for which there are not
    /// enough guard pages has fewer stacks.
    fn cut(&self, mut memory: Mapping, size: StackSize, stacks: usize) -> io::Result<Chunk> {
        let limits = (0..stacks).map(|stack| stack * stride(size));
        let guarded = match memory.guard(self.guards, limits) {
            Ok(()) => stacks,
            Err((0, error)) => return Err(error),
            Err((some, _)) => some,
        };
        memory.shrink(guarded * stride(size));
        Ok(Chunk {
            memory,
            size,
            stacks: guarded,
            free: (0..guarded as u32).rev().collect(),
        })
    }
}

/// What is left of chunks in which somebody still has a stack is lost with it: a
/// thread that could not be unwound stands on it for ever.
impl Drop for Arena {
    fn drop(&mut self) {
        for chunk in self.chunks.drain() {
            if chunk.free.len() < chunk.stacks {
                mem::forget(chunk.memory);
            }
        }
    }
}
