//! The label that an address belongs to.

use kernel_sim::machine::asm::{Image, Layout, assemble};

/// What the reader begins with.
mod start {
    use super::Image;

    // ANCHOR: start
    // The name of the last label at `address` or in front of it, and how many bytes in front.
    pub(super) fn where_is(image: &Image, address: u32) -> Option<(&str, u32)> {
        let symbol = image
            .symbols
            .iter()
            .find(|symbol| symbol.value <= address)?;
        Some((&symbol.name, address - symbol.value))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Image;

    // ANCHOR: solution
    pub(super) fn where_is(image: &Image, address: u32) -> Option<(&str, u32)> {
        let mut labels = image.symbols.iter().filter(|symbol| symbol.is_address);
        let symbol = labels.rfind(|symbol| symbol.value <= address)?;
        Some((&symbol.name, address - symbol.value))
    }
    // ANCHOR_END: solution
}

type WhereIs = fn(&Image, u32) -> Option<(&str, u32)>;

pub(super) fn check_start() {
    check(start::where_is);
}

pub(super) fn check_solution() {
    check(solution::where_is);
}

fn check(where_is: WhereIs) {
    let text = "
        .equ EXIT, 93
        .globl _start
        nop
_start: li a7, EXIT
1:      ecall
end:    nop
        .equ LIMIT, 0x10009
        .data
        .word end
table:  .word 1, 2
    ";
    let image = assemble("where.s", text, Layout::default()).expect("it is right");
    let expected = [
        (0x0_ffff, None),
        (0x1_0003, None),
        (0x1_0004, Some(("_start", 0))),
        (0x1_000b, Some(("_start", 7))),
        (0x1_000c, Some(("end", 0))),
        (0x1_000e, Some(("end", 2))),
        (0x1000_0004, Some(("table", 0))),
        (0x1000_000b, Some(("table", 7))),
    ];
    for (address, label) in expected {
        assert_eq!(where_is(&image, address), label, "{address:#x}");
    }
}
