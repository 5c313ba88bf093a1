//! Writes the bytes of a program: what the first pass has made, padding,
//! branches, and the numbers that were left open.
//!
//! Read next: `../image.rs`, for what comes out.

use super::super::expression::Expression;
use super::super::fixup::{self, Fixup, Kind};
use super::super::problem::Problem;
use super::super::relax::{LONG, SHORT};
use super::super::section::{FarBranch, Fill, Part, Place, Tail};
use super::super::value::Value;
use super::Linker;
use crate::machine::isa::{Branch, BranchOffset, Instruction, Register};

impl Linker<'_, '_, '_> {
    /// The place of `length` bytes in the program.
    // ANCHOR: bytes_instruction_put
    fn bytes(&mut self, part: Part, address: u32, length: usize) -> &mut [u8] {
        let block = &mut self.blocks[part as usize];
        let start = (address - block.address) as usize;
        &mut block.bytes[start..start + length]
    }

    fn instruction(&mut self, part: Part, address: u32) -> Instruction {
        let word = self.bytes(part, address, 4).try_into().expect("four bytes");
        Instruction::decode(u32::from_le_bytes(word))
            .expect("the first pass has put an instruction here")
    }

    fn put(&mut self, part: Part, address: u32, instruction: Instruction) {
        let word = instruction.encode().to_le_bytes();
        self.bytes(part, address, 4).copy_from_slice(&word);
    }
    // ANCHOR_END: bytes_instruction_put

    /// Fixed bytes and padding.
    // ANCHOR: copy
    pub(super) fn copy(&mut self, nops: Fill) {
        for (id, section) in self.sections.iter() {
            if section.part == Part::Bss {
                continue;
            }
            for (index, fragment) in section.fragments.iter().enumerate() {
                let (start, length) = (fragment.start as usize, section.fixed(index) as usize);
                let place = Place {
                    section: id,
                    fragment: index as u32,
                    offset: 0,
                };
                let address = self.addresses.of(place);
                self.bytes(section.part, address, length)
                    .copy_from_slice(&section.bytes[start..start + length]);

                let tail = self.addresses.tails[usize::from(id.0)][index];
                let padding = match &fragment.tail {
                    Tail::None | Tail::Branch(_) => continue,
                    Tail::Align(align) if align.fill == Fill::Nops => nops.bytes(tail),
                    Tail::Align(align) => align.fill.bytes(tail),
                    // The linker puts what is no whole nop at the end.
                    Tail::Padding { .. } => {
                        let mut padding = Fill::Nops.bytes(tail & !3);
                        padding.extend(Fill::Nops.bytes(tail & 3));
                        padding
                    }
                };
                self.bytes(section.part, address + length as u32, padding.len())
                    .copy_from_slice(&padding);
            }
        }
    }
    // ANCHOR_END: copy

    /// The branches, short and long.
    // ANCHOR: branches
    pub(super) fn branches(&mut self) {
        for (id, section) in self.sections.iter() {
            for (index, fragment) in section.fragments.iter().enumerate() {
                let Tail::Branch(branch) = &fragment.tail else {
                    continue;
                };
                let place = Place {
                    section: id,
                    fragment: index as u32,
                    offset: section.fixed(index),
                };
                let address = self.addresses.of(place);
                let length = self.addresses.tails[usize::from(id.0)][index];
                if let Some(target) = self.address(&branch.target)
                    && let Err(problem) = self.branch(section.part, address, branch, target, length)
                {
                    self.diagnostics.report(branch.target.span, problem);
                }
            }
        }
    }
    // ANCHOR_END: branches

    // ANCHOR: branch
    fn branch(
        &mut self,
        part: Part,
        address: u32,
        branch: &FarBranch,
        target: u32,
        length: u32,
    ) -> Result<(), Problem> {
        let &FarBranch { op, rs1, rs2, .. } = branch;
        let distance = target.wrapping_sub(address);
        if length == SHORT {
            let offset = BranchOffset::new(distance as i32).ok_or(Problem::TooFar {
                distance: i64::from(distance as i32),
            })?;
            let branch = Instruction::Branch {
                op,
                rs1,
                rs2,
                offset,
            };
            self.put(part, address, branch);
        } else {
            let over = Instruction::Branch {
                op: opposite(op),
                rs1,
                rs2,
                offset: const { BranchOffset::new(LONG as i32).unwrap() },
            };
            let jump = Instruction::Jal {
                rd: Register::ZERO,
                offset: fixup::jump_offset(distance.wrapping_sub(4))?,
            };
            self.put(part, address, over);
            self.put(part, address + 4, jump);
        }
        Ok(())
    }
    // ANCHOR_END: branch

    /// What was left open. Upper halves come first, because lower ones ask for
    /// them.
    // ANCHOR: fix
    pub(super) fn fix(&mut self, fixups: &[Fixup]) {
        let is_lower = |fixup: &&Fixup| fixup.kind == Kind::LowerDistance;
        let uppers = fixups.iter().filter(|fixup| !is_lower(fixup));
        for fixup in uppers.chain(fixups.iter().filter(is_lower)) {
            if let Err(problem) = self.apply(fixup) {
                self.diagnostics.report(fixup.expression.span, problem);
            }
        }
    }
    // ANCHOR_END: fix

    // ANCHOR: apply
    fn apply(&mut self, fixup: &Fixup) -> Result<(), Problem> {
        let at = self.addresses.of(fixup.place);
        let part = self.sections.get(fixup.place.section).part;
        if let Kind::Data(bytes) = fixup.kind {
            return self.data(part, at, bytes, &fixup.expression);
        }
        let Some(value) = self.address(&fixup.expression) else {
            return Ok(());
        };
        let distance = value.wrapping_sub(at);
        let instruction = self.instruction(part, at);
        let fixed = match fixup.kind {
            Kind::Upper => fixup::with_upper(instruction, value),
            Kind::Lower => fixup::with_lower(instruction, value),
            Kind::UpperDistance => {
                self.upper_distances.insert(at, distance);
                fixup::with_upper(instruction, distance)
            }
            Kind::LowerDistance => {
                let distance = self.upper_distances.get(&value);
                fixup::with_lower(instruction, *distance.ok_or(Problem::NoUpperHalf)?)
            }
            Kind::Distance => {
                self.upper_distances.insert(at, distance);
                let second = self.instruction(part, at + 4);
                self.put(part, at + 4, fixup::with_lower(second, distance));
                fixup::with_upper(instruction, distance)
            }
            Kind::Jump => match instruction {
                Instruction::Jal { rd, .. } => Instruction::Jal {
                    rd,
                    offset: fixup::jump_offset(distance)?,
                },
                other => other,
            },
            Kind::Data(_) => unreachable!("data has been written above"),
        };
        self.put(part, at, fixed);
        Ok(())
    }
    // ANCHOR_END: apply

    // ANCHOR: data
    fn data(
        &mut self,
        part: Part,
        at: u32,
        bytes: u8,
        expression: &Expression,
    ) -> Result<(), Problem> {
        let number = match self.evaluator.value(expression, self.diagnostics) {
            None => return Ok(()),
            Some(Value::Number(number)) => number,
            Some(Value::Distance { from, to, addend }) => {
                self.addresses.distance(from, to).wrapping_add(addend)
            }
            Some(Value::Address { place, addend }) if bytes >= 4 => {
                (i64::from(self.addresses.of(place)).wrapping_add(addend) as u32).into()
            }
            Some(Value::Address { .. }) => return Err(Problem::AddressTooLong { bytes }),
        };
        let (data, fits) = fixup::data(number, bytes);
        if part == Part::Bss {
            return if data.iter().all(|&byte| byte == 0) {
                Ok(())
            } else {
                Err(Problem::NotZero)
            };
        }
        self.bytes(part, at, data.len()).copy_from_slice(&data);
        if !fits {
            let value = number;
            self.diagnostics
                .report(expression.span, Problem::Truncated { value, bytes });
        }
        Ok(())
    }
    // ANCHOR_END: data
}

/// The branch that goes when the other one does not.
// ANCHOR: opposite
fn opposite(op: Branch) -> Branch {
    match op {
        Branch::Beq => Branch::Bne,
        Branch::Bne => Branch::Beq,
        Branch::Blt => Branch::Bge,
        Branch::Bge => Branch::Blt,
        Branch::Bltu => Branch::Bgeu,
        Branch::Bgeu => Branch::Bltu,
    }
}
// ANCHOR_END: opposite
