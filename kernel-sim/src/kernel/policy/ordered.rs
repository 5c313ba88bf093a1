//! The ready threads in the order of a key: what most policies keep, each with a key
//! of its own.

use std::collections::BTreeMap;

use super::super::pid::Pid;

/// Lowest key first, and among equal ones first come first served. Taking the first
/// one and putting one in take logarithmic time.
#[derive(Debug)]
pub(super) struct Ordered<K> {
    line: BTreeMap<(K, u64), Pid>,
    /// How many have come so far.
    come: u64,
}

impl<K> Default for Ordered<K> {
    fn default() -> Self {
        Self {
            line: BTreeMap::new(),
            come: 0,
        }
    }
}

impl<K: Copy + Ord> Ordered<K> {
    pub(super) fn put(&mut self, key: K, thread: Pid) {
        self.line.insert((key, self.come), thread);
        self.come += 1;
    }

    pub(super) fn take_first(&mut self) -> Option<Pid> {
        self.line.pop_first().map(|(_, thread)| thread)
    }

    pub(super) fn first_key(&self) -> Option<K> {
        self.line.first_key_value().map(|(&(key, _), _)| key)
    }

    pub(super) fn remove(&mut self, thread: Pid) {
        self.line.retain(|_, other| *other != thread);
    }

    pub(super) fn in_order(&self) -> Vec<Pid> {
        self.line.values().copied().collect()
    }
}
