//! The ready threads in the order of a key: what most policies keep, each with a key
//! of its own.

use std::collections::BTreeMap;

use super::super::pid::Pid;

/// Lowest key first, and among equal ones first come first served. All of it takes
/// logarithmic time.
// ANCHOR: ordered
#[derive(Debug)]
pub(super) struct Ordered<K> {
    line: BTreeMap<Place<K>, Pid>,
    places: BTreeMap<Pid, Place<K>>,
    /// How many have come so far.
    come: u64,
}

/// The key, and how many had come before.
type Place<K> = (K, u64);

impl<K> Default for Ordered<K> {
    fn default() -> Self {
        Self {
            line: BTreeMap::new(),
            places: BTreeMap::new(),
            come: 0,
        }
    }
}
// ANCHOR_END: ordered

impl<K: Copy + Ord> Ordered<K> {
    // ANCHOR: moves
    pub(super) fn put(&mut self, key: K, thread: Pid) {
        let place = (key, self.come);
        self.come += 1;
        self.line.insert(place, thread);
        self.places.insert(thread, place);
    }

    pub(super) fn take_first(&mut self) -> Option<Pid> {
        let (_, thread) = self.line.pop_first()?;
        self.places.remove(&thread);
        Some(thread)
    }

    pub(super) fn first_key(&self) -> Option<K> {
        self.line.first_key_value().map(|(&(key, _), _)| key)
    }

    pub(super) fn remove(&mut self, thread: Pid) {
        if let Some(place) = self.places.remove(&thread) {
            self.line.remove(&place);
        }
    }

    pub(super) fn in_order(&self) -> Vec<Pid> {
        self.line.values().copied().collect()
    }
    // ANCHOR_END: moves
}
