//! Counts words in parallel: the text is cut into pieces, each thread counts its
//! piece, and the counts are put together as they come.

use std::collections::BTreeMap;

use super::sync::mpsc;
use super::thread;

const TEXT: &str = "the quick brown fox jumps over the lazy dog and the dog does not mind \
    because the fox is quick and the dog is lazy and both of them know it";

fn count(piece: &[&str]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in piece {
        *counts.entry((*word).to_owned()).or_default() += 1;
    }
    counts
}

pub(crate) fn run() -> BTreeMap<String, usize> {
    let words: Vec<&str> = TEXT.split_whitespace().collect();
    let (sender, receiver) = mpsc::channel();
    let mut all = BTreeMap::new();
    thread::scope(|scope| {
        for piece in words.chunks(6) {
            let sender = sender.clone();
            scope.spawn(move || sender.send(count(piece)).unwrap());
        }
        drop(sender);
        for counts in receiver {
            for (word, times) in counts {
                *all.entry(word).or_default() += times;
            }
        }
    });
    all
}
