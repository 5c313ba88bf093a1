//! Who is asked first: the program, the environment, and nobody.

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn choose(
        program: Option<u32>,
        environment: Option<&str>,
        default: u32,
    ) -> Result<u32, String> {
        let said = environment.and_then(|text| text.parse().ok());
        Ok(program.or(said).unwrap_or(default))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn choose(
        program: Option<u32>,
        environment: Option<&str>,
        default: u32,
    ) -> Result<u32, String> {
        match (program, environment) {
            (Some(number), _) => Ok(number),
            (None, Some(text)) => text.parse().map_err(|_| text.to_owned()),
            (None, None) => Ok(default),
        }
    }
    // ANCHOR_END: solution
}

type Choose = fn(Option<u32>, Option<&str>, u32) -> Result<u32, String>;

pub(super) fn check_start() {
    check(start::choose);
}

pub(super) fn check_solution() {
    check(solution::choose);
}

fn check(choose: Choose) {
    let bad = || Err("fast".to_owned());
    assert_eq!(choose(Some(1), Some("2"), 3), Ok(1));
    assert_eq!(choose(Some(1), Some("fast"), 3), Ok(1));
    assert_eq!(choose(Some(1), None, 3), Ok(1));
    assert_eq!(choose(None, Some("2"), 3), Ok(2));
    assert_eq!(choose(None, Some("fast"), 3), bad());
    assert_eq!(choose(None, None, 3), Ok(3));
}
