//! What everybody sends: a made picture that is the same on every machine, with motion, texture and the noise of a
//! camera.

use anyhow::{Context, Result};
use consilium_media::video::{I420, Pattern, Plane, VideoSize, frame_clock};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Ten seconds; the end fits the beginning.
const PICTURES: u16 = 300;
const RATE: u32 = 30;
const SIZE: VideoSize = VideoSize::NHD;
/// The wall behind is a tile of that size, repeated.
const TILE: usize = 512;
/// The noise of the camera, at most so far up and down.
const NOISE: i32 = 3;

/// Makes the file if there is none.
pub(super) fn ensure(file: &Path) -> Result<()> {
    write(file, || {
        let mut scene = Scene::new();
        move |number| scene.draw(number)
    })
}

/// Makes a file of the built-in picture if there is none: for a browser that sends what our window sends.
pub(super) fn ensure_pattern(file: &Path) -> Result<()> {
    write(file, || {
        let mut pattern = Pattern::new(SIZE, RATE, 1);
        move |number| pattern.draw(u64::from(number) * 1000 / u64::from(RATE))
    })
}

fn write<D: FnMut(u16) -> I420>(file: &Path, open: impl FnOnce() -> D) -> Result<()> {
    if file.is_file() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Under another name until it is whole.
    let unfinished = file.with_extension("part");
    let mut out = BufWriter::new(File::create(&unfinished).context("cannot write the content")?);
    writeln!(out, "YUV4MPEG2 W{} H{} F{RATE}:1 Ip A1:1 C420jpeg", SIZE.width, SIZE.height)?;
    let mut draw = open();
    for number in 0..PICTURES {
        out.write_all(b"FRAME\n")?;
        out.write_all(draw(number).bytes())?;
    }
    out.flush()?;
    Ok(fs::rename(unfinished, file)?)
}

/// Somebody in front of a wall, in front of a camera that is held in the hand.
struct Scene {
    wall: Vec<f32>,
    random: u64,
}

impl Scene {
    fn new() -> Self {
        let mut random = 0x9E37_79B9_7F4A_7C15;
        let mut wall = vec![110.0; TILE * TILE];
        for (cell, strength) in [(64, 45.0), (16, 18.0), (4, 7.0)] {
            add_texture(&mut wall, cell, strength, &mut random);
        }
        Self { wall, random }
    }

    fn draw(&mut self, number: u16) -> I420 {
        let mut picture = I420::black(SIZE);
        let (width, height) = (usize::from(SIZE.width), usize::from(SIZE.height));
        let turn = std::f32::consts::TAU * f32::from(number) / f32::from(PICTURES);
        let (pan, tilt) = (24.0 * turn.sin() + 256.0, 6.0 * (2.0 * turn).sin() + 256.0);
        let head = Head::at(turn);
        for (y, row) in picture.plane_mut(Plane::Y).chunks_mut(width).take(height).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let (fx, fy) = (x as f32, y as f32);
                let (light, shift) = head.covers(fx, fy).unwrap_or((0.0, (pan, tilt)));
                let luma = self.texture(fx + shift.0, fy + shift.1) + light;
                *pixel = (luma as i32 + self.noise()).clamp(16, 235) as u8;
            }
        }
        for (plane, wall, skin) in [(Plane::U, 134u8, 112u8), (Plane::V, 120, 150)] {
            for (y, row) in picture.plane_mut(plane).chunks_mut(width / 2).enumerate() {
                for (x, pixel) in row.iter_mut().enumerate() {
                    let inside = head.covers(2.0 * x as f32, 2.0 * y as f32).is_some();
                    *pixel = if inside { skin } else { wall + (x / 64) as u8 };
                }
            }
        }
        // The number of the picture, for who wants to compare what came with what was sent.
        frame_clock::stamp(&mut picture, 0, number);
        picture
    }

    /// Between the four nearest points.
    fn texture(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let at =
            |dx: usize, dy: usize| self.wall[(top as usize + dy) % TILE * TILE + (left as usize + dx) % TILE];
        let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
        mix(mix(at(0, 0), at(1, 0), x - left), mix(at(0, 1), at(1, 1), x - left), y - top)
    }

    /// Small values are the likely ones.
    fn noise(&mut self) -> i32 {
        let draw = next(&mut self.random);
        let span = NOISE as u64 + 1;
        (draw % span) as i32 - (draw / span % span) as i32
    }
}

/// A head that nods and sways.
struct Head {
    x: f32,
    y: f32,
}

impl Head {
    fn at(turn: f32) -> Self {
        Self { x: 320.0 + 60.0 * (3.0 * turn).sin(), y: 190.0 + 18.0 * (7.0 * turn).sin() }
    }

    /// How much lighter it is there, and which part of the texture is on it.
    fn covers(&self, x: f32, y: f32) -> Option<(f32, (f32, f32))> {
        let (across, down) = ((x - self.x) / 85.0, (y - self.y) / 115.0);
        let distance = across * across + down * down;
        (distance < 1.0).then_some((50.0 * (1.0 - distance), (600.0 - self.x, 400.0 - self.y)))
    }
}

/// Adds smooth hills, one every `cell` points.
fn add_texture(wall: &mut [f32], cell: usize, strength: f32, random: &mut u64) {
    let cells = TILE / cell;
    let hills: Vec<f32> = (0..cells * cells).map(|_| (next(random) % 2001) as f32 / 1000.0 - 1.0).collect();
    let ease = |share: f32| share * share * (3.0 - 2.0 * share);
    for (index, point) in wall.iter_mut().enumerate() {
        let (x, y) = (index % TILE, index / TILE);
        let (share_x, share_y) =
            (ease((x % cell) as f32 / cell as f32), ease((y % cell) as f32 / cell as f32));
        let hill = |dx: usize, dy: usize| hills[(y / cell + dy) % cells * cells + (x / cell + dx) % cells];
        let upper = hill(0, 0) + (hill(1, 0) - hill(0, 0)) * share_x;
        let lower = hill(0, 1) + (hill(1, 1) - hill(0, 1)) * share_x;
        *point += strength * (upper + (lower - upper) * share_y);
    }
}

fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random >> 11
}
