//! What a thread can be made of, besides a closure without arguments.

/// A value that can be run once, as a thread: Python's `Thread` subclass with
/// a `run` method. Every closure and function without arguments is one.
///
/// [`create`](super::create) and [`Builder::create`](super::Builder::create)
/// take it. [`spawn`](super::spawn) takes std's `FnOnce() -> T`, so that
/// closures there are inferred as std's are.
///
/// ```
/// use runtime::thread::{self, Run};
///
/// struct Greeter {
///     name: &'static str,
/// }
///
/// impl Run for Greeter {
///     type Output = String;
///
///     fn run(self) -> String {
///         format!("Hello, {}", self.name)
///     }
/// }
///
/// runtime::run(|| {
///     let thread = thread::create(Greeter { name: "MyThread" });
///     thread.start().unwrap();
///     assert_eq!(thread.join().unwrap(), "Hello, MyThread");
/// });
/// ```
// ANCHOR: run
pub trait Run {
    /// What the thread's joiner gets.
    type Output;

    /// The body of the thread.
    fn run(self) -> Self::Output;
}

impl<F: FnOnce() -> T, T> Run for F {
    type Output = T;

    fn run(self) -> T {
        self()
    }
}
// ANCHOR_END: run

/// A function that can be called with the arguments in the tuple `Args`: what
/// Python takes as `target` and `args`. See
/// [`Builder::create_with`](super::Builder::create_with).
///
/// Implemented for functions and closures of one to eight arguments.
///
/// ```
/// use runtime::thread::Call;
///
/// fn add(a: u32, b: u32) -> u32 {
///     a + b
/// }
/// assert_eq!(add.call((1, 2)), 3);
/// ```
// ANCHOR: call
pub trait Call<Args> {
    /// What the function returns.
    type Output;

    /// Calls the function.
    fn call(self, args: Args) -> Self::Output;
}
// ANCHOR_END: call

// ANCHOR: call_with
macro_rules! call_with {
    ($($arg:ident: $Arg:ident),+) => {
        impl<F, T, $($Arg),+> Call<($($Arg,)+)> for F
        where
            F: FnOnce($($Arg),+) -> T,
        {
            type Output = T;

            fn call(self, ($($arg,)+): ($($Arg,)+)) -> T {
                self($($arg),+)
            }
        }
    };
}

call_with!(a: A);
call_with!(a: A, b: B);
call_with!(a: A, b: B, c: C);
call_with!(a: A, b: B, c: C, d: D);
call_with!(a: A, b: B, c: C, d: D, e: E);
call_with!(a: A, b: B, c: C, d: D, e: E, g: G);
call_with!(a: A, b: B, c: C, d: D, e: E, g: G, h: H);
call_with!(a: A, b: B, c: C, d: D, e: E, g: G, h: H, i: I);
// ANCHOR_END: call_with
