//! Who gets a stack when memory for some has come back.

/// What the reader begins with.
mod start {
    /// The places in the line of those who begin.
    // ANCHOR: start
    pub(super) fn who_begins(waiting: &[usize], mut room: usize) -> Vec<usize> {
        let mut begin = Vec::new();
        for (place, &bytes) in waiting.iter().enumerate() {
            if bytes <= room {
                room -= bytes;
                begin.push(place);
            }
        }
        begin // Do all of them try?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    /// The places in the line of those who begin.
    // ANCHOR: solution
    pub(super) fn who_begins(waiting: &[usize], mut room: usize) -> Vec<usize> {
        let mut begin = Vec::new();
        for (place, &bytes) in waiting.iter().enumerate() {
            let next_wants_less = waiting.get(place + 1).is_some_and(|next| *next < bytes);
            if bytes <= room {
                room -= bytes;
                begin.push(place);
            } else if !next_wants_less {
                break;
            }
        }
        begin
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[usize], usize) -> Vec<usize>;

pub(super) fn check_start() {
    check(start::who_begins);
}

pub(super) fn check_solution() {
    check(solution::who_begins);
}

fn check(answer: Answer) {
    let cases: [(&[usize], usize, &[usize]); 10] = [
        (&[], 64, &[]),
        (&[64, 64, 64], 64, &[0]),
        (&[32, 32, 32], 64, &[0, 1]),
        (&[64, 32, 32], 64, &[0]),
        (&[64, 32, 32], 32, &[1]),
        (&[64, 64, 32], 32, &[]),
        (&[128, 64, 32, 16], 16, &[3]),
        (&[64, 32, 64], 96, &[0, 1]),
        (&[32, 64, 32], 64, &[0, 2]),
        (&[32, 64, 64, 32], 64, &[0]),
    ];
    for (waiting, room, expected) in cases {
        let who = answer(waiting, room);
        assert_eq!(who, expected, "{waiting:?} with room for {room}");
    }
}
