//! What lies in the stacks, and whether they are larger than they need be.

use std::collections::BTreeMap;

use kernel_sim::kernel::pcb::Pcb;

use super::{aligned, printable, suspended};
use crate::core::{Context, Core};
use crate::current;
use crate::error::{OutsideRuntime, refuse};
use crate::fiber::Fiber;
use crate::stack::StackSize;

/// The stacks of the threads that have one and do not run just now, as text, and
/// advice if they could be smaller.
///
/// | column | what it says |
/// | --- | --- |
/// | ident, name | as in [`ps`](super::ps) |
/// | stack | size of the stack in bytes |
/// | used | bytes of it in use at the deepest switch |
/// | resident | bytes of it in memory: pages that this thread, or one before it on the same stack, has touched; "?" where the system does not say |
///
/// The system is asked about each page: this takes about a microsecond for each
/// thread, and more for large stacks.
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
///
/// ```
/// use runtime::{report, thread};
///
/// runtime::run(|| {
///     let worker = thread::spawn(thread::park);
///     thread::yield_now();
///     let table = report::stacks();
///     assert!(table.starts_with("ident  name"));
///     assert!(table.contains("1 of 1 stacks of 256 KiB"), "{table}");
///     assert!(table.contains("RUNTIME_STACK_SIZE=64K"), "{table}");
///     worker.thread().unpark();
/// });
/// ```
// ANCHOR: stacks
#[track_caller]
pub fn stacks() -> String {
    match current::try_core(table_of) {
        Some(table) => table,
        None => refuse(OutsideRuntime::here()),
    }
}

const HEADER: [&str; 5] = ["ident", "name", "stack", "used", "resident"];
// ANCHOR_END: stacks

// ANCHOR: table_of
fn table_of(core: &Core) -> String {
    let kernel = core.kernel.borrow();
    let mut pcbs: Vec<_> = kernel.iter().collect();
    pcbs.sort_by_key(|pcb| pcb.created());
    let with_stack = |pcb| suspended(pcb).map(|fiber| (pcb, fiber));
    let stacks: Vec<_> = pcbs.into_iter().filter_map(with_stack).collect();
    let mut rows = vec![HEADER.map(String::from)];
    let mut needs: BTreeMap<StackSize, Vec<usize>> = BTreeMap::new();
    for (pcb, fiber) in stacks {
        let resident = fiber.resident();
        rows.push(row(pcb, fiber, resident));
        // What is in use at switches is less than what was in between.
        if let Some(resident) = resident {
            needs.entry(fiber.size()).or_default().push(resident);
        }
    }
    let mut text = aligned(&rows);
    for (size, needs) in needs {
        text.extend(advice(size, &needs));
    }
    text
}
// ANCHOR_END: table_of

// ANCHOR: row
fn row(pcb: &Pcb<Context>, fiber: &Fiber, resident: Option<usize>) -> [String; HEADER.len()] {
    [
        pcb.pid().ident().to_string(),
        printable(pcb.identity()),
        fiber.size().bytes().to_string(),
        fiber.used().to_string(),
        resident.map_or("?".into(), |bytes| bytes.to_string()),
    ]
}
// ANCHOR_END: row

/// What to do about stacks of that size, if most of them need so much less that half
/// the size would leave them half of it free.
// ANCHOR: advice
fn advice(size: StackSize, needs: &[usize]) -> Option<String> {
    let is_small = |need: &&usize| **need <= size.bytes() / 4;
    let small: Vec<usize> = needs.iter().filter(is_small).copied().collect();
    let most = *small.iter().max()?;
    let enough = StackSize::new(most * 2).ok()?;
    if small.len() * 2 <= needs.len() || enough >= size {
        return None;
    }
    let (number, of, kib) = (small.len(), needs.len(), size.bytes() >> 10);
    let (most, enough) = (most.div_ceil(1024), enough.bytes() >> 10);
    Some(format!(
        "{number} of {of} stacks of {kib} KiB need no more than {most} KiB: \
         {enough} KiB would do, by thread::Builder::stack_size({enough} * 1024) \
         or RUNTIME_STACK_SIZE={enough}K\n"
    ))
}
// ANCHOR_END: advice

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_little_of_much_is_told_what_would_do() {
        let size = StackSize::new(1 << 20).unwrap();
        let text = advice(size, &[1000, 60_000, 900_000]).unwrap();
        assert!(text.starts_with("2 of 3 stacks of 1024 KiB need no more than 59 KiB: 128 KiB"));
        // A quarter of it is not little any more, and a few do not count.
        assert_eq!(advice(size, &[(1 << 18) + 1; 3]), None);
        assert_eq!(advice(size, &[1000, 900_000]), None);
        assert_eq!(advice(size, &[]), None);
        assert_eq!(advice(StackSize::MIN, &[1000]), None, "none is smaller");
    }
}
