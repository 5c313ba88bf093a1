//! What lies at an address of a chunk of stacks.

/// A chunk as the arena cuts it.
pub(super) struct Chunk {
    start: usize,
    /// Of one stack, without its guard page.
    bytes: usize,
    stacks: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum Place {
    Guard(usize),
    Stack(usize),
    Elsewhere,
}

/// What the reader begins with.
mod start {
    use super::{Chunk, Place};

    // ANCHOR: start
    pub(super) fn what_is_at(address: usize, chunk: &Chunk) -> Place {
        let Chunk { start, bytes, .. } = chunk;
        let stack = (address - start) / bytes;
        Place::Stack(stack) // And the guard pages?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Chunk, Place};

    // ANCHOR: solution
    pub(super) fn what_is_at(address: usize, chunk: &Chunk) -> Place {
        let stride = chunk.bytes + 4096;
        let Some(offset) = address.checked_sub(chunk.start) else {
            return Place::Elsewhere;
        };
        match (offset / stride, offset % stride) {
            (stack, _) if stack >= chunk.stacks => Place::Elsewhere,
            (stack, from_limit) if from_limit < 4096 => Place::Guard(stack),
            (stack, _) => Place::Stack(stack),
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::what_is_at);
}

pub(super) fn check_solution() {
    check(solution::what_is_at);
}

/// Walks through chunks page by page, with the first and the last byte of each.
fn check(answer: fn(usize, &Chunk) -> Place) {
    for (bytes, stacks) in [(65_536, 1), (65_536, 5), (131_072, 3)] {
        let start = 0x7f00_0000_0000;
        let chunk = Chunk {
            start,
            bytes,
            stacks,
        };
        let look = |page: usize, expected: &dyn Fn() -> Place| {
            for address in [page, page + 4095] {
                assert_eq!(answer(address, &chunk), expected(), "{address:#x}");
            }
        };
        let mut page = start;
        for stack in 0..stacks {
            look(page, &|| Place::Guard(stack));
            page += 4096;
            for _ in 0..bytes / 4096 {
                look(page, &|| Place::Stack(stack));
                page += 4096;
            }
        }
        look(page, &|| Place::Elsewhere);
        look(start - 4096, &|| Place::Elsewhere);
    }
}
