//! How long branches become.
//!
//! A conditional branch reaches 4 KiB. If its target is further away, the
//! assembler writes the opposite branch over a jump, which reaches 1 MiB:
//!
//! ```text
//!   beq a0, a1, far          bne a0, a1, 1f
//!                     ───▶   jal zero, far
//!                         1:
//! ```
//!
//! That makes the program longer, and so other targets go further away. The
//! lengths are tried until nothing changes. There can be more than one answer,
//! because a branch over which another one goes may be the very bytes that are
//! too many; which one is found depends on the order in which it is tried, and
//! so the order is GNU's:
//!
//! 1. A first guess, from the first fragment to the last. What comes further
//!    down has no address yet, and is taken to be at its offset in its fragment.
//!    That is where the borders of GNU's fragments come in, and why a
//!    [`Tail::None`](super::section::Tail::None) is put where GNU's assembler
//!    puts one. It also begins a fragment when its buffer is full; that is not
//!    imitated.
//! 2. Then again and again, each length from the distance as it is: what is
//!    further up has been moved already, what is further down has not.
//!
//! Padding in code counts with its greatest length, because GNU's assembler
//! leaves it to the linker to take out what is too much, and a branch is not
//! shortened any more then.
//!
//! Knows nothing of names; it is told the targets. Read next: `addresses.rs`.

use super::problem::Problem;
use super::section::{Section, Tail};

/// A place in the same section: a fragment, and an offset from its beginning.
// ANCHOR: target
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) fragment: u32,
    pub(super) offset: i64,
}
// ANCHOR_END: target

/// A section as the assembler leaves it to the linker.
// ANCHOR: settled
#[derive(Debug)]
pub(super) struct Settled {
    /// Where each fragment begins, from the beginning of the section on.
    pub(super) starts: Vec<u64>,
    /// How long the tail of each is.
    pub(super) tails: Vec<u32>,
}
// ANCHOR_END: settled

/// From a branch to its target, in bytes: from -4096 up to, not including, 4096.
// ANCHOR: reach
const REACH: i64 = 4096;
pub(super) const SHORT: u32 = 4;
pub(super) const LONG: u32 = 8;
// ANCHOR_END: reach

/// How many fragments are looked at before it is given up. Programs that people
/// write need three or four rounds; one that needs a new round for each of its
/// branches can be made, and would take for ever.
// ANCHOR: patience
const PATIENCE: usize = 50_000_000;

/// Longer than any section is with what the linker takes out still in it.
const ROOM: u64 = 1 << 32;
// ANCHOR_END: patience

/// Finds the lengths of a section's tails. `targets` has an entry for each
/// fragment; those that end with no branch, or with one whose target is
/// elsewhere or undefined, have none.
// ANCHOR: settle
pub(super) fn settle(section: &Section, targets: &[Option<Target>]) -> Result<Settled, Problem> {
    settle_within(PATIENCE, section, targets)
}
// ANCHOR_END: settle

// ANCHOR: settle_within
fn settle_within(
    patience: usize,
    section: &Section,
    targets: &[Option<Target>],
) -> Result<Settled, Problem> {
    let count = section.fragments.len();
    let mut settled = Settled {
        starts: vec![0; count],
        tails: vec![0; count],
    };
    let mut address = 0;
    for (index, &target) in targets.iter().enumerate() {
        settled.starts[index] = address;
        settled.tails[index] = settled.tail(section, index, target);
        address += u64::from(section.fixed(index)) + u64::from(settled.tails[index]);
        if address > ROOM {
            return Err(Problem::TooLarge {
                what: section.part.name(),
                limit: super::section::LIMIT,
            });
        }
    }
    for _ in 0..=patience / count {
        let (mut shift, mut changed) = (0, false);
        for (index, &target) in targets.iter().enumerate() {
            settled.starts[index] = settled.starts[index].wrapping_add_signed(shift);
            let old = settled.tails[index];
            settled.tails[index] = settled.tail(section, index, target);
            let growth = i64::from(settled.tails[index]) - i64::from(old);
            shift += growth;
            changed |= growth != 0;
        }
        if !changed {
            return Ok(settled);
        }
    }
    Err(Problem::Unsettled)
}
// ANCHOR_END: settle_within

impl Settled {
    /// How long a tail is if everything is where it is said to be now.
    // ANCHOR: tail
    fn tail(&self, section: &Section, index: usize, target: Option<Target>) -> u32 {
        let end = self.starts[index].wrapping_add(section.fixed(index).into());
        match &section.fragments[index].tail {
            Tail::None => 0,
            Tail::Align(align) => align.length(end as u32),
            Tail::Padding { power, .. } => (1 << power) - 4,
            Tail::Branch(_) => {
                let is_near = target.is_some_and(|target| {
                    let start = self.starts[target.fragment as usize] as i64;
                    let distance = start.wrapping_add(target.offset).wrapping_sub(end as i64);
                    (-REACH..REACH).contains(&distance)
                });
                if is_near { SHORT } else { LONG }
            }
        }
    }
    // ANCHOR_END: tail
}

#[cfg(test)]
mod tests {
    use super::super::expression::{Body, Expression};
    use super::super::section::{FarBranch, Sections};
    use super::super::source::Span;
    use super::super::value::Value;
    use super::*;
    use crate::machine::isa::{Branch, Register};

    /// `count` branches, and `gap` bytes before each. Each goes over the next
    /// one; the last one goes nowhere far.
    fn chain(count: u32, gap: u64) -> (Sections, Vec<Option<Target>>) {
        let mut sections = Sections::new();
        let section = sections.current();
        let mut targets = Vec::new();
        for index in 0..count {
            section.put_repeated(&[0], gap).unwrap();
            section.end_fragment(Tail::Branch(FarBranch {
                op: Branch::Beq,
                rs1: Register::A0,
                rs2: Register::A1,
                target: Expression {
                    span: Span::new(0, 0),
                    body: Body::Known(Value::Number(0)),
                },
            }));
            targets.push(Some(Target {
                fragment: (index + 2).min(count),
                offset: 0,
            }));
        }
        targets.push(None);
        (sections, targets)
    }

    /// With 4080 bytes between them, a branch over a long one is long, and a
    /// branch over a short one is short. The first guess is that all are long.
    #[test]
    fn each_round_may_shorten_one_more_branch() {
        let (mut sections, targets) = chain(100, 4080);
        let settled = settle(sections.current(), &targets).unwrap();
        assert_eq!(settled.tails[..100], [SHORT; 100]);
        assert_eq!(settled.starts[100], 100 * (4080 + u64::from(SHORT)));
    }

    #[test]
    fn too_long_a_row_is_given_up() {
        let (mut sections, targets) = chain(100, 4080);
        let after = |rounds: usize| settle_within(rounds * 101, sections.current(), &targets).err();
        let outcomes = [20, 90, 110].map(after);
        let unsettled = Some(Problem::Unsettled);
        assert_eq!(outcomes, [unsettled.clone(), unsettled, None]);
    }

    /// With 4 bytes more, each long branch keeps the one over it long, although
    /// all of them could be short.
    #[test]
    fn of_two_answers_it_is_the_one_that_the_first_guess_leads_to() {
        let (mut sections, mut targets) = chain(100, 4084);
        let settled = settle(sections.current(), &targets).unwrap();
        assert_eq!(settled.tails[99], SHORT);
        targets[99] = None;
        let settled = settle(sections.current(), &targets).unwrap();
        assert_eq!(settled.tails[..100], [LONG; 100]);
    }
}
