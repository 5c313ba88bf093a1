//! A bell that counts, and who waits for it.

/// What the reader begins with.
mod start {
    use super::{Bell, MustWait};

    // ANCHOR: start
    // Takes one of what is there, or says that the caller has to wait. Who has waited is
    // woken and calls again; `is_woken` says that it is not the first time.
    pub(super) fn take(bell: &mut Bell, is_woken: bool) -> Result<(), MustWait> {
        if is_woken {
            bell.there = bell.there.wrapping_sub(1); // It was woken, so there is one. Is there?
            return Ok(());
        }
        match bell.there {
            0 => Err(MustWait),
            _ => {
                bell.there -= 1;
                Ok(())
            }
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Bell, MustWait};

    // ANCHOR: solution
    pub(super) fn take(bell: &mut Bell, _is_woken: bool) -> Result<(), MustWait> {
        let left = bell.there.checked_sub(1).ok_or(MustWait)?;
        bell.there = left;
        Ok(())
    }
    // ANCHOR_END: solution
}

/// So many things are there to be taken.
#[derive(Debug, Default)]
struct Bell {
    there: u32,
}

/// The caller is to be blocked.
#[derive(Debug, PartialEq, Eq)]
struct MustWait;

type Answer = fn(&mut Bell, bool) -> Result<(), MustWait>;

pub(super) fn check_start() {
    check(start::take);
}

pub(super) fn check_solution() {
    check(solution::take);
}

fn check(take: Answer) {
    let mut bell = Bell { there: 1 };
    assert_eq!(take(&mut bell, false), Ok(()));
    assert_eq!(take(&mut bell, false), Err(MustWait));
    // One comes, and wakes the first one. Before it has the CPU, somebody else calls.
    bell.there += 1;
    assert_eq!(take(&mut bell, false), Ok(()));
    assert_eq!(take(&mut bell, true), Err(MustWait));
    assert_eq!(bell.there, 0);
    // Two come at once.
    bell.there += 2;
    assert_eq!(take(&mut bell, true), Ok(()));
    assert_eq!(take(&mut bell, true), Ok(()));
    assert_eq!(take(&mut bell, true), Err(MustWait));
    assert_eq!(bell.there, 0);
}
