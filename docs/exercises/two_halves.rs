//! A number in two halves, of which the lower one may be negative.

use kernel_sim::machine::asm::{Layout, assemble};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // What stands in `lui a0,UPPER` and `addi a0,a0,LOWER` if `a0` is to be `number` then.
    pub(super) fn two_halves(number: u32) -> (u32, i32) {
        let lower = number & 0xfff; // From 0 to 4095. But `addi` takes -2048 to 2047.
        (number >> 12, lower.cast_signed())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn two_halves(number: u32) -> (u32, i32) {
        let upper = number.wrapping_add(0x800) >> 12;
        let lower = number.wrapping_sub(upper << 12);
        (upper, lower.cast_signed())
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::two_halves);
}

pub(super) fn check_solution() {
    check(solution::two_halves);
}

/// It is the words that the assembler makes of `%hi` and `%lo`.
fn check(two_halves: fn(u32) -> (u32, i32)) {
    let borders = [
        0,
        0x800,
        0x1000,
        0x1800,
        0x1234_5800,
        0x7fff_f800,
        0x8000_0000,
        0xffff_f800,
    ];
    for border in borders {
        for number in [0, 1, 2, 0x7ff].map(|more: u32| border + more) {
            for number in [number, number.wrapping_neg()] {
                let (upper, lower) = two_halves(number);
                let sum = (upper << 12).wrapping_add_signed(lower);
                assert_eq!(sum, number, "{upper:#x} and {lower}");
                let here = format!("lui a0,{upper:#x}; addi a0,a0,{lower}");
                let there = format!("lui a0,%hi({number:#x}); addi a0,a0,%lo({number:#x})");
                let [here, there] = [here, there].map(|text| {
                    let image = assemble("halves.s", &text, Layout::default());
                    image.expect("both numbers are in range").text.bytes
                });
                assert_eq!(here, there, "{number:#x}");
            }
        }
    }
}
