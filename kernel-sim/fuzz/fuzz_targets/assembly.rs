//! Any bytes as the text of a program. The assembler must not panic, must come
//! to an end, and must say what is wrong if it makes no program of it.

#![no_main]

use kernel_sim::machine::asm::{Layout, assemble};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match assemble("fuzz.s", text, Layout::default()) {
        Ok(image) => {
            assert!(image.warnings.iter().all(|found| found.problem.is_warning()));
            // Whatever was made, each byte of it is shown.
            assert_eq!(image.listing(text).to_string().is_empty(), image.lines.is_empty());
        }
        Err(errors) => {
            assert!(!errors.all().is_empty());
            assert!(!errors.to_string().is_empty());
        }
    }
});
