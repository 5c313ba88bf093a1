//! How an item is put into a queue, and how the next one is got.

use std::time::Duration;

use super::Buffer;
use crate::current;
use crate::quantum::safe_point;
use crate::queue::error::{GetError, PutError, ShutDown};
use crate::queue::gate::{Denied, Gate, Want};
use crate::queue::store::Store;

impl<S: Store> Buffer<S> {
    /// Puts an item in. Waits, after those that came before, as long as the queue
    /// is full.
    ///
    /// # Errors
    ///
    /// If the queue was shut down, before or meanwhile. The item is inside the
    /// error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, outside of green threads or while the thread unwinds, and on
    /// another core. The item is dropped.
    ///
    /// ```
    /// use runtime::queue::Queue;
    /// use runtime::thread;
    ///
    /// static QUEUE: Queue<u32> = Queue::bounded(1);
    ///
    /// runtime::run(|| {
    ///     QUEUE.put(1).unwrap();
    ///     thread::spawn(|| QUEUE.put(2).unwrap()); // waits for room
    ///     assert_eq!(QUEUE.get(), Ok(1));
    ///     assert_eq!(QUEUE.get(), Ok(2));
    /// });
    /// ```
    // ANCHOR: put
    #[inline(always)]
    #[track_caller]
    pub fn put(&self, item: S::Item) -> Result<(), ShutDown<S::Item>> {
        safe_point();
        match self.gate.take(Want::Place, None) {
            Ok(()) => self.put_in(item),
            Err(_) => Err(ShutDown(item)),
        }
    }
    // ANCHOR_END: put

    /// Puts an item in if there is room that nobody waits for.
    ///
    /// # Errors
    ///
    /// If the queue is full, or was shut down. The item is inside the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core. The item is
    /// dropped.
    ///
    /// ```
    /// use runtime::queue::{PutError, Queue};
    ///
    /// let queue = Queue::bounded(1);
    /// assert_eq!(queue.try_put('a'), Ok(()));
    /// assert_eq!(queue.try_put('b'), Err(PutError::Full('b')));
    /// queue.shutdown();
    /// assert_eq!(queue.try_put('c'), Err(PutError::ShutDown('c')));
    /// ```
    // ANCHOR: try_put
    #[inline(always)]
    #[track_caller]
    pub fn try_put(&self, item: S::Item) -> Result<(), PutError<S::Item>> {
        safe_point();
        self.put_with(self.gate.try_take(Want::Place), item)
    }
    // ANCHOR_END: try_put

    /// As [`put`](Self::put), but waits for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever. A thread
    /// that unwinds does not wait, and gets the same as with zero.
    ///
    /// # Errors
    ///
    /// If there was no room in time, or the queue was shut down. The item is
    /// inside the error.
    ///
    /// # Panics
    ///
    /// As [`put`](Self::put), except while the thread unwinds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::queue::{PutError, Queue};
    ///
    /// runtime::run(|| {
    ///     let queue = Queue::bounded(1);
    ///     queue.put('a').unwrap();
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(queue.put_timeout('b', a_moment), Err(PutError::Full('b')));
    /// });
    /// ```
    // ANCHOR: put_timeout
    #[inline(always)]
    #[track_caller]
    pub fn put_timeout(&self, item: S::Item, timeout: Duration) -> Result<(), PutError<S::Item>> {
        safe_point();
        self.put_with(self.gate.take(Want::Place, Some(timeout)), item)
    }
    // ANCHOR_END: put_timeout

    /// Gets the next item. Waits, after those that came before, as long as the
    /// queue is empty.
    ///
    /// # Errors
    ///
    /// If the queue was shut down, before or meanwhile, and nothing is left for
    /// the caller.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, outside of green threads or while the thread unwinds, and on
    /// another core.
    ///
    /// ```
    /// use runtime::queue::{Queue, ShutDown};
    ///
    /// let queue = Queue::new();
    /// queue.put(1).unwrap();
    /// queue.shutdown();
    /// assert_eq!(queue.get(), Ok(1));
    /// assert_eq!(queue.get(), Err(ShutDown(())));
    /// ```
    // ANCHOR: get
    #[inline(always)]
    #[track_caller]
    pub fn get(&self) -> Result<S::Item, ShutDown> {
        safe_point();
        match self.gate.take(Want::Item, None) {
            Ok(()) => Ok(self.take_out()),
            Err(_) => Err(ShutDown(())),
        }
    }
    // ANCHOR_END: get

