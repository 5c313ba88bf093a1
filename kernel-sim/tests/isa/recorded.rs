//! Words that GNU `as` has made, from the text beside them.

use kernel_sim::machine::isa::Instruction;

/// All instructions, with the least and the greatest immediates somewhere.
const RECORDED: &[(u32, &str)] = &[
    (0x1234_5537, "lui a0,0x12345"),
    (0xffff_ffb7, "lui t6,0xfffff"),
    (0x0000_0037, "lui zero,0x0"),
    (0x0000_1517, "auipc a0,0x1"),
    (0x8000_0097, "auipc ra,0x80000"),
    (0x0000_00ef, "jal ra,.+0"),
    (0xffdf_f06f, "jal zero,.-4"),
    (0x7fff_f2ef, "jal t0,.+1048574"),
    (0x8000_056f, "jal a0,.-1048576"),
    (0x0010_056f, "jal a0,.+2048"),
    (0x0000_156f, "jal a0,.+4096"),
    (0x0000_8067, "jalr zero,0(ra)"),
    (0xffc3_00e7, "jalr ra,-4(t1)"),
    (0x7ff7_80e7, "jalr ra,2047(a5)"),
    (0x8001_02e7, "jalr t0,-2048(sp)"),
    (0x00b5_0463, "beq a0,a1,.+8"),
    (0xfe04_1ee3, "bne s0,zero,.-4"),
    (0x7ff2_cfe3, "blt t0,t6,.+4094"),
    (0x80b5_5063, "bge a0,a1,.-4096"),
    (0x00b5_60e3, "bltu a0,a1,.+2048"),
    (0x0031_7863, "bgeu sp,gp,.+16"),
    (0x0005_8503, "lb a0,0(a1)"),
    (0xffe1_1483, "lh s1,-2(sp)"),
    (0x00c1_2083, "lw ra,12(sp)"),
    (0x7ffe_ce03, "lbu t3,2047(t4)"),
    (0x800d_d883, "lhu a7,-2048(s11)"),
    (0x00a5_8023, "sb a0,0(a1)"),
    (0xfe91_1f23, "sh s1,-2(sp)"),
    (0x0011_2623, "sw ra,12(sp)"),
    (0x7fef_afa3, "sw t5,2047(t6)"),
    (0x811d_a023, "sw a7,-2048(s11)"),
    (0x0015_0513, "addi a0,a0,1"),
    (0xff01_0113, "addi sp,sp,-16"),
    (0x0000_0013, "addi zero,zero,0"),
    (0x8005_a513, "slti a0,a1,-2048"),
    (0x7ff5_b513, "sltiu a0,a1,2047"),
    (0xfff5_c513, "xori a0,a1,-1"),
    (0x0ff9_e913, "ori s2,s3,255"),
    (0xff03_f313, "andi t1,t2,-16"),
    (0x01f5_9513, "slli a0,a1,0x1f"),
    (0x0005_d513, "srli a0,a1,0x0"),
    (0x4105_d513, "srai a0,a1,0x10"),
    (0x00c5_8533, "add a0,a1,a2"),
    (0x416a_8a33, "sub s4,s5,s6"),
    (0x0073_12b3, "sll t0,t1,t2"),
    (0x00f7_26b3, "slt a3,a4,a5"),
    (0x00a0_3533, "sltu a0,zero,a0"),
    (0x0031_40b3, "xor ra,sp,gp"),
    (0x0062_d233, "srl tp,t0,t1"),
    (0x419c_5bb3, "sra s7,s8,s9"),
    (0x01cd_ed33, "or s10,s11,t3"),
    (0x01ff_7eb3, "and t4,t5,t6"),
    (0x02c5_8533, "mul a0,a1,a2"),
    (0x02c5_9533, "mulh a0,a1,a2"),
    (0x02c5_a533, "mulhsu a0,a1,a2"),
    (0x02c5_b533, "mulhu a0,a1,a2"),
    (0x02c5_c533, "div a0,a1,a2"),
    (0x02c5_d533, "divu a0,a1,a2"),
    (0x02c5_e533, "rem a0,a1,a2"),
    (0x03ff_ffb3, "remu t6,t6,t6"),
    (0x0ff0_000f, "fence iorw,iorw"),
    (0x0310_000f, "fence rw,w"),
    (0x0840_000f, "fence i,o"),
    (0x8330_000f, "fence.tso"),
    (0x0000_0073, "ecall"),
    (0x0010_0073, "ebreak"),
];

#[test]
fn words_are_those_of_gnu_and_so_are_their_names() {
    for &(word, text) in RECORDED {
        let instruction = Instruction::decode(word).expect(text);
        assert_eq!(instruction.to_string(), text);
        assert_eq!(instruction.encode(), word, "{text}");
    }
}

#[test]
fn all_instructions_were_recorded() {
    for (mask, bits) in super::legal::WORDS {
        let recorded = |(word, _): &&(u32, &str)| word & mask == *bits;
        assert!(RECORDED.iter().find(recorded).is_some(), "{bits:#010x}");
    }
}

/// These are fences, but GNU has no name for them in RV32IM. Whoever prints
/// them has to print something that can be read again.
#[test]
fn a_fence_without_a_name_is_a_word() {
    let pause = 0x0100_000f;
    let of_nothing = 0x0000_000f;
    let with_a_mode_that_means_nothing_yet = 0x9330_000f;
    let with_a_register = 0x0ff0_008f;
    for word in [
        pause,
        of_nothing,
        with_a_mode_that_means_nothing_yet,
        with_a_register,
    ] {
        let instruction = Instruction::decode(word).expect("a fence");
        assert_eq!(instruction.to_string(), format!(".word {word:#010x}"));
        assert_eq!(instruction.encode(), word);
    }
}

/// What GNU makes of other extensions' instructions.
#[test]
fn what_is_not_rv32im_is_illegal() {
    for (word, text) in [
        (0x0000_0000, "unimp, of two bytes"),
        (0xc000_1073, "unimp"),
        (0x0000_100f, "fence.i"),
        (0xc000_2573, "rdcycle a0"),
        (0x3020_0073, "mret"),
        (0x1050_0073, "wfi"),
        (0x1005_252f, "lr.w a0,(a0)"),
        (0x0005_2507, "flw fa0,0(a0)"),
        (0x00c5_f553, "fadd.s fa0,fa1,fa2"),
        (0x0005_3503, "ld a0,0(a0)"),
        (0x0005_6503, "lwu a0,0(a0)"),
        (0x02c5_853b, "mulw a0,a1,a2"),
        (0x0205_1513, "slli a0,a0,0x20, of RV64"),
        (0x4005_1513, "slli with the bit of srai"),
        (0xffff_ffff, "all ones"),
    ] {
        assert_eq!(Instruction::decode(word), None, "{text}");
    }
}
