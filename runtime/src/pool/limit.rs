//! How long a wait may take that is made of several.

use std::time::Duration;

use crate::time::Instant;

/// How long somebody waits.
// ANCHOR: limit
#[derive(Clone, Copy)]
pub(super) enum Limit {
    ForEver,
    /// `None` if that is later than any time there is.
    Until(Option<Instant>),
}

impl Limit {
    pub(super) fn after(timeout: Option<Duration>) -> Self {
        match timeout {
            None => Limit::ForEver,
            Some(timeout) => Limit::Until(Instant::now().checked_add(timeout)),
        }
    }

    /// What is left of it; `None` if it is for ever.
    pub(super) fn left(self) -> Option<Duration> {
        match self {
            Limit::ForEver => None,
            Limit::Until(None) => Some(Duration::MAX),
            Limit::Until(Some(end)) => Some(end.saturating_duration_since(Instant::now())),
        }
    }
}
// ANCHOR_END: limit
