//! Curves over one quantity.

use plotters::coord::CoordTranslate;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, FONT, IN_MEMORY, LETTERS, TITLE};
use kernel_sim::schedule::grouped;

/// A diagram of up to three curves. The horizontal axis is logarithmic, with a mark
/// for each of the given values; the vertical one begins at zero.
pub(crate) struct Lines<'a> {
    pub(crate) title: &'a str,
    /// What the axes show, with units.
    pub(crate) x: &'a str,
    pub(crate) y: &'a str,
    pub(crate) marks: Vec<u64>,
    pub(crate) curves: Vec<Curve<'a>>,
}

pub(crate) struct Curve<'a> {
    pub(crate) name: &'a str,
    pub(crate) points: Vec<(u64, f64)>,
}

/// How the curves are told apart without colours: by marks, see [`mark`], and by dashes
/// and the gaps between these, in pixels. The first one has no gaps.
const DASHES: [(u32, u32); 3] = [(1, 0), (9, 4), (2, 4)];

/// How long a piece of a curve is in the legend, and where its text begins.
const SAMPLE: i32 = 44;
const TEXT: i32 = 52;

impl Lines<'_> {
    pub(crate) fn draw(&self, area: &Area<'_>) {
        let (head, body) = area.split_vertically(match self.curves.len() {
            1 => 34,
            _ => 60,
        });
        let title = (FONT, TITLE).into_font().color(&BLACK);
        let middle = head.dim_in_pixel().0 as i32 / 2;
        let title = title.pos(Pos::new(HPos::Center, VPos::Top));
        head.draw_text(self.title, &title, (middle, 10))
            .expect(IN_MEMORY);
        if self.curves.len() > 1 {
            self.legend(&head);
        }
        self.chart(&body);
    }

    /// A line with a piece of each curve and its name, below the title.
    fn legend(&self, head: &Area<'_>) {
        let width = head.dim_in_pixel().0 as i32 / self.curves.len() as i32;
        let text = (FONT, LETTERS).into_font().color(&BLACK);
        let text = text.pos(Pos::new(HPos::Left, VPos::Center));
        for (index, curve) in self.curves.iter().enumerate() {
            let (x, y) = (index as i32 * width + 30, 46);
            let piece = [(x, y), (x + SAMPLE, y)];
            draw(head, index, piece.into_iter());
            head.draw(&mark(index, (x + SAMPLE / 2, y)))
                .expect(IN_MEMORY);
            head.draw_text(curve.name, &text, (x + TEXT, y))
                .expect(IN_MEMORY);
        }
    }

    fn chart(&self, body: &Area<'_>) {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let least = points().map(|&(x, _)| x).min().unwrap_or(1);
        let most = points().map(|&(x, _)| x).max().unwrap_or(1);
        let highest = points().fold(0.0, |highest: f64, &(_, y)| highest.max(y));
        let marks = self.marks.iter().map(|&mark| mark as f64).collect();
        let x = (least as f64 / 1.15..most as f64 * 1.15)
            .log_scale()
            .with_key_points(marks);
        let mut chart = ChartBuilder::on(body)
            .margin(8)
            .margin_right(24)
            .x_label_area_size(44)
            .y_label_area_size(80)
            .build_cartesian_2d(x, 0.0..highest * 1.08)
            .expect(IN_MEMORY);
        let whole = |value: &f64| grouped(value.round() as u64);
        chart
            .configure_mesh()
            .x_desc(self.x)
            .y_desc(self.y)
            .x_label_formatter(&whole)
            .y_label_formatter(&whole)
            .label_style((FONT, LETTERS))
            .axis_desc_style((FONT, LETTERS))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.15))
            .draw()
            .expect(IN_MEMORY);
        let plane = chart.plotting_area();
        for (index, curve) in self.curves.iter().enumerate() {
            let points = curve.points.iter().map(|&(x, y)| (x as f64, y));
            draw(plane, index, points.clone());
            for at in points {
                plane.draw(&mark(index, at)).expect(IN_MEMORY);
            }
        }
    }
}

/// The line of the curve of that number.
fn draw<C>(
    area: &DrawingArea<SVGBackend<'_>, C>,
    index: usize,
    points: impl Iterator<Item = C::From>,
) where
    C: CoordTranslate,
    C::From: Clone + 'static,
{
    let style = BLACK.stroke_width(2);
    let (dash, gap) = DASHES[index];
    let points: Vec<C::From> = points.collect();
    match gap {
        0 => area.draw(&PathElement::new(points, style)),
        _ => area.draw(&DashedPathElement::new(points, dash, gap, style)),
    }
    .expect(IN_MEMORY);
}

/// The mark of a point of the curve of that number.
fn mark<'a, C: Clone + 'static>(index: usize, at: C) -> DynElement<'a, SVGBackend<'a>, C> {
    match index {
        0 => Circle::new(at, 4, BLACK.filled()).into_dyn(),
        1 => TriangleMarker::new(at, 6, BLACK.filled()).into_dyn(),
        _ => Cross::new(at, 4, BLACK.stroke_width(2)).into_dyn(),
    }
}
