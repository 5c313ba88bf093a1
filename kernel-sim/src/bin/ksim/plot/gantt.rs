//! Gantt charts: the same as those in text, with a pixel for a column.

use kernel_sim::schedule::{Cell, Gantt, Schedule, Unit};
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, FONT, IN_MEMORY, LETTERS, TITLE};

/// A chart of a schedule, with a title.
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) schedule: &'a Schedule,
}

/// Pixels of a row, and of what is above and below all rows.
const ROW: i32 = 22;
const HEAD: i32 = 38;
const FOOT: i32 = 34;
const MARGIN: i32 = 16;
/// How high the legend is.
pub(crate) const LEGEND: u32 = 44;
/// A letter of a name is no wider.
const LETTER: i32 = 9;

impl Chart<'_> {
    /// How high it is, in pixels.
    pub(crate) fn height(&self) -> u32 {
        let rows = Gantt::of(self.schedule).rows().count();
        (HEAD + ROW * rows as i32 + FOOT) as u32
    }

    pub(crate) fn draw(&self, area: &Area<'_>) {
        let width = area.dim_in_pixel().0 as i32;
        let gantt = Gantt::of(self.schedule).with_unit(Unit::Ticks);
        let names = gantt.rows().map(|(name, _)| letters(name)).max();
        let left = 2 * MARGIN + names.unwrap_or_default() * LETTER;
        let columns = (width - left - 2 * MARGIN).max(8);
        let gantt = gantt.with_width(columns as usize);
        text(area, self.title, TITLE, HPos::Left, (left, HEAD / 2));
        let mut y = HEAD;
        for (name, cells) in gantt.rows() {
            text(area, name, LETTERS, HPos::Right, (left - 10, y + ROW / 2));
            row(area, (left, y), &cells);
            y += ROW;
        }
        axis(area, &gantt, (left, y + 4), columns);
    }
}

/// How wide a text is at most, in Latin letters.
fn letters(text: &str) -> i32 {
    let letters = text.chars().map(|letter| 1 + i32::from(!letter.is_ascii()));
    letters.sum()
}

fn text(area: &Area<'_>, text: &str, size: u32, side: HPos, at: (i32, i32)) {
    let style = (FONT, size).into_font().color(&BLACK);
    let style = style.pos(Pos::new(side, VPos::Center));
    area.draw_text(text, &style, at).expect(IN_MEMORY);
}

/// A piece for all neighbours that are alike.
fn row(area: &Area<'_>, (left, y): (i32, i32), cells: &[Cell]) {
    let mut from = left;
    for alike in cells.chunk_by(|a, b| a == b) {
        let to = from + alike.len() as i32;
        piece(area, alike[0], from, to, y);
        from = to;
    }
}

/// What shows that somebody did that, in a row that begins at `y`.
fn piece(area: &Area<'_>, cell: Cell, from: i32, to: i32, y: i32) {
    let (top, middle, bottom) = (y + 4, y + ROW / 2, y + ROW - 4);
    let black = |top, bottom| {
        let bar = Rectangle::new([(from, top), (to, bottom)], BLACK.filled());
        area.draw(&bar).expect(IN_MEMORY);
    };
    match cell {
        Cell::Runs => black(top, bottom),
        Cell::RunsBriefly => black(middle, bottom),
        Cell::Ready => {
            let corners = [(from, middle - 3), (to, middle + 3)];
            area.draw(&Rectangle::new(corners, BLACK.stroke_width(1)))
                .expect(IN_MEMORY);
        }
        Cell::Waits => {
            let points = [(from, middle), (to, middle)];
            area.draw(&DashedPathElement::new(points, 1, 4, BLACK.stroke_width(2)))
                .expect(IN_MEMORY);
        }
        Cell::Nothing => {}
    }
}

fn axis(area: &Area<'_>, gantt: &Gantt<'_>, (left, y): (i32, i32), columns: i32) {
    let line = |points: Vec<(i32, i32)>| {
        area.draw(&PathElement::new(points, BLACK.stroke_width(1)))
            .expect(IN_MEMORY);
    };
    line(vec![(left, y), (left + columns, y)]);
    for (column, time) in gantt.marks(LETTER as usize) {
        let x = left + column as i32;
        line(vec![(x, y), (x, y + 5)]);
        text(area, &time, LETTERS, HPos::Center, (x, y + 15));
    }
    text(area, "ticks", LETTERS, HPos::Right, (left - 10, y + 15));
}

/// What the pieces of a row mean, in one line.
pub(crate) fn legend(area: &Area<'_>) {
    let (mut x, y) = (2 * MARGIN, LEGEND as i32 / 2);
    for (cell, word) in [
        (Cell::Runs, "runs"),
        (Cell::RunsBriefly, "runs, less than half of a pixel"),
        (Cell::Ready, "is ready"),
        (Cell::Waits, "waits"),
    ] {
        piece(area, cell, x, x + 40, y - ROW / 2);
        text(area, word, LETTERS, HPos::Left, (x + 48, y));
        x += 48 + letters(word) * LETTER + 24;
    }
}
