//! A [`LocalKey`] whose value is a `Cell` or a `RefCell` is used without `with`.

use std::cell::{Cell, RefCell};

use super::LocalKey;

impl<T: 'static> LocalKey<Cell<T>> {
    /// Sets the value, without making the first one.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`].
    ///
    /// ```
    /// # use std::cell::Cell;
    /// runtime::thread_local! {
    ///     static NUMBER: Cell<u32> = panic!("not asked for");
    /// }
    /// runtime::run(|| {
    ///     NUMBER.set(5);
    ///     assert_eq!(NUMBER.get(), 5);
    /// });
    /// ```
    // ANCHOR: cell_set
    #[track_caller]
    pub fn set(&'static self, value: T) {
        if let Err((value, old)) = self.init_with(Cell::new(value)) {
            old.set(value.into_inner());
        }
    }
    // ANCHOR_END: cell_set

    /// The value.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`].
    ///
    /// ```
    /// # use std::cell::Cell;
    /// runtime::thread_local! {
    ///     static NUMBER: Cell<u32> = const { Cell::new(3) };
    /// }
    /// runtime::run(|| assert_eq!(NUMBER.get(), 3));
    /// ```
    // ANCHOR: cell_get
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }
    // ANCHOR_END: cell_get

    /// Takes the value and leaves the default.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`].
    ///
    /// ```
    /// # use std::cell::Cell;
    /// runtime::thread_local! {
    ///     static NUMBER: Cell<u32> = const { Cell::new(3) };
    /// }
    /// runtime::run(|| assert_eq!((NUMBER.take(), NUMBER.get()), (3, 0)));
    /// ```
    // ANCHOR: cell_take
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }
    // ANCHOR_END: cell_take

    /// Sets the value and gives the old one back.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`].
    ///
    /// ```
    /// # use std::cell::Cell;
    /// runtime::thread_local! {
    ///     static NUMBER: Cell<u32> = const { Cell::new(3) };
    /// }
    /// runtime::run(|| assert_eq!((NUMBER.replace(4), NUMBER.get()), (3, 4)));
    /// ```
    // ANCHOR: cell_replace
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
    // ANCHOR_END: cell_replace
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `f` with the borrowed value.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`], and if the value is mutably borrowed.
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// runtime::thread_local! {
    ///     static LIST: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    /// }
    /// runtime::run(|| assert!(LIST.with_borrow(Vec::is_empty)));
    /// ```
    // ANCHOR: refcell_with_borrow
    #[track_caller]
    pub fn with_borrow<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|cell| f(&cell.borrow()))
    }
    // ANCHOR_END: refcell_with_borrow

    /// Calls `f` with the mutably borrowed value.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with`], and if the value is borrowed.
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// runtime::thread_local! {
    ///     static LIST: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    /// }
    /// runtime::run(|| {
    ///     LIST.with_borrow_mut(|list| list.push(1));
    ///     assert_eq!(LIST.take(), [1]);
    /// });
    /// ```
    // ANCHOR: refcell_with_borrow_mut
    #[track_caller]
    pub fn with_borrow_mut<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }
    // ANCHOR_END: refcell_with_borrow_mut

    /// Sets the value, without making the first one.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with_borrow_mut`].
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// runtime::thread_local! {
    ///     static LIST: RefCell<Vec<u32>> = panic!("not asked for");
    /// }
    /// runtime::run(|| {
    ///     LIST.set(vec![5]);
    ///     assert_eq!(LIST.take(), [5]);
    /// });
    /// ```
    // ANCHOR: refcell_set
    #[track_caller]
    pub fn set(&'static self, value: T) {
        if let Err((value, old)) = self.init_with(RefCell::new(value)) {
            *old.borrow_mut() = value.into_inner();
        }
    }
    // ANCHOR_END: refcell_set

    /// Takes the value and leaves the default.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with_borrow_mut`].
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// runtime::thread_local! {
    ///     static TEXT: RefCell<String> = RefCell::new("a".to_owned());
    /// }
    /// runtime::run(|| assert_eq!((TEXT.take(), TEXT.take()), ("a".into(), "".into())));
    /// ```
    // ANCHOR: refcell_take
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }
    // ANCHOR_END: refcell_take

    /// Sets the value and gives the old one back.
    ///
    /// # Panics
    ///
    /// As [`LocalKey::with_borrow_mut`].
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// runtime::thread_local! {
    ///     static TEXT: RefCell<String> = RefCell::new("a".to_owned());
    /// }
    /// runtime::run(|| assert_eq!(TEXT.replace("b".into()), "a"));
    /// ```
    // ANCHOR: refcell_replace
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
    // ANCHOR_END: refcell_replace
}
