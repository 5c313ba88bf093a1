//! Who breaks a barrier.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::Barrier;
use runtime::{Clock, thread};

/// When somebody comes, and how long it would wait.
#[derive(Clone, Copy, Debug)]
struct Guest {
    comes: u32,
    waits: u32,
}

/// What the reader begins with.
mod start {
    use super::Guest;

    /// The place of the one who breaks the barrier, if it does not come to a meeting.
    // ANCHOR: start
    pub(super) fn breaks_it(guests: &[Guest]) -> Option<usize> {
        let first = guests.iter().min_by_key(|guest| guest.comes)?;
        let last = guests.iter().max_by_key(|guest| guest.comes)?;
        let too_late = last.comes > first.comes + first.waits;
        too_late.then(|| guests.iter().position(|guest| guest.comes == first.comes))?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Guest;

    /// The place of the one who breaks the barrier, if it does not come to a meeting.
    // ANCHOR: solution
    pub(super) fn breaks_it(guests: &[Guest]) -> Option<usize> {
        let last = guests.iter().map(|guest| guest.comes).max()?;
        let goes = |place: &usize| guests[*place].comes + guests[*place].waits;
        let impatient = (0..guests.len()).min_by_key(goes)?;
        (goes(&impatient) < last).then_some(impatient)
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::breaks_it);
}

pub(super) fn check_solution() {
    check(solution::breaks_it);
}

/// At a barrier, in virtual seconds.
fn at_a_barrier(guests: [Guest; 3]) -> Option<usize> {
    let barrier = Rc::new(Barrier::new(guests.len()));
    let seconds = |number: u32| Duration::from_secs(number.into());
    let threads: Vec<_> = (0..guests.len())
        .map(|place| {
            let barrier = Rc::clone(&barrier);
            let Guest { comes, waits } = guests[place];
            let body = move || {
                thread::sleep(seconds(comes));
                barrier.wait_timeout(seconds(waits)).map(drop)
            };
            let builder = thread::Builder::new().name(place.to_string());
            builder.spawn(body).unwrap()
        })
        .collect();
    let met = threads.into_iter().map(|thread| thread.join().unwrap());
    let met: Vec<_> = met.collect();
    let first = met[0].clone();
    assert!(met.iter().all(|other| *other == first), "all hear the same");
    first.err().map(|error| error.who.parse().unwrap())
}

/// No two of these times are the same.
fn check(breaks_it: fn(&[Guest]) -> Option<usize>) {
    let virtually = runtime::Builder::new().clock(Clock::Virtual);
    let checked = virtually.run(move || {
        for waits in 0..4_u32.pow(3) {
            for comes in [[1, 5, 9], [9, 1, 5], [5, 9, 1], [1, 9, 5]] {
                let guests = [0_u32, 1, 2].map(|place| Guest {
                    comes: comes[place as usize],
                    waits: 1 + 3 * (waits / 4_u32.pow(place) % 4) + 2 * place,
                });
                let goes = guests.map(|guest| guest.comes + guest.waits);
                let mut times = [comes, goes].concat();
                times.sort_unstable();
                times.dedup();
                if times.len() == 6 {
                    assert_eq!(breaks_it(&guests), at_a_barrier(guests), "{guests:?}");
                }
            }
        }
    });
    checked.expect("nobody hangs");
}
