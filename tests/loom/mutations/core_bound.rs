//! What is broken in the copies of `sync/core_bound.rs`.

use super::{Mutation, RACE, SPINS, mutation};

/// The models' own words.
const REFUSED_BY_NOBODY: &str = "nobody is there, and it is in use";
const TWO_GUARDS: &str = "two have a guard";

pub(crate) const CORE_BOUND: &[Mutation] = &[
    // The orders.
    mutation(
        "taking_is_relaxed",
        "compare_exchange(owner, here, Ordering::Acquire, Ordering::Relaxed)",
        "compare_exchange(owner, here, Ordering::Relaxed, Ordering::Relaxed)",
        "outsiders",
        RACE,
    ),
    mutation(
        "leaving_is_relaxed",
        "store(next, Ordering::Release)",
        "store(next, Ordering::Relaxed)",
        "outsiders",
        RACE,
    ),
    mutation(
        "letting_go_is_relaxed",
        "store(NOBODY, Ordering::Release)",
        "store(NOBODY, Ordering::Relaxed)",
        "let_go",
        RACE,
    ),
    mutation(
        "putting_back_is_relaxed",
        "store(owner, Ordering::Release)",
        "store(owner, Ordering::Relaxed)",
        "inherited",
        RACE,
    ),
    // Who has it already.
    mutation(
        "the_owner_is_not_looked_at",
        "let own = self.owner.load(Ordering::Relaxed) == place::run();",
        "let own = self.owner.load(Ordering::Relaxed) != NOBODY && place::run() != 0;",
        "nobodys",
        RACE,
    ),
    mutation(
        "who_holds_it_does_not_inherit",
        "self.inherit();",
        "",
        "inherited",
        "those that wait are not forgotten",
    ),
    // Claiming.
    mutation(
        "nobody_is_somebody",
        "owner == NOBODY || owner == place::outside()",
        "owner == place::outside()",
        "nobodys",
        "nobody else knows it",
    ),
    mutation(
        "outside_is_elsewhere",
        "owner == NOBODY || owner == place::outside()",
        "owner == NOBODY",
        "lent_to_a_run",
        "the run is kept out",
    ),
    mutation(
        "claim_does_not_wait_for_visitors",
        "if owner == VISITED {",
        "if false {",
        "looked_in",
        "",
    ),
    mutation(
        "claim_takes_from_the_living",
        "if !own && !place::has_ended(owner) {",
        "if false {",
        "nobodys",
        RACE,
    ),
    mutation(
        "claim_does_not_look_again",
        "if self.take_from(owner, VISITED).is_err() {
                continue;",
        "if self.take_from(owner, VISITED).is_err() {
                return Err(Elsewhere::InUse);",
        "take_over",
        REFUSED_BY_NOBODY,
    ),
    mutation(
        "claim_does_not_look_whether_it_is_idle",
        "if own || unsafe { &*self.value.get() }.is_idle() {",
        "if true {",
        "inherited",
        TWO_GUARDS,
    ),
    mutation(
        "claim_looks_whether_its_own_is_idle",
        "if own || unsafe",
        "if unsafe",
        "lent_to_a_run",
        "the run is kept out",
    ),
    mutation(
        "claim_puts_it_back_as_nobodys",
        "store(owner, Ordering::Release)",
        "store(NOBODY, Ordering::Release)",
        "inherited",
        TWO_GUARDS,
    ),
    mutation(
        "claim_keeps_what_is_not_idle",
        "self.owner.store(owner, Ordering::Release);",
        "",
        "inherited",
        SPINS,
    ),
    // Letting go.
    mutation(
        "code_outside_lets_go_too_early",
        "let next = match value.is_idle() {",
        "let next = match true {",
        "outsiders",
        TWO_GUARDS,
    ),
    mutation(
        "code_outside_does_not_let_go",
        "self.owner.store(next, Ordering::Release);",
        "",
        "outsiders",
        SPINS,
    ),
    mutation(
        "a_run_lets_go_of_what_is_not_idle",
        "is_some_and(T::is_idle)",
        "is_some()",
        "let_go",
        TWO_GUARDS,
    ),
    // Inheriting.
    mutation(
        "inherit_takes_from_the_living",
        "if over && self.take_from(owner, here).is_ok() {",
        "if self.take_from(owner, here).is_ok() {",
        "inherited_by_a_run",
        RACE,
    ),
    mutation(
        "inherit_goes_on_though_others_were_first",
        "if over && self.take_from(owner, here).is_ok() {",
        "if over {
                let _ = self.take_from(owner, here);",
        "inherited",
        RACE,
    ),
    mutation(
        "inherit_knows_only_runs_that_have_ended",
        "let over = ended || owner == place::outside();",
        "let over = ended;",
        "brought_along",
        SPINS,
    ),
    mutation(
        "inherit_knows_no_run_that_has_ended",
        "let over = ended || owner == place::outside();",
        "let over = owner == place::outside();",
        "inherited",
        SPINS,
    ),
    mutation(
        "inherit_does_not_abandon",
        "if ended {",
        "if false {",
        "inherited",
        "those that wait are not forgotten",
    ),
    mutation(
        "inherit_abandons_what_is_its_own",
        "if ended {",
        "if over {",
        "brought_along",
        "a lock of this place was abandoned",
    ),
];
