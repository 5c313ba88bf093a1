//! Locks: who waits for them is one inside, or one of several that read.

use std::any::Any;
use std::sync::PoisonError;

use runtime::sync::{Mutex, ReentrantLock, RwLock, RwLockWriteGuard};
use runtime::thread;

use super::{Room, Subject, ever};
use crate::loggers::play::pause;

pub(super) fn mutex() -> Subject {
    let (mutex, room) = (ever(Mutex::new(())), ever(Room::new(1)));
    let lock = || mutex.lock().unwrap_or_else(PoisonError::into_inner);
    Subject {
        holds: Box::new(move || {
            let _guard = lock();
            let _inside = room.enter(1);
            pause();
        }),
        waits: Box::new(move |_| {
            let _guard = lock();
            let _inside = room.enter(1);
            thread::yield_now();
        }),
        touches: Box::new(|| {
            let guard = mutex.try_lock().ok()?;
            Some(Box::new((room.enter(1), guard)))
        }),
        is_well: Box::new(|| drop(mutex.try_lock().expect("it is free"))),
    }
}

pub(super) fn reentrant_lock() -> Subject {
    let (mutex, room) = (ever(ReentrantLock::new(())), ever(Room::new(1)));
    Subject {
        holds: Box::new(|| {
            let _guard = mutex.lock();
            let _again = mutex.lock();
            let _inside = room.enter(1);
            pause();
        }),
        waits: Box::new(|_| {
            let _guard = mutex.lock();
            let _inside = room.enter(1);
            thread::yield_now();
        }),
        touches: Box::new(|| {
            let guard = mutex.try_lock()?;
            Some(Box::new((room.enter(1), guard)))
        }),
        is_well: Box::new(|| drop(mutex.try_lock().expect("it is free"))),
    }
}

const WRITER: u32 = 100;

pub(super) fn rwlock(holder_writes: bool, writes: fn(usize) -> bool) -> Subject {
    let (lock, room) = (ever(RwLock::new(())), ever(Room::new(WRITER)));
    let enter = move |writes: bool| -> Box<dyn Any> {
        match writes {
            true => {
                let guard = lock.write().unwrap_or_else(PoisonError::into_inner);
                Box::new((room.enter(WRITER), guard))
            }
            false => {
                let guard = lock.read().unwrap_or_else(PoisonError::into_inner);
                Box::new((room.enter(1), guard))
            }
        }
    };
    Subject {
        holds: Box::new(move || {
            let _inside = enter(holder_writes);
            pause();
        }),
        waits: Box::new(move |number| {
            let _inside = enter(writes(number));
            thread::yield_now();
        }),
        touches: Box::new(|| {
            if let Ok(guard) = lock.try_write() {
                return Some(Box::new((room.enter(WRITER), guard)));
            }
            let guard = lock.try_read().ok()?;
            Some(Box::new((room.enter(1), guard)))
        }),
        is_well: Box::new(|| drop(lock.try_write().expect("it is free"))),
    }
}

pub(super) fn downgraded() -> Subject {
    let (lock, room) = (ever(RwLock::new(())), ever(Room::new(WRITER)));
    Subject {
        holds: Box::new(|| {
            let guard = lock.write().unwrap_or_else(PoisonError::into_inner);
            let inside = room.enter(WRITER);
            pause();
            drop(inside);
            let guard = RwLockWriteGuard::downgrade(guard);
            let inside = room.enter(1);
            thread::yield_now();
            drop(inside);
            drop(guard);
        }),
        ..rwlock_of(lock, room)
    }
}

/// Readers wait, and the last one writes.
fn rwlock_of(lock: &'static RwLock<()>, room: &'static Room) -> Subject {
    Subject {
        holds: Box::new(|| ()),
        waits: Box::new(|number| match number {
            3 => {
                let guard = lock.write().unwrap_or_else(PoisonError::into_inner);
                drop((room.enter(WRITER), guard));
            }
            _ => {
                let _guard = lock.read().unwrap_or_else(PoisonError::into_inner);
                let _inside = room.enter(1);
                thread::yield_now();
            }
        }),
        touches: Box::new(|| {
            if let Ok(guard) = lock.try_write() {
                return Some(Box::new((room.enter(WRITER), guard)));
            }
            let guard = lock.try_read().ok()?;
            Some(Box::new((room.enter(1), guard)))
        }),
        is_well: Box::new(|| drop(lock.try_write().expect("it is free"))),
    }
}
