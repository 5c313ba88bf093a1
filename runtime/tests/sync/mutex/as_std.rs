//! The same program with `std::sync::Mutex` and with this one says the same.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{PoisonError, TryLockError};

use crate::support::{self, OnDrop};

/// Runs a program with std's `sync` and `thread`, and with the runtime's, and
/// compares what the two say.
macro_rules! same_as_std {
    ($($name:ident $program:block)*) => {$(
        #[test]
        fn $name() {
            let std = {
                use std::{sync, thread};
                #[allow(unused)]
                use sync::Mutex;
                #[allow(unused)]
                use thread::scope;
                program(|| $program)
            };
            let here = support::run(|| {
                use runtime::{sync, thread};
                #[allow(unused)]
                use sync::Mutex;
                #[allow(unused)]
                use thread::scope;
                $program
            });
            assert_eq!(here, std);
        }
    )*};
}

fn program(program: impl FnOnce() -> Vec<String>) -> Vec<String> {
    program()
}

/// Each value as `{:?}` writes it.
macro_rules! say {
    ($($value:expr),* $(,)?) => { vec![$(format!("{:?}", $value)),*] };
}

/// Whether a type implements a trait.
macro_rules! is {
    ($type:ty: $trait:ident) => {{
        struct Probe<T: ?Sized>(PhantomData<T>);
        #[allow(dead_code, reason = "it is there for those that are not")]
        trait Otherwise {
            const IS: bool = false;
        }
        impl<T: ?Sized> Otherwise for Probe<T> {}
        #[allow(dead_code)]
        impl<T: ?Sized + $trait> Probe<T> {
            const IS: bool = true;
        }
        <Probe<$type>>::IS
    }};
}

/// Poisons the mutex: a thread panics that has locked it.
macro_rules! poison {
    ($mutex:expr) => {
        scope(|scope| {
            let thread = scope.spawn(|| {
                let _guard = $mutex.lock();
                panic!("poison");
            });
            assert!(thread.join().is_err());
        })
    };
}

fn panics<T>(program: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(program)).is_err()
}

