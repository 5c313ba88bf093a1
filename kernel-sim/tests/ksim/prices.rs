//! The table of `ksim demo ipc` follows from the cost model.

use kernel_sim::os::Costs;

/// The numbers in a line, from its end: the name at its beginning may have blanks.
fn numbers<const N: usize>(line: &str) -> [u64; N] {
    let words: Vec<&str> = line.split_whitespace().collect();
    let last = words.last_chunk::<N>().expect("so many columns");
    last.map(|word| word.replace(',', "").parse().expect("a number"))
}

#[test]
fn the_numbers_of_the_ipc_demo_follow_from_the_cost_model() {
    let Costs {
        trap,
        call,
        switch,
        word,
    } = Costs::default();
    let [trap, call, switch, word] = [trap, call, switch, word].map(u64::from);

    let output = &crate::once("demo ipc").stdout;
    let lines = output
        .lines()
        .skip_while(|line| !line.starts_with("through "));
    let rows: Vec<&str> = lines.skip(1).take_while(|line| !line.is_empty()).collect();
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let [calls, words, timer, switches, user, kernel, switching, all] = numbers(row);
        assert_eq!(
            kernel,
            (trap + call) * calls + trap * timer + word * words,
            "{row}"
        );
        assert_eq!(switching, switch * switches, "{row}");
        assert_eq!(all, user + kernel + switching, "{row}");
    }

    // What is said below the table.
    let [pipe, _, _, shared]: [[u64; 8]; 4] = std::array::from_fn(|row| numbers(rows[row]));
    let block = 4096 / 4;
    let said = output.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&format!("a call is {} ticks", trap + call)));
    assert!(said.contains("to copy a block twice is 4,096"));
    assert_eq!(2 * block * word, 4096);
    assert!(shared[0].abs_diff(2 * pipe[0]) < 20, "twice the calls");
    assert!(shared[7] * 100 / pipe[7] < 60, "half the time");
}