    /// Gets the next item if there is one that nobody waits for.
    ///
    /// # Errors
    ///
    /// If the queue is empty, shut down or not.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// use runtime::queue::{GetError, Queue};
    ///
    /// let queue = Queue::new();
    /// assert_eq!(queue.try_get(), Err(GetError::Empty));
    /// queue.put(1).unwrap();
    /// assert_eq!(queue.try_get(), Ok(1));
    /// queue.shutdown();
    /// assert_eq!(queue.try_get(), Err(GetError::ShutDown));
    /// ```
    // ANCHOR: try_get
    #[inline(always)]
    #[track_caller]
    pub fn try_get(&self) -> Result<S::Item, GetError> {
        safe_point();
        self.get_at_once()
    }
    // ANCHOR_END: try_get

    /// The same, and the caller keeps the CPU.
    // ANCHOR: get_at_once
    #[inline(always)]
    #[track_caller]
    pub(super) fn get_at_once(&self) -> Result<S::Item, GetError> {
        self.get_with(self.gate.try_take(Want::Item))
    }
    // ANCHOR_END: get_at_once

    /// As [`get`](Self::get), but waits for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever. A thread
    /// that unwinds does not wait, and gets the same as with zero.
    ///
    /// # Errors
    ///
    /// If nothing was there in time, or the queue was shut down and nothing is
    /// left.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get), except while the thread unwinds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::queue::{GetError, Queue};
    ///
    /// runtime::run(|| {
    ///     let queue = Queue::<u32>::new();
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(queue.get_timeout(a_moment), Err(GetError::Empty));
    /// });
    /// ```
    // ANCHOR: get_timeout
    #[inline(always)]
    #[track_caller]
    pub fn get_timeout(&self, timeout: Duration) -> Result<S::Item, GetError> {
        safe_point();
        self.get_with(self.gate.take(Want::Item, Some(timeout)))
    }
    // ANCHOR_END: get_timeout

    // ANCHOR: put_with
    #[inline(always)]
    #[track_caller]
    fn put_with(&self, place: Result<(), Denied>, item: S::Item) -> Result<(), PutError<S::Item>> {
        match place {
            Ok(()) => self
                .put_in(item)
                .map_err(|ShutDown(item)| PutError::ShutDown(item)),
            Err(Denied::NotNow) => Err(PutError::Full(item)),
            Err(Denied::ShutDown) => Err(PutError::ShutDown(item)),
        }
    }
    // ANCHOR_END: put_with

    // ANCHOR: put_in
    #[inline(always)]
    #[track_caller]
    fn put_in(&self, item: S::Item) -> Result<(), ShutDown<S::Item>> {
        let mut place = self.gate.permit(Want::Place);
        let mut store = self.store();
        if self.gate.with(Gate::is_shut) {
            return Err(ShutDown(item));
        }
        store.push(item);
        place.was_put();
        drop(store);
        current::gives_away::<S::Item>();
        // Before anybody can get it.
        self.tasks.add();
        drop(place);
        Ok(())
    }
    // ANCHOR_END: put_in

    // ANCHOR: get_with
    #[inline(always)]
    #[track_caller]
    fn get_with(&self, item: Result<(), Denied>) -> Result<S::Item, GetError> {
        match item {
            Ok(()) => Ok(self.take_out()),
            Err(Denied::NotNow) => Err(GetError::Empty),
            Err(Denied::ShutDown) => Err(GetError::ShutDown),
        }
    }
    // ANCHOR_END: get_with

    // ANCHOR: take_out
    #[inline(always)]
    #[track_caller]
    fn take_out(&self) -> S::Item {
        let mut permit = self.gate.permit(Want::Item);
        permit.leaves();
        let mut store = self.store();
        let item = store.pop().expect("there is one for each permit");
        permit.was_got();
        drop(store);
        item
    }
    // ANCHOR_END: take_out
}
