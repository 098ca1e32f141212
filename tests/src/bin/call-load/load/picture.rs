//! The figures as a picture: a pair of bars for each comparison, and where the goal is.

use super::Direction;
use super::figures::{Figures, Row};
use std::fmt::Write;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 60.0;
const TOP: f64 = 56.0;
const BAR: f64 = 14.0;
const ROW: f64 = 46.0;
const OURS: &str = "#0f766e";
const THEIRS: &str = "#94a3b8";
const GOAL: &str = "#b45309";

/// Draws them (SVG 1.1).
pub(super) fn svg(figures: &Figures) -> String {
    let height = TOP + ROW * figures.rows.len() as f64 + 16.0;
    let most = figures.rows.iter().map(|row| row.chromium.cores.max(row.ours.cores)).fold(0.05, f64::max);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let _ =
        writeln!(out, "<text x=\"16\" y=\"24\" font-size=\"15\">Processor time of a call, in cores</text>");
    for (x, colour, word) in [(16.0, OURS, "Consilium"), (116.0, THEIRS, "Chromium"), (216.0, GOAL, "goal")] {
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"34\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"43\">{word}</text>",
            x + 15.0
        );
    }
    for (number, row) in figures.rows.iter().enumerate() {
        draw(&mut out, row, TOP + ROW * number as f64, (WIDTH - LEFT - RIGHT) / most);
    }
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, row: &Row, top: f64, scale: f64) {
    let what = match row.direction {
        Direction::Send => "send to",
        Direction::Receive => "receive from",
        Direction::Both => "talk with",
    };
    let _ = writeln!(out, "<text x=\"16\" y=\"{}\">{what} {}</text>", top + 20.0, row.peers);
    for (cores, colour, y) in
        [(row.ours.cores, OURS, top + 2.0), (row.chromium.cores, THEIRS, top + 3.0 + BAR)]
    {
        let width = cores * scale;
        let _ = writeln!(
            out,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{cores:.2}</text>",
            LEFT + width + 6.0,
            y + 11.0
        );
    }
    if let Some(goal) = row.goal {
        let x = LEFT + row.chromium.cores * goal * scale;
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {:.1}V{:.1}\" stroke=\"{GOAL}\" stroke-width=\"2\"/>",
            top,
            top + 4.0 + BAR
        );
    }
}
