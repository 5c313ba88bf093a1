//! What a thread does, so that every machine can have it done in its own way.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Yield,
    /// For so many [`UNIT`]s.
    Sleep(u32),
}

/// Much longer than what a thread does on any machine before it sleeps again.
pub(crate) const UNIT: Duration = Duration::from_millis(100);

/// The acts of one thread. Then it ends.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) acts: Vec<Act>,
}

impl Script {
    pub(crate) fn new(name: &'static str, acts: &[Act]) -> Script {
        let acts = acts.to_vec();
        Script { name, acts }
    }
}
