//! What the assembler makes of texts, written by hand from the specification
//! and the GNU assembler's manual.

use kernel_sim::machine::asm::{Image, Inconsistent, Layout, assemble};

fn image(text: &str) -> Image {
    match assemble("test.s", text, Layout::default()) {
        Ok(image) => image,
        Err(errors) => panic!("{errors}"),
    }
}

fn words(text: &str) -> Vec<u32> {
    let bytes = image(text).text.bytes;
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&word| u32::from_le_bytes(word))
        .collect()
}

/// The instructions, as `isa` prints them.
fn instructions(text: &str) -> Vec<String> {
    use kernel_sim::machine::isa::Instruction;
    words(text)
        .into_iter()
        .map(|word| Instruction::decode(word).unwrap().to_string())
        .collect()
}

#[test]
fn the_example_of_the_manual_is_translated() {
    // RISC-V unprivileged specification, "RV32I Base Integer Instruction Set":
    // the canonical nop is addi x0, x0, 0; ecall and ebreak are SYSTEM.
    assert_eq!(words("nop; ecall; ebreak"), [0x13, 0x73, 0x0010_0073]);
}

#[test]
fn pseudo_instructions_stand_for_instructions() {
    let cases = [
        ("li a0, 5", &["addi a0,zero,5"][..]),
        ("li a0, 0x12345678", &["lui a0,0x12345", "addi a0,a0,1656"]),
        ("li a0, 0xfffff800", &["addi a0,zero,-2048"]),
        ("li a0, 0x800", &["lui a0,0x1", "addi a0,a0,-2048"]),
        ("li a0, 0x10000", &["lui a0,0x10"]),
        ("mv a0, a1", &["addi a0,a1,0"]),
        ("not a0, a1", &["xori a0,a1,-1"]),
        ("neg a0, a1", &["sub a0,zero,a1"]),
        ("seqz a0, a1", &["sltiu a0,a1,1"]),
        ("snez a0, a1", &["sltu a0,zero,a1"]),
        ("sltz a0, a1", &["slt a0,a1,zero"]),
        ("sgtz a0, a1", &["slt a0,zero,a1"]),
        ("bgt a0, a1, .", &["blt a1,a0,.+0"]),
        ("bleu a0, a1, .", &["bgeu a1,a0,.+0"]),
        ("blez a0, .", &["bge zero,a0,.+0"]),
        ("ret", &["jalr zero,0(ra)"]),
        ("jr t0", &["jalr zero,0(t0)"]),
        ("call . + 8", &["auipc ra,0x0", "jalr ra,8(ra)"]),
        ("tail . - 8", &["auipc t1,0x0", "jalr zero,-8(t1)"]),
        ("sext.b a0, a1", &["slli a0,a1,0x18", "srai a0,a0,0x18"]),
    ];
    for (text, expected) in cases {
        assert_eq!(instructions(text), expected, "{text}");
    }
}

#[test]
fn a_far_branch_is_turned_around() {
    for (mnemonic, opposite) in [
        ("beq", "bne"),
        ("bne", "beq"),
        ("blt", "bge"),
        ("bge", "blt"),
        ("bltu", "bgeu"),
        ("bgeu", "bltu"),
    ] {
        let far = format!("{mnemonic} a0, a1, 1f\n.fill 1024, 4, 0x13\n1: nop");
        let instructions = instructions(&far);
        assert_eq!(instructions[0], format!("{opposite} a0,a1,.+8"));
        assert_eq!(instructions[1], "jal zero,.+4100");
        let near = format!("{mnemonic} a0, a1, 1f\n.fill 1022, 4, 0x13\n1: nop");
        assert_eq!(
            self::instructions(&near)[0],
            format!("{mnemonic} a0,a1,.+4092")
        );
    }
}

