//! What is broken in the copies of the files that ship: one thing in each copy,
//! and a model that must notice. So each of these lines is there for a reason,
//! and each of these models sees what it is there for.

mod core_bound;
mod inbox;
mod join;

pub(crate) use core_bound::CORE_BOUND;
pub(crate) use inbox::INBOX;
pub(crate) use join::JOIN;

pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    /// Occurs once in the file that ships.
    pub(crate) text: &'static str,
    pub(crate) becomes: &'static str,
    /// The model that fails, and words from what it says then.
    pub(crate) model: &'static str,
    pub(crate) report: &'static str,
}

/// loom saw two threads use a `Cell` with nothing that orders them.
const RACE: &str = "Causality violation";
/// loom saw that nobody can go on.
const SLEPT_THROUGH: &str = "deadlock";
/// loom lost patience with a thread that looks for ever.
const SPINS: &str = "exceeded maximum number of branches";

const fn mutation(
    name: &'static str,
    text: &'static str,
    becomes: &'static str,
    model: &'static str,
    report: &'static str,
) -> Mutation {
    Mutation {
        name,
        text,
        becomes,
        model,
        report,
    }
}
