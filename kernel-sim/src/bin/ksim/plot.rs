//! Figures as SVG, to be looked at in a browser or printed: curves, and Gantt charts.
//! They are black on white; what is to be told apart differs in dashes and marks.

pub(crate) mod gantt;
pub(crate) mod lines;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea as _, SVGBackend, WHITE};

/// A part of a page, or all of it.
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Letters of the axes and legends are so high, in pixels.
const LETTERS: u32 = 16;
const TITLE: u32 = 19;
const FONT: &str = "sans-serif";

/// A page so wide and high, in pixels, as the text of an SVG file.
pub(crate) fn page(size: (u32, u32), draw: impl FnOnce(&Area<'_>)) -> String {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&WHITE).expect(IN_MEMORY);
        draw(&area);
        area.present().expect(IN_MEMORY);
    }
    text
}

const IN_MEMORY: &str = "it is drawn in memory";
