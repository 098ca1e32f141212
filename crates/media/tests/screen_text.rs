//! Text on a shared screen can be read, at the rate that a call gives it.

use consilium_media::video::vp8::{Decoder, Encoder, EncoderConfig};
use consilium_media::video::{Desktop, I420, Plane, SCREEN_BITRATE, ScreenSpec};
use consilium_model::Content;

/// Mean structural similarity of the luma over blocks of 8 x 8 (Wang, Bovik, Sheikh, Simoncelli 2004).
fn ssim(a: &I420, b: &I420) -> f64 {
    let (width, height) = (usize::from(a.size().width), usize::from(a.size().height));
    let (a, b) = (a.plane(Plane::Y), b.plane(Plane::Y));
    let mut sum = 0.0;
    let mut blocks = 0.0;
    for top in (0..height - 7).step_by(8) {
        for left in (0..width - 7).step_by(8) {
            let pixels = (0..64).map(|at| (top + at / 8) * width + left + at % 8);
            let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for at in pixels {
                let (x, y) = (f64::from(a[at]), f64::from(b[at]));
                (sa, sb, saa, sbb, sab) = (sa + x, sb + y, saa + x * x, sbb + y * y, sab + x * y);
            }
            let (ma, mb) = (sa / 64.0, sb / 64.0);
            let (va, vb, cov) = (saa / 64.0 - ma * ma, sbb / 64.0 - mb * mb, sab / 64.0 - ma * mb);
            let (c1, c2) = (6.5025, 58.5225);
            sum += (2.0 * ma * mb + c1) * (2.0 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
            blocks += 1.0;
        }
    }
    sum / blocks
}

/// Signal to noise of the luma in decibels.
fn psnr(a: &I420, b: &I420) -> f64 {
    let pairs = a.plane(Plane::Y).iter().zip(b.plane(Plane::Y));
    let error: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) * a.plane(Plane::Y).len() as f64 / error.max(1.0)).log10()
}

#[test]
fn a_still_page_is_legible_at_once_and_sharp_after_two_seconds() {
    let mut source = Desktop::current().open(&ScreenSpec::Synthetic { seed: 7 }).expect("opens");
    let page = source.next_frame().expect("a picture").picture;
    let config = EncoderConfig {
        fps: 10,
        content: Content::Screen,
        ..EncoderConfig::new(page.size(), SCREEN_BITRATE)
    };
    let (mut encoder, mut decoder) = (Encoder::new(config).expect("opens"), Decoder::new().expect("opens"));
    let (mut seen, mut bits) = (Vec::new(), 0);
    for beat in 0..20 {
        if let Some(coded) = encoder.encode(&page, beat * 9000, beat == 0).expect("encodes") {
            let picture = decoder.decode(&coded.data).expect("decodes").expect("a picture");
            seen.push((ssim(&page, &picture), psnr(&page, &picture)));
            bits += coded.data.len() * 8;
        }
    }
    let (first, last) = (seen[0], seen[seen.len() - 1]);
    println!(
        "{} kbit in 2 s; SSIM and PSNR of the first picture {first:?}, of the last {last:?}",
        bits / 1000
    );
    assert!(first.0 > 0.97 && last.0 > 0.985, "{first:?} {last:?}");
    assert!(last.1 > 30.0 && last.1 >= first.1, "{first:?} {last:?}");
    assert!(bits < 3 * SCREEN_BITRATE as usize, "{bits} bits in two seconds");
}