same_as_std! {
    a_mutex_is_shown_with_its_value_unless_it_is_locked {
        let mutex = Mutex::new(vec![1, 2]);
        let mut said = say![mutex];
        said.push(format!("{mutex:#?}"));
        let guard = mutex.lock().unwrap();
        said.push(format!("{mutex:?} {mutex:#?}"));
        drop(guard);
        poison!(mutex);
        said.push(format!("{mutex:?}"));
        let guard = mutex.lock();
        said.push(format!("{mutex:?}"));
        drop(guard);
        said
    }

    to_be_shown_leaves_a_mutex_as_it_was {
        struct Panics;
        impl Debug for Panics {
            fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                panic!("cannot be shown")
            }
        }
        let [shown, not_shown] = [Mutex::new(None), Mutex::new(Some(Panics))];
        let panicked = [&shown, &not_shown].map(|mutex| panics(|| format!("{mutex:?}")));
        let poisoned = [&shown, &not_shown].map(|mutex| mutex.is_poisoned());
        say![panicked, poisoned, shown.try_lock().is_ok()]
    }

    a_guard_is_shown_as_its_value {
        let (number, text) = (Mutex::new(7), Mutex::new("text"));
        let (number, text) = (number.lock().unwrap(), text.lock().unwrap());
        vec![
            format!("{number:?}|{number:#?}|{number:>5}|{number:<5}|{number:^5}|{number:+}|{number:05}"),
            format!("{text:?}|{text}|{text:>9}|{text:.2}"),
        ]
    }

    a_guard_gives_the_value_to_read_and_to_write {
        let mutex = Mutex::new(vec![1]);
        mutex.lock().unwrap().push(2);
        let mut guard = mutex.lock().unwrap();
        guard[0] = 5;
        *guard = guard.iter().map(|number| number + 1).collect();
        let length = guard.len();
        drop(guard);
        say![length, mutex.into_inner()]
    }

    a_locked_mutex_would_block {
        let mutex = Mutex::new(());
        let guard = mutex.lock().unwrap();
        let held = mutex.try_lock();
        let words = held.as_ref().map_err(ToString::to_string).err();
        let would_block = matches!(held, Err(TryLockError::WouldBlock));
        let mut said = say![would_block, held, words];
        drop(guard);
        said.extend(say![mutex.try_lock().is_ok(), mutex.try_lock()]);
        said
    }

    a_panic_poisons_until_the_poison_is_cleared {
        let mut mutex = Mutex::new(1);
        let mut said = say![mutex.is_poisoned()];
        poison!(mutex);
        said.extend(say![
            mutex.is_poisoned(),
            mutex.lock(),
            mutex.lock().map_err(|error| error.to_string()).err(),
            mutex.try_lock(),
            mutex.try_lock().map_err(|error| error.to_string()).err(),
            mutex.get_mut(),
            mutex.is_poisoned(),
        ]);
        mutex.clear_poison();
        mutex.clear_poison();
        said.extend(say![mutex.is_poisoned(), mutex.lock(), mutex.try_lock(), mutex.get_mut()]);
        poison!(mutex);
        said.extend(say![mutex.into_inner()]);
        said
    }

    the_guard_is_inside_the_error {
        let mutex = Mutex::new(1);
        poison!(mutex);
        let mut error = mutex.lock().unwrap_err();
        **error.get_mut() += 1;
        let mut said = say![**error.get_ref(), mutex.try_lock()];
        let mut guard = error.into_inner();
        *guard += 1;
        drop(guard);
        // Locking it does not take the poison away.
        said.extend(say![mutex.lock().unwrap_or_else(PoisonError::into_inner)]);
        match mutex.try_lock() {
            Err(TryLockError::Poisoned(error)) => said.extend(say![*error.into_inner()]),
            other => said.extend(say![other]),
        }
        said.extend(say![mutex.try_lock().is_ok(), mutex.is_poisoned()]);
        said
    }

    the_value_is_inside_the_errors_of_get_mut_and_into_inner {
        let mut mutex = Mutex::new(1);
        poison!(mutex);
        *mutex.get_mut().unwrap_err().into_inner() += 1;
        let error = mutex.into_inner().unwrap_err();
        say![error, error.to_string(), error.into_inner()]
    }

    only_a_panic_while_it_is_locked_poisons {
        let [before, during, caught, forgotten] = [(); 4].map(Mutex::new);
        let panicked = panics(|| {
            drop(before.lock());
            let guard = during.lock();
            let inner = panics(|| {
                let _guard = caught.lock();
                panic!("inner");
            });
            // A guard that is never dropped never notices.
            std::mem::forget(forgotten.lock());
            if inner {
                panic!("outer");
            }
            drop(guard);
        });
        say![panicked, [before, during, caught, forgotten].map(|mutex| mutex.is_poisoned())]
    }

    who_locks_while_it_panics_already_does_not_poison {
        struct Locks<F: FnMut()>(F);
        impl<F: FnMut()> Drop for Locks<F> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        let [inside, kept, panics_inside, locked_before] = [(); 4].map(Mutex::new);
        let place = Cell::new(None);
        let panicked = panics(|| {
            let before = Cell::new(Some(locked_before.lock()));
            let _locks = Locks(|| {
                drop(inside.lock());
                place.set(Some(kept.lock()));
                let inner = panics(|| {
                    let _guard = panics_inside.lock();
                    panic!("inner");
                });
                assert!(inner);
                drop(before.take());
            });
            panic!("outer");
        });
        // Dropped when the panic is over.
        drop(place);
        let all = [inside, kept, panics_inside, locked_before];
        say![panicked, all.map(|mutex| mutex.is_poisoned())]
    }

    a_guard_that_outlives_the_panic_does_not_poison {
        let mutex = Mutex::new(());
        let place = Cell::new(None);
        let panicked = panics(|| {
            place.set(Some(mutex.lock()));
            panic!("and the guard stays");
        });
        let meanwhile = (mutex.is_poisoned(), mutex.try_lock().is_err());
        drop(place);
        say![panicked, meanwhile, mutex.is_poisoned(), mutex.try_lock().is_ok()]
    }

    a_mutex_is_made_by_default_and_from_a_value {
        let default: Mutex<Vec<u8>> = Mutex::default();
        let from: Mutex<_> = "value".into();
        say![default, from, Mutex::<Option<u8>>::default(), Mutex::from(5)]
    }

    the_value_may_be_unsized {
        let any: Box<Mutex<dyn Any + Send>> = Box::new(Mutex::new(5));
        let slice: &Mutex<[u8]> = &Mutex::new([1, 2, 3]);
        let arc: sync::Arc<Mutex<dyn Debug + Send>> = sync::Arc::new(Mutex::new("text"));
        let boxed: Box<Mutex<[u8]>> = Box::new(Mutex::new([9; 4]));
        slice.lock().unwrap().reverse();
        *any.lock().unwrap().downcast_mut::<i32>().unwrap() += 1;
        let number = any.lock().unwrap().downcast_ref::<i32>().copied();
        let would_block = {
            let _guard = arc.lock().unwrap();
            arc.try_lock().is_err()
        };
        let mut slices = Mutex::new([1, 2, 3]);
        let unsized_mut: &mut Mutex<[u8]> = &mut slices;
        unsized_mut.get_mut().unwrap()[0] = 7;
        say![number, slice, arc, boxed.lock(), would_block, slices, any.is_poisoned()]
    }

    an_unsized_value_is_dropped_once {
        let drops = RefCell::new(0);
        let counts = || OnDrop(|| *drops.borrow_mut() += 1);
        let mutex: Box<Mutex<[OnDrop<_>]>> = Box::new(Mutex::new([counts(), counts()]));
        drop(mutex.lock());
        let before = *drops.borrow();
        drop(mutex);
        let boxed = *drops.borrow();
        drop(Mutex::new(counts()).into_inner());
        drop(Mutex::new(counts()));
        say![before, boxed, drops]
    }

    temporaries_and_guards_go_in_stds_order {
        let journal = RefCell::new(Vec::new());
        let notes = |line| OnDrop({
            let journal = &journal;
            move || journal.borrow_mut().push(line)
        });
        let mutex = Mutex::new(notes("value"));
        {
            let _before = notes("before");
            let _guard = mutex.lock().unwrap();
            let _after = notes("after");
        }
        // A guard that nobody names lives to the end of the statement.
        let locked = match mutex.lock().is_ok() {
            true => mutex.try_lock().is_err(),
            false => unreachable!(),
        };
        let named = { let result = mutex.lock(); let taken = mutex.try_lock().is_err(); drop(result); taken };
        *mutex.lock().unwrap() = notes("new value");
        journal.borrow_mut().push("assigned");
        drop(mutex);
        say![locked, named, journal]
    }

    a_mutex_may_be_moved_and_borrowed_as_in_std {
        fn shorter<'a: 'b, 'b, T: ?Sized>(guard: sync::MutexGuard<'a, T>) -> sync::MutexGuard<'b, T> {
            guard
        }
        /// The value may borrow what lives longer than the mutex, but for its name.
        fn longest<'a>(of: &[&'a str]) -> &'a str {
            let longest = Mutex::new("");
            for text in of {
                let mut longest = longest.lock().unwrap();
                if text.len() > longest.len() {
                    *longest = text;
                }
            }
            longest.into_inner().unwrap()
        }
        static GUARDED: Mutex<u8> = Mutex::new(3);
        let moved = Mutex::new(1);
        drop(moved.lock());
        let moved = Box::new(moved);
        let guard = shorter(moved.lock().unwrap());
        let of_static: sync::MutexGuard<'static, u8> = GUARDED.lock().unwrap();
        say![guard, of_static, longest(&["a", "ccc", "bb"]), shorter(of_static)]
    }

    a_mutex_has_stds_marker_traits {
        macro_rules! markers {
            ($($type:ty),*) => { vec![$(format!(
                "{} {} {} {} {} {}",
                stringify!($type),
                is!($type: Send),
                is!($type: Sync),
                is!($type: Unpin),
                is!($type: UnwindSafe),
                is!($type: RefUnwindSafe),
            )),*] };
        }
        use sync::MutexGuard;
        markers![
            Mutex<u8>, Mutex<Rc<u8>>, Mutex<Cell<u8>>, Mutex<*const u8>, Mutex<dyn Any>,
            Mutex<dyn Any + Send>, Mutex<&'static Cell<u8>>, Mutex<std::marker::PhantomPinned>,
            MutexGuard<'static, u8>, MutexGuard<'static, Rc<u8>>, MutexGuard<'static, Cell<u8>>,
            MutexGuard<'static, dyn Any>, MutexGuard<'static, [u8]>,
            MutexGuard<'static, std::marker::PhantomPinned>
        ]
    }

    the_rust_books_counter_counts_to_ten {
        use sync::Arc;
        let counter = Arc::new(Mutex::new(0));
        let mut handles = vec![];
        for _ in 0..10 {
            let counter = Arc::clone(&counter);
            handles.push(thread::spawn(move || {
                let mut num = counter.lock().unwrap();
                *num += 1;
            }));
        }
        for handle in handles {
            handle.join().unwrap();
        }
        say![*counter.lock().unwrap(), counter]
    }
}
