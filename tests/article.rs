//! The programs of the article "파이썬 쓰레드" by tiaz0128 print here what they
//! print in CPython 3.11. Where the order is a race there, the lines are
//! compared as a set in which a line may be several times.

mod example;

/// What the example prints, line by line.
fn lines(name: &str) -> Vec<String> {
    let (stdout, _) = example::run(name, false);
    stdout.lines().map(str::to_owned).collect()
}

fn sorted<T: Ord>(lines: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut lines = Vec::from_iter(lines);
    lines.sort();
    lines
}

/// What `print_numbers(100)` prints.
fn numbers() -> Vec<String> {
    (1..=100)
        .map(|number| format!("Sub Thread : {number}"))
        .collect()
}

#[test]
fn a_thread_calls_its_function_with_its_arguments() {
    assert_eq!(lines("hello"), ["Hello, Thread"]);
}

#[test]
fn a_type_that_can_be_run_knows_the_name_of_its_thread() {
    assert_eq!(lines("subclass"), ["Hello, MyThread"]);
}

#[test]
fn threads_say_their_names_and_idents() {
    let without_ident = |line: String| match line.rsplit_once(" : ") {
        Some((name, ident)) if ident.parse::<u64>().is_ok() => format!("{name} : IDENT"),
        _ => line,
    };
    let printed = sorted(lines("current_thread").into_iter().map(without_ident));
    let in_cpython = [
        "MainThread Done",
        "Thread-1 (sub_thread) : IDENT",
        "Thread-2 (sub_thread) : IDENT",
    ];
    assert_eq!(printed, in_cpython);
}

#[test]
fn the_main_thread_is_done_while_the_sub_thread_counts() {
    let mut printed = lines("concurrency");
    let done = printed.iter().position(|line| line == "MainThread Done");
    // Anywhere in CPython; neither first nor last in the article.
    let done = done.filter(|done| (1..100).contains(done));
    printed.remove(done.expect("MainThread Done is among the numbers"));
    assert_eq!(printed, numbers());
}

#[test]
fn who_joins_goes_on_after_the_end_of_the_other() {
    let in_cpython = [numbers(), vec!["MainThread Done".into()]].concat();
    assert_eq!(lines("join"), in_cpython);
}

#[test]
fn a_thread_that_is_started_after_a_join_comes_second() {
    let in_cpython = [numbers(), numbers(), vec!["MainThread Done".into()]].concat();
    assert_eq!(lines("join_in_order"), in_cpython);
}

#[test]
fn a_daemon_ends_with_the_main_thread() {
    // Who is first in the third second is a race: in forty runs of CPython the
    // daemon said it three times in 31 and four times, as in the article, in 9.
    let in_cpython = |times| {
        let main = ["Main thread is running...", "Main thread is ending..."];
        let daemon = vec!["Daemon thread is running..."; times];
        sorted(main.into_iter().chain(daemon))
    };
    let printed = sorted(lines("daemon"));
    assert!(
        printed == in_cpython(3) || printed == in_cpython(4),
        "{printed:#?}"
    );
}

#[test]
fn a_monitor_sees_that_a_thread_is_alive_and_ends_with_the_main_thread() {
    // In forty runs of CPython these were the lines in 35. In 2 the monitor came
    // to say 종료됨, as in the article, and in 3 it looked once more before.
    let in_cpython = [
        "WorkerThread 시작",
        "모니터링: WorkerThread 실행 중",
        "모니터링: WorkerThread 실행 중",
        "WorkerThread 종료",
    ];
    assert_eq!(sorted(lines("monitor")), sorted(in_cpython));
}
