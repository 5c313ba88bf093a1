//! All who stand in one line go behind those of another one, without being touched.

/// The two ends of a line.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    head: Option<usize>,
    tail: Option<usize>,
}

/// Who stands behind whom, by slot.
#[derive(Debug)]
struct Links {
    next: Vec<usize>,
    touched: usize,
}

impl Links {
    fn next(&mut self, slot: usize) -> usize {
        self.touched += 1;
        self.next[slot]
    }

    fn set_next(&mut self, slot: usize, next: usize) {
        self.touched += 1;
        self.next[slot] = next;
    }
}

impl Line {
    fn push(&mut self, links: &mut Links, slot: usize) {
        match self.tail {
            Some(last) => links.set_next(last, slot),
            None => self.head = Some(slot),
        }
        self.tail = Some(slot);
    }

    fn pop(&mut self, links: &mut Links) -> Option<usize> {
        let first = self.head?;
        match self.tail == Some(first) {
            true => *self = Line::default(),
            false => self.head = Some(links.next(first)),
        }
        Some(first)
    }
}

/// What the reader begins with.
mod start {
    use super::{Line, Links};

    // ANCHOR: start
    pub(super) fn append(line: &mut Line, other: &mut Line, links: &mut Links) {
        while let Some(slot) = other.pop(links) {
            line.push(links, slot);
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Line, Links};

    // ANCHOR: solution
    pub(super) fn append(line: &mut Line, other: &mut Line, links: &mut Links) {
        match (line.tail, other.head) {
            (_, None) => return,
            (Some(last), Some(first)) => links.set_next(last, first),
            (None, Some(first)) => line.head = Some(first),
        }
        line.tail = other.tail;
        *other = Line::default();
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Line, &mut Line, &mut Links);

pub(super) fn check_start() {
    check(start::append);
}

pub(super) fn check_solution() {
    check(solution::append);
}

fn check(answer: Answer) {
    for (here, there) in [(0, 0), (0, 3), (3, 0), (1, 1), (2, 500)] {
        let mut links = Links {
            next: vec![usize::MAX; here + there + 1],
            touched: 0,
        };
        let [mut line, mut other] = [Line::default(); 2];
        (0..here).for_each(|slot| line.push(&mut links, slot));
        (here..here + there).for_each(|slot| other.push(&mut links, slot));
        links.touched = 0;
        answer(&mut line, &mut other, &mut links);
        assert!(links.touched <= 1, "it takes longer, the more there are");
        assert!(other.pop(&mut links).is_none());
        // Both lines are as good as new.
        let last = here + there;
        line.push(&mut links, last);
        let all: Vec<usize> = std::iter::from_fn(|| line.pop(&mut links)).collect();
        assert!(all.into_iter().eq(0..=last));
        other.push(&mut links, 0);
        assert_eq!(other.pop(&mut links), Some(0));
    }
}
