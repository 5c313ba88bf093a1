//! Priority with ageing: a level with every ten quanta of waiting.

use crate::support::{job, priority, schedule};

/// From the rule, the quantum being 10: L is a level below H and has waited a level's
/// worth at 100. Since it came first, it is before H then, for a quantum, and begins to
/// wait anew at 110. H, which comes anew after each quantum, is as urgent at 210 as it is.
#[test]
fn who_has_waited_long_enough_has_a_turn_before_who_is_more_urgent() {
    let jobs = [
        job("L", 25).with(priority(16)),
        job("H", 250).with(priority(17)),
    ];
    let text = "H 0-100, L 100-110, H 110-210, L 210-220, H 220-270, L 270-275";
    assert_eq!(schedule("ageing", 10, &jobs), text);
}

/// From the rule: four levels take four times as long, and at the end of it there is
/// still a whole quantum. That H is so much more urgent, and ready, does not matter to
/// who has aged: it has become as urgent.
#[test]
fn who_has_aged_is_not_interrupted_by_whom_it_has_overtaken() {
    let jobs = [
        job("L", 15).with(priority(16)),
        job("H", 900).with(priority(20)),
    ];
    let text = "H 0-400, L 400-410, H 410-810, L 810-815, H 815-915";
    assert_eq!(schedule("ageing", 10, &jobs), text);
}

/// From the rule: at 5, when they come, M is one level above L, and interrupts; E is not.
#[test]
fn who_comes_and_is_a_level_more_urgent_interrupts() {
    let l = job("L", 20).with(priority(16));
    let e = job("E", 10).with(priority(16)).arrives(5);
    let m = job("M", 10).with(priority(17)).arrives(5);
    assert_eq!(schedule("ageing", 50, &[l.clone(), e]), "L 0-20, E 20-30");
    assert_eq!(schedule("ageing", 50, &[l, m]), "L 0-5, M 5-15, L 15-30");
}

/// From the rule: at 100 L has become as urgent as priority 17 and gets the CPU. Of those
/// who come at 105, one of 18 is a level above that and one of 17 is not.
#[test]
fn who_has_aged_is_as_urgent_as_it_has_become() {
    let l = job("L", 10).with(priority(16));
    let h = job("H", 150).with(priority(17));
    let same = job("S", 10).with(priority(17)).arrives(105);
    let above = job("T", 10).with(priority(18)).arrives(105);
    assert_eq!(
        schedule("ageing", 10, &[l.clone(), h.clone(), same]),
        "H 0-100, L 100-110, H 110-120, S 120-130, H 130-170"
    );
    assert_eq!(
        schedule("ageing", 10, &[l, h, above]),
        "H 0-100, L 100-105, T 105-115, H 115-165, L 165-170"
    );
}