#[test]
fn parts_follow_each_other() {
    let image = image(
        ".globl _start
        nop
        _start: nop
        .section .rodata; .byte 1
        .data; .byte 2
        .bss; .align 2; buffer: .zero 5",
    );
    assert_eq!(image.entry, 0x1_0004);
    assert_eq!((image.text.address, image.text.bytes.len()), (0x1_0000, 8));
    assert_eq!(
        (image.rodata.address, &image.rodata.bytes[..]),
        (0x1_0008, &[1][..])
    );
    assert_eq!(
        (image.data.address, &image.data.bytes[..]),
        (0x1000_0000, &[2][..])
    );
    assert_eq!((image.bss_address, image.bss_size), (0x1000_0004, 8));
    assert_eq!(image.code().unwrap().bytes.len(), 9);
    assert_eq!(
        image.data_and_bss().unwrap().bytes,
        [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(image.symbol("buffer").unwrap().value, 0x1000_0004);
}

/// Nobody's image makes the machine take memory without end, or panic.
#[test]
fn an_inconsistent_image_makes_no_sections() {
    let good = image("_start: nop\n .section .rodata\n .byte 1\n .data\n .byte 2\n .bss\n .zero 5");
    let in_front = |part, address| Err(Inconsistent::InFront { part, address });
    let too_far = |part, address| Err(Inconsistent::TooFar { part, address });
    for address in [0, 0xffff, 0x1_0000, 0x1_0003] {
        let mut image = good.clone();
        image.rodata.address = address;
        assert_eq!(image.code(), in_front(".rodata", address));
        assert!(image.data_and_bss().is_ok());
    }
    for address in [0x1_0000 + (32 << 20), u32::MAX] {
        let mut image = good.clone();
        image.rodata.address = address;
        assert_eq!(image.code(), too_far(".rodata", address));
    }
    for address in [0, 0x0fff_ffff, 0x1000_0000] {
        let mut image = good.clone();
        image.bss_address = address;
        assert_eq!(image.data_and_bss(), in_front(".bss", address));
        assert!(image.code().is_ok());
    }
    for (address, size) in [(u32::MAX, 5), (0x1000_0004, u32::MAX), (0x1200_0000, 1)] {
        let mut image = good.clone();
        (image.bss_address, image.bss_size) = (address, size);
        assert_eq!(image.data_and_bss(), too_far(".bss", address));
    }
    let mut image = good.clone();
    image.rodata.address = 0x1_0000 + (32 << 20) - 1;
    assert_eq!(image.code().unwrap().bytes.len(), 32 << 20);
}

#[test]
fn another_layout_moves_the_program() {
    let layout = Layout {
        text: 0x8000_0000,
        data: 0x2000,
    };
    let text = ".globl _start\n_start: la a0, x\n.data\nx: .word x\n";
    let image = assemble("test.s", text, layout).unwrap();
    assert_eq!(image.entry, 0x8000_0000);
    assert_eq!(image.data.bytes, 0x2000_u32.to_le_bytes());
}

#[test]
fn symbols_say_whether_they_are_addresses_and_global() {
    let image = image(".globl _start\n_start: local: nop\n.equ five, 5\nalias = local\n1: nop");
    let list: Vec<_> = image
        .symbols
        .iter()
        .map(|symbol| {
            (
                &*symbol.name,
                symbol.value,
                symbol.is_address,
                symbol.is_global,
            )
        })
        .collect();
    assert_eq!(
        list,
        [
            ("five", 5, false, false),
            ("_start", 0x1_0000, true, true),
            ("alias", 0x1_0000, true, false),
            ("local", 0x1_0000, true, false),
        ]
    );
}

#[test]
fn every_byte_knows_its_line() {
    let image = image("nop\n la a0, x\nx: .word 1, 2\n\n.data\n.byte 1\n.align 2\n.word 3");
    let lines = |start: u32, end: u32| -> Vec<Option<u32>> {
        (start..end)
            .step_by(4)
            .map(|at| image.line_at(at))
            .collect()
    };
    let text: Vec<_> = [1, 2, 2, 3, 3].map(Some).to_vec();
    assert_eq!(lines(0x1_0000, 0x1_0014), text);
    assert_eq!(image.line_at(0x1_0014), None);
    assert_eq!(image.line_at(0x1000_0000), Some(6));
    assert_eq!(image.line_at(0x1000_0001), Some(7));
    assert_eq!(image.line_at(0x1000_0007), Some(8));
    assert_eq!(image.line_at(0), None);
}

#[test]
fn a_name_means_what_the_last_line_above_says() {
    let image = image(
        ".data
        .byte x
        x = 1
        .byte x
        x = x + 1
        .byte x, y
        y = x
        x = 9
        .byte y",
    );
    assert_eq!(image.data.bytes, [1, 1, 2, 2, 2]);
}

#[test]
fn listing_shows_expansions_and_data() {
    let text = "\
# A comment.
        .globl  _start
_start: beq     a0, a1, far     # may be far
        .section .rodata
words:  .half   1, 2, 3
        .bss
room:   .zero   64
        .section .text.far
        .zero   5000
far:    ret
";
    let listing = image(text).listing(text).to_string();
    let mut lines = listing.lines();
    assert_eq!(lines.next(), Some(".text"));
    assert_eq!(lines.next(), Some("00010000 <_start>:"));
    let branch = lines.next().unwrap();
    assert!(
        branch.starts_with("00010000  00b51463  bne a0,a1,0x10008 "),
        "{branch}"
    );
    assert!(
        branch.ends_with("#    3  beq     a0, a1, far     # may be far"),
        "{branch}"
    );
    let jump = lines.next().unwrap();
    assert!(
        jump.starts_with("00010004  38c0106f  jal zero,0x11390"),
        "{jump}"
    );
    assert!(listing.contains(".rodata\n"));
    assert!(listing.contains("<words>:\n"));
    assert!(
        listing.contains("10000000 <room>:\n10000000  00000000  ... 64 bytes "),
        "{listing}"
    );
}
