//! Text in columns, and in lines that are not too long.

use kernel_sim::columns;

/// Rows of cells, all as wide as the widest one of their column.
pub(crate) struct Table {
    alignments: Vec<Align>,
    rows: Vec<Vec<String>>,
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

impl Table {
    /// A table with this head.
    pub(crate) fn new(columns: &[(&str, Align)]) -> Table {
        Table {
            alignments: columns.iter().map(|(_, align)| *align).collect(),
            rows: vec![columns.iter().map(|(name, _)| (*name).into()).collect()],
        }
    }

    /// Adds a row, with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// All lines, each with its end.
    pub(crate) fn text(&self) -> String {
        let widths: Vec<usize> = (0..self.alignments.len())
            .map(|column| {
                let cells = self.rows.iter().map(|row| columns::width(&row[column]));
                cells.max().unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let wanted = self.alignments.iter().zip(&widths);
            let cells = row.iter().zip(wanted);
            let cells = cells.map(|(cell, (align, &width))| match align {
                Align::Left => columns::padded(cell, width),
                Align::Right => format!("{:1$}{cell}", "", width - columns::width(cell)),
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Lines of at most `width` characters, if no word is longer. A line may also end
/// after a `|`.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive([' ', '|']) {
        let line = lines.last_mut().expect("there is one from the start");
        let wanted = line.chars().count() + word.trim_end().chars().count();
        match line.is_empty() || wanted <= width {
            true => line.push_str(word),
            false => lines.push(word.into()),
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}
