//! A line out of which anybody may go, and in which all keep their numbers.

use std::collections::VecDeque;

/// Those who stand in line, and the number of the first one.
#[derive(Default)]
struct Line {
    places: VecDeque<Option<char>>,
    first: usize,
}

impl Line {
    fn come(&mut self, who: char) -> usize {
        self.places.push_back(Some(who));
        self.first + self.places.len() - 1
    }
}

/// What the reader begins with.
mod start {
    use super::Line;

    /// The first one that is still there.
    // ANCHOR: start
    pub(super) fn next(line: &mut Line) -> Option<char> {
        line.first += 1;
        line.places.pop_front().flatten()
    }

    /// The one with that number goes; `None` if it is not there any more.
    pub(super) fn leave(line: &mut Line, number: usize) -> Option<char> {
        let place = number - line.first;
        line.places.remove(place).flatten()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Line;

    /// The first one that is still there.
    // ANCHOR: solution
    pub(super) fn next(line: &mut Line) -> Option<char> {
        while let Some(place) = line.places.pop_front() {
            line.first += 1;
            if place.is_some() {
                return place;
            }
        }
        None
    }

    /// The one with that number goes; `None` if it is not there any more.
    pub(super) fn leave(line: &mut Line, number: usize) -> Option<char> {
        let place = number.checked_sub(line.first)?;
        line.places.get_mut(place)?.take()
    }
    // ANCHOR_END: solution
}

type Next = fn(&mut Line) -> Option<char>;
type Leave = fn(&mut Line, usize) -> Option<char>;

pub(super) fn check_start() {
    check(start::next, start::leave);
}

pub(super) fn check_solution() {
    check(solution::next, solution::leave);
}

/// Every way in which five may come, leave and be next, against a plain list.
fn check(next: Next, leave: Leave) {
    for choices in 0..6_u32.pow(5) {
        let mut line = Line::default();
        let mut model: Vec<(usize, char)> = Vec::new();
        let mut numbers = Vec::new();
        for who in 'a'..='e' {
            let choice = choices / 6_u32.pow(u32::from(who) - u32::from('a')) % 6;
            let number = line.come(who);
            numbers.push(number);
            model.push((number, who));
            match choice {
                0 => {
                    let first = (!model.is_empty()).then(|| model.remove(0).1);
                    assert_eq!(next(&mut line), first);
                }
                1..5 => {
                    let number = numbers[(choice as usize - 1) % numbers.len()];
                    let place = model.iter().position(|(other, _)| *other == number);
                    let who = place.map(|place| model.remove(place).1);
                    assert_eq!(leave(&mut line, number), who);
                }
                _ => {}
            }
        }
        for (_, who) in model {
            assert_eq!(next(&mut line), Some(who));
        }
        assert_eq!(next(&mut line), None);
    }
}
