//! A recursion that goes on in another thread when its stack is nearly full.

use std::ptr::from_ref;

/// Where a thread's stack was.
pub(super) struct Room {
    began_at: usize,
}

impl Room {
    pub(super) fn new() -> Self {
        let local = 0;
        Self {
            began_at: from_ref(&local).addr(),
        }
    }

    pub(super) fn is_low(&self) -> bool {
        let local = 0;
        self.began_at.abs_diff(from_ref(&local).addr()) > 32 << 10
    }
}

/// What the reader begins with.
mod start {
    use super::Room;

    // ANCHOR: start
    pub(super) fn sum(number: u64, room: &Room) -> u64 {
        if room.is_low() {
            return 0; // What instead?
        }
        match number {
            0 => 0,
            _ => number + sum(number - 1, room),
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use runtime::thread;

    use super::Room;

    // ANCHOR: solution
    pub(super) fn sum(number: u64, room: &Room) -> u64 {
        if room.is_low() {
            let rest = thread::spawn(move || sum(number, &Room::new()));
            return rest.join().unwrap();
        }
        match number {
            0 => 0,
            _ => number + sum(number - 1, room),
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::sum);
}

pub(super) fn check_solution() {
    check(solution::sum);
}

fn check(sum: fn(u64, &Room) -> u64) {
    for number in [0, 10, 1_000, 10_000] {
        let runtime = runtime::Builder::new().stack_size(64 << 10);
        let found = runtime.run(move || sum(number, &Room::new())).unwrap();
        assert_eq!(found, number * (number + 1) / 2, "up to {number}");
    }
}
