//! What threads are called.

use runtime::thread::{self, Builder, Run};

use crate::support::run;

fn work() {}

fn generic<T: Default>() -> T {
    T::default()
}

struct MyThread;

impl Run for MyThread {
    type Output = ();

    fn run(self) {}
}

struct Office;

impl Office {
    fn open() {}
}

#[test]
fn main_is_called_main_thread() {
    run(|| {
        assert_eq!(thread::current().name(), Some("MainThread"));
        assert_eq!(thread::main_thread().name(), Some("MainThread"));
    });
}

#[test]
fn a_thread_without_a_name_is_called_by_its_number_and_its_function() {
    run(|| {
        let names = [
            thread::spawn(work),
            thread::create(work),
            Builder::new().spawn(work).unwrap(),
            Builder::new().create(work).unwrap(),
            thread::create(MyThread),
            thread::spawn(Office::open),
            Builder::new().create_with(drop::<u32>, (1,)).unwrap(),
        ]
        .map(|thread| thread.thread().name().unwrap().to_owned());
        assert_eq!(
            names,
            [
                "Thread-1 (work)",
                "Thread-2 (work)",
                "Thread-3 (work)",
                "Thread-4 (work)",
                "Thread-5 (MyThread)",
                "Thread-6 (open)",
                "Thread-7 (drop)",
            ]
        );
    });
}

#[test]
fn type_parameters_are_left_out_of_the_name() {
    run(|| {
        let sub = thread::spawn(generic::<Vec<std::time::Duration>>);
        assert_eq!(sub.thread().name(), Some("Thread-1 (generic)"));
    });
}

#[test]
fn a_closure_is_named_by_the_line_that_made_the_thread() {
    run(|| {
        let closure = || ();
        let makers = [
            (thread::spawn(closure), line!()),
            (thread::create(closure), line!()),
            (Builder::new().spawn(closure).unwrap(), line!()),
            (Builder::new().create(closure).unwrap(), line!()),
        ];
        for (number, (thread, line)) in (1..).zip(makers) {
            let expected = format!("Thread-{number} (closure at {}:{line})", file!());
            assert_eq!(thread.thread().name(), Some(&*expected));
        }
        let (with, line) = (Builder::new().create_with(|_: u8| (), (1,)), line!());
        let expected = format!("Thread-5 (closure at {}:{line})", file!());
        assert_eq!(with.unwrap().thread().name(), Some(&*expected));
    });
}

#[test]
fn only_threads_without_a_name_are_numbered() {
    run(|| {
        let named = Builder::new().name("clerk".into()).spawn(work).unwrap();
        assert_eq!(named.thread().name(), Some("clerk"));
        let first = thread::spawn(work);
        assert_eq!(first.thread().name(), Some("Thread-1 (work)"));
        // A number is not used again, even if its thread never ran.
        drop(thread::create(work));
        let third = thread::spawn(work);
        assert_eq!(third.thread().name(), Some("Thread-3 (work)"));
    });
    run(|| {
        let first = thread::spawn(work);
        assert_eq!(first.thread().name(), Some("Thread-1 (work)"));
    });
}

#[test]
fn a_name_may_be_any_text() {
    let long = "long ".repeat(1000);
    for name in ["", "clerk", "Übersetzer 翻訳 🧵", "two\nlines", &long] {
        let expected = name.to_owned();
        run(move || {
            let sub = Builder::new()
                .name(expected.clone())
                .spawn(|| thread::current().name().unwrap().to_owned())
                .unwrap();
            assert_eq!(sub.thread().name(), Some(&*expected));
            assert_eq!(sub.thread().to_string(), expected);
            assert_eq!(sub.join().unwrap(), expected);
        });
    }
}

#[test]
fn a_thread_can_be_given_another_name_by_anybody_at_any_time() {
    run(|| {
        let sub = thread::create(|| {
            let before = thread::current().name().unwrap().to_owned();
            thread::current().set_name("übermütig").unwrap();
            before
        });
        sub.thread().set_name("翻訳").unwrap();
        assert_eq!(sub.thread().name(), Some("翻訳"));
        sub.start().unwrap();
        sub.thread().join().unwrap();
        assert_eq!(sub.thread().name(), Some("übermütig"));
        // Even after its end.
        sub.thread().set_name(String::from("late")).unwrap();
        assert_eq!(sub.thread().clone().name(), Some("late"));
        assert_eq!(sub.join().unwrap(), "翻訳");
    });
}

#[test]
fn who_is_reading_the_old_name_goes_on_reading_it() {
    run(|| {
        let this = thread::current();
        let names: Vec<_> = (0..5)
            .map(|number| {
                let name = this.name().unwrap();
                thread::current()
                    .set_name(format!("boss {number}"))
                    .unwrap();
                name
            })
            .collect();
        assert_eq!(
            names,
            ["MainThread", "boss 0", "boss 1", "boss 2", "boss 3"]
        );
        assert_eq!(thread::main_thread().name(), Some("boss 4"));
    });
}

#[test]
fn a_name_outlives_the_thread_and_the_runtime() {
    let thread = run(|| thread::spawn(work).thread().clone());
    assert_eq!(thread.name(), Some("Thread-1 (work)"));
    thread.set_name("of old").unwrap();
    assert_eq!(thread.to_string(), "of old");
}

#[test]
fn handles_display_as_the_name_and_are_debugged_with_it() {
    run(|| {
        let sub = Builder::new().name("clerk".into()).spawn(work).unwrap();
        assert_eq!(format!("{:>7}|", sub.thread()), "  clerk|");
        let debug = format!("{:?} {sub:?}", sub.thread());
        assert!(debug.contains("clerk"), "{debug}");
    });
}

#[test]
fn idents_count_up_from_the_main_threads_1_and_are_not_used_again() {
    run(|| {
        assert_eq!(thread::current().ident(), 1);
        let idents = (0..5).map(|_| thread::spawn(|| thread::current().ident()).join());
        let idents: Vec<_> = idents.map(Result::unwrap).collect();
        assert_eq!(idents, [2, 3, 4, 5, 6]);
        drop(thread::create(work));
        assert_eq!(thread::spawn(work).thread().ident(), 8);
    });
}
