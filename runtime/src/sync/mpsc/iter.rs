//! A receiver as an iterator. The fields are called as in std, because `Debug`
//! shows them.

use super::Receiver;

/// The messages as they come, until the last sender is gone. See
/// [`Receiver::iter`].
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::channel();
/// sender.send(1).unwrap();
/// drop(sender);
/// let mut messages = receiver.iter();
/// assert_eq!((messages.next(), messages.next()), (Some(1), None));
/// ```
// ANCHOR: iter
#[derive(Debug)]
pub struct Iter<'a, T> {
    rx: &'a Receiver<T>,
}
// ANCHOR_END: iter

/// The messages that are there now. See [`Receiver::try_iter`].
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::channel();
/// sender.send(1).unwrap();
/// let mut messages = receiver.try_iter();
/// assert_eq!((messages.next(), messages.next()), (Some(1), None));
/// ```
// ANCHOR: try_iter
#[derive(Debug)]
pub struct TryIter<'a, T> {
    rx: &'a Receiver<T>,
}
// ANCHOR_END: try_iter

/// As [`Iter`], and owns the receiver.
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::channel();
/// sender.send(1).unwrap();
/// drop(sender);
/// assert_eq!(receiver.into_iter().collect::<Vec<_>>(), [1]);
/// ```
// ANCHOR: into_iter
#[derive(Debug)]
pub struct IntoIter<T> {
    rx: Receiver<T>,
}
// ANCHOR_END: into_iter

impl<T> Receiver<T> {
    /// The messages as they come: each step is a [`recv`](Receiver::recv). The
    /// iterator ends when the channel is empty and has no sender any more.
    ///
    /// ```
    /// use runtime::sync::mpsc;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = mpsc::channel();
    ///     thread::spawn(move || (1..=3).for_each(|number| sender.send(number).unwrap()));
    ///     assert_eq!(receiver.iter().sum::<u32>(), 6);
    /// });
    /// ```
    // ANCHOR: make_iter
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { rx: self }
    }
    // ANCHOR_END: make_iter

    /// The messages that are there: each step is a
    /// [`try_recv`](Receiver::try_recv), so the iterator never waits.
    ///
    /// ```
    /// use runtime::sync::mpsc;
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = mpsc::channel();
    ///     sender.send("one").unwrap();
    ///     sender.send("two").unwrap();
    ///     assert_eq!(receiver.try_iter().collect::<Vec<_>>(), ["one", "two"]);
    ///     assert_eq!(receiver.try_iter().next(), None);
    /// });
    /// ```
    // ANCHOR: make_try_iter
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { rx: self }
    }
    // ANCHOR_END: make_try_iter
}

// ANCHOR: next
impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[inline(always)]
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[inline]
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[inline(always)]
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}
// ANCHOR_END: next

// ANCHOR: for_loop
impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { rx: self }
    }
}
// ANCHOR_END: for_loop
