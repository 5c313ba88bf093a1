//! The least that an operating system wants to know of a program before it
//! runs it: an ELF file with two segments, code and data.
//!
//! ```text
//!  0x0000  ELF header: 32 bits, little-endian, RISC-V, where to begin
//!  0x0034  two program headers: what goes where in memory, and may do what
//!  0x1000  code
//!  ......  data, from the next page on
//! ```
//!
//! Source: System V ABI, "Object Files"; RISC-V ELF psABI.

/// Offsets in the file and addresses are the same within a page of this size.
const PAGE: usize = 0x1000;

const HEADER: u16 = 52;
const PROGRAM_HEADER: u16 = 32;

/// The file of a program whose code is to be at `code.0`, where it begins, and
/// whose data are to be at `data.0`. Both addresses are those of pages.
pub(crate) fn executable(code: (u32, &[u8]), data: (u32, &[u8])) -> Vec<u8> {
    const EXECUTE: u32 = 1;
    const WRITE: u32 = 2;
    const READ: u32 = 4;
    let code_offset = PAGE;
    let data_offset = (code_offset + code.1.len()).next_multiple_of(PAGE);

    let mut file = File(Vec::new());
    file.0.extend(b"\x7fELF");
    // 32 bits, little-endian, version 1, and nine bytes of padding.
    file.0.extend([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.halves(&[2, 243]); // executable, for RISC-V
    file.words(&[1, code.0, HEADER.into(), 0, 0]); // version, entry, where headers are, flags
    file.halves(&[HEADER, PROGRAM_HEADER, 2, 0, 0, 0]); // two program headers, no sections
    for ((address, bytes), offset, permissions) in [
        (code, code_offset, READ | EXECUTE),
        (data, data_offset, READ | WRITE),
    ] {
        let (offset, length) = (offset as u32, bytes.len() as u32);
        let load = 1;
        file.words(&[load, offset, address, address, length, length]);
        file.words(&[permissions, PAGE as u32]);
    }
    file.0.resize(code_offset, 0);
    file.0.extend(code.1);
    file.0.resize(data_offset, 0);
    file.0.extend(data.1);
    file.0
}

struct File(Vec<u8>);

impl File {
    fn halves(&mut self, values: &[u16]) {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    fn words(&mut self, values: &[u32]) {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
}
