//! An assembler for a machine with three statements.

use std::collections::HashMap;

/// A line of a program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// No byte: a name for the place where it stands.
    Label(&'static str),
    /// One byte, 0.
    Nop,
    /// Two bytes: 1, and how many bytes come before the label.
    Jump(&'static str),
}

/// What the reader begins with.
mod start {
    use super::{HashMap, Line};

    // ANCHOR: start
    // The bytes of the program; a nop is 0, a jump is 1 and then its label's place, which is how
    // many bytes come before it. `None` if a jump goes to a label that there is not.
    pub(super) fn assemble(program: &[Line]) -> Option<Vec<u8>> {
        let (mut bytes, mut labels) = (Vec::new(), HashMap::new());
        for line in program {
            match *line {
                Line::Label(name) => {
                    labels.insert(name, bytes.len() as u8);
                }
                Line::Nop => bytes.push(0),
                Line::Jump(name) => bytes.extend([1, *labels.get(name)?]), // And what is below?
            }
        }
        Some(bytes)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{HashMap, Line};

    // ANCHOR: solution
    pub(super) fn assemble(program: &[Line]) -> Option<Vec<u8>> {
        let (mut bytes, mut labels) = (Vec::new(), HashMap::new());
        let mut open = Vec::new();
        for line in program {
            match *line {
                Line::Label(name) => {
                    labels.insert(name, bytes.len() as u8);
                }
                Line::Nop => bytes.push(0),
                Line::Jump(name) => {
                    bytes.extend([1, 0]);
                    open.push((bytes.len() - 1, name));
                }
            }
        }
        for (place, name) in open {
            bytes[place] = *labels.get(name)?;
        }
        Some(bytes)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Line]) -> Option<Vec<u8>>;

pub(super) fn check_start() {
    check(start::assemble);
}

pub(super) fn check_solution() {
    check(solution::assemble);
}

/// All programs of up to five lines, each compared with what a look at the whole of it says.
fn check(answer: Answer) {
    use Line::{Jump, Label, Nop};
    let lines = [Nop, Jump("a"), Jump("b")];
    let mut programs: Vec<Vec<Line>> = vec![Vec::new()];
    for _ in 0..5 {
        let longer = programs
            .iter()
            .flat_map(|program| lines.map(|line| program.iter().copied().chain([line]).collect()));
        let longer: Vec<Vec<Line>> = longer.collect();
        programs.extend(longer);
        programs.truncate(200);
    }
    for program in programs {
        for at in 0..=program.len() {
            let mut program = program.clone();
            program.insert(at, Label("a"));
            assert_eq!(answer(&program), bytes_of(&program), "{program:?}");
            program.insert(program.len() / 2, Label("b"));
            assert_eq!(answer(&program), bytes_of(&program), "{program:?}");
        }
    }
}

fn bytes_of(program: &[Line]) -> Option<Vec<u8>> {
    let length = |line: &Line| match line {
        Line::Label(_) => 0,
        Line::Nop => 1,
        Line::Jump(_) => 2,
    };
    let place = |wanted: &str| {
        let is_it = |line: &Line| matches!(line, Line::Label(name) if *name == wanted);
        let at = program.iter().position(is_it)?;
        Some(program[..at].iter().map(length).sum::<u8>())
    };
    let bytes = program.iter().map(|line| match line {
        Line::Label(_) => Some(Vec::new()),
        Line::Nop => Some(vec![0]),
        Line::Jump(name) => Some(vec![1, place(name)?]),
    });
    Some(bytes.collect::<Option<Vec<_>>>()?.concat())
}
