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
// ANCHOR: stack
#[derive(Debug)]
pub(crate) struct Stack {
    base: usize,
    chunk: u32,
    size: StackSize,
}
// ANCHOR_END: stack

// ANCHOR: stack_questions
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
// ANCHOR_END: stack_questions

/// All stacks of one runtime.
// ANCHOR: arena
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
// ANCHOR_END: arena

impl Arena {
    // ANCHOR: new
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
    // ANCHOR_END: new

    /// A stack of that size, on which nothing has been written since it was mapped
    /// or given back.
    // ANCHOR: take
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
    // ANCHOR_END: take

    /// Takes stacks back, and gives their memory back to the system. Chunks of
    /// which nobody has a stack any more are unmapped.
    // ANCHOR: give
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
    // ANCHOR_END: give

    // ANCHOR: unmap
    fn unmap(&mut self, number: u32) {
        let chunk = self.chunks.remove(number as usize);
        let class = &mut self.classes[chunk.size.class()];
        class.stacks -= chunk.stacks;
        class.open.retain(|&open| open != number);
    }
    // ANCHOR_END: unmap

    /// Maps one more chunk of stacks of that size, of fewer stacks if there is not
    /// enough for many.
    // ANCHOR: grow
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
    // ANCHOR_END: grow

    /// The limit that leaves too little to the program if there are so many more stacks.
    // ANCHOR: in_the_way
    fn in_the_way_of(&self, more: usize) -> Option<StackLimit> {
        let at_most = self.mappings?;
        let stacks: usize = self.classes.iter().map(|class| class.stacks).sum();
        let mappings = 2 * (stacks + more) as u64 + RESERVED_MAPPINGS;
        (mappings > at_most).then_some(StackLimit::Mappings { at_most })
    }
    // ANCHOR_END: in_the_way

    /// Puts a guard page in front of each stack. A chunk for which there are not
    /// enough guard pages has fewer stacks.
    // ANCHOR: cut
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
    // ANCHOR_END: cut
}

/// What is left of chunks in which somebody still has a stack is lost with it: a
/// thread that could not be unwound stands on it for ever.
// ANCHOR: drop
impl Drop for Arena {
    fn drop(&mut self) {
        for chunk in self.chunks.drain() {
            if chunk.free.len() < chunk.stacks {
                mem::forget(chunk.memory);
            }
        }
    }
}
// ANCHOR_END: drop

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: StackSize = StackSize::MIN;

    fn take(arena: &mut Arena, number: usize) -> Vec<Stack> {
        (0..number).map(|_| arena.take(SIZE).unwrap()).collect()
    }

    #[test]
    fn no_two_stacks_overlap_and_one_that_came_back_is_taken_again() {
        let mut arena = Arena::new(GuardPages::best());
        let mut stacks = take(&mut arena, 10);
        let back = stacks.remove(1);
        let base = back.base();
        arena.give(vec![back]);
        stacks.extend(take(&mut arena, 1));
        assert_eq!(stacks[9].base(), base);
        stacks.sort_by_key(Stack::base);
        let mut pairs = stacks.iter().zip(&stacks[1..]);
        assert!(pairs.all(|(lower, upper)| lower.base() <= upper.limit()));
        arena.give(stacks);
        assert_eq!(arena.chunks.len(), 0);
    }

    #[test]
    fn chunks_grow_with_what_there_is() {
        let mut arena = Arena::new(GuardPages::best());
        let stacks = take(&mut arena, 100);
        let chunks: Vec<usize> = arena.chunks.iter().map(|(_, chunk)| chunk.stacks).collect();
        assert_eq!(chunks, [4, 4, 8, 16, 32, 64]);
        arena.give(stacks);
    }
}
