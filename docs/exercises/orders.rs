//! All the orders in which the steps of two threads can come.

use std::collections::BTreeSet;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // With two steps of `a` and one of `b` there are three: "aab", "aba" and "baa".
    pub(super) fn orders(a: usize, b: usize) -> Vec<String> {
        let one_after_the_other = "a".repeat(a) + &"b".repeat(b);
        vec![one_after_the_other]
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn orders(a: usize, b: usize) -> Vec<String> {
        if a == 0 && b == 0 {
            return vec![String::new()];
        }
        let mut all = Vec::new();
        if a > 0 {
            let rest = orders(a - 1, b).into_iter();
            all.extend(rest.map(|rest| format!("a{rest}")));
        }
        if b > 0 {
            let rest = orders(a, b - 1).into_iter();
            all.extend(rest.map(|rest| format!("b{rest}")));
        }
        all
    }
    // ANCHOR_END: solution
}

type Orders = fn(usize, usize) -> Vec<String>;

pub(super) fn check_start() {
    check(start::orders);
}

pub(super) fn check_solution() {
    check(solution::orders);
}

fn check(orders: Orders) {
    for a in 0..6 {
        for b in 0..6 {
            let all = orders(a, b);
            for order in &all {
                let of = |who| order.matches(who).count();
                assert_eq!((of("a"), of("b"), order.len()), (a, b, a + b), "{order}");
            }
            let different: BTreeSet<&String> = all.iter().collect();
            assert_eq!(different.len(), all.len(), "some are there twice");
            let right: usize = (1..=b).fold(1, |count, n| count * (a + n) / n);
            assert_eq!(all.len(), right, "{a} steps and {b}");
        }
    }
    // What it is good for.
    let all = orders(2, 2).into_iter();
    let bad: Vec<String> = all.filter(|order| is_slept_through(order)).collect();
    assert_eq!(bad, ["abba"]);
}

/// A joiner, `a`, looks and then sleeps; a thread, `b`, ends and then rings. No lock is
/// there to keep one out between the steps of the other.
fn is_slept_through(order: &str) -> bool {
    let (mut ended, mut will_sleep, mut sleeps) = (false, false, false);
    let mut steps = [0, 0];
    for who in order.chars() {
        let step = &mut steps[usize::from(who == 'b')];
        match (who, *step) {
            ('a', 0) => will_sleep = !ended,
            ('a', _) => sleeps = will_sleep,
            ('b', 0) => ended = true,
            _ => sleeps = false,
        }
        *step += 1;
    }
    sleeps
}
