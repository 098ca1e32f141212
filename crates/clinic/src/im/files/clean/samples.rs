//! Small files of every format, each with something in it that tells where and with what it was made.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Stands for a place, a device or a name.
pub(crate) const TELLTALE: &[u8] = b"TELLTALE";

/// Whether a file tells.
pub(crate) fn tells(bytes: &[u8]) -> bool {
    bytes.windows(TELLTALE.len()).any(|window| window == TELLTALE)
}

/// A picture: its upper half is red, its lower one blue.
pub(crate) fn picture(width: u32, height: u32) -> DynamicImage {
    let color = |_, y| if y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    RgbImage::from_fn(width, height, color).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An Exif block with the maker, the orientation and a place.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x03".to_vec();
    tiff.extend(b"\x01\x0F\0\x02\0\0\0\x09\0\0\0\x32");
    tiff.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3C");
    tiff.extend([0; 4]);
    tiff.extend(TELLTALE);
    tiff.extend(b"\0\0");
    // The place: north, and how far.
    tiff.extend(b"\0\x02\0\x01\0\x02\0\0\0\x02N\0\0\0\0\x1D\0\x02\0\0\0\x09\0\0\0\x5A\0\0\0\0");
    tiff.extend(TELLTALE);
    tiff.push(0);
    tiff
}

/// A JPEG with Exif, XMP, a comment, a note of its maker and a film behind its end.
pub(crate) fn jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encoded(&picture(width, height), ImageFormat::Jpeg);
    let mut bytes = plain[..2].to_vec();
    let exif = [b"Exif\0\0", exif(orientation).as_slice()].concat();
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", TELLTALE].concat();
    let profile = [b"ICC_PROFILE\0\x01\x01", profile().as_slice()].concat();
    for (marker, data) in [(0xE1, &exif), (0xE1, &xmp), (0xE2, &profile), (0xED, &xmp), (0xFE, &xmp)] {
        bytes.extend([0xFF, marker]);
        bytes.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        bytes.extend(data);
    }
    bytes.extend(&plain[2..]);
    bytes.extend(TELLTALE);
    bytes
}

/// A colour profile with the name of its device.
fn profile() -> Vec<u8> {
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33\0\0";
    let xyz = b"XYZ \0\0\0\0\0\0\xF6\xD6\0\x01\0\0\0\0\xD3\x2D";
    let maker = [b"text\0\0\0\0", TELLTALE].concat();
    let tags: [(&[u8; 4], &[u8]); 9] = [
        (b"desc", &maker),
        (b"dmnd", &maker),
        (b"wtpt", xyz),
        (b"rXYZ", xyz),
        (b"gXYZ", xyz),
        (b"bXYZ", xyz),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ];
    let mut bytes = vec![0; 128];
    bytes[8] = 2;
    bytes[12..24].copy_from_slice(b"mntrRGB XYZ ");
    bytes[36..40].copy_from_slice(b"acsp");
    bytes[48..56].copy_from_slice(TELLTALE);
    bytes.extend(9u32.to_be_bytes());
    let mut start = 132 + 9 * 12;
    for (name, data) in tags {
        bytes.extend(name);
        bytes.extend(u32::try_from(start).unwrap().to_be_bytes());
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        start += data.len();
    }
    tags.iter().for_each(|(_, data)| bytes.extend(*data));
    let size = u32::try_from(bytes.len()).unwrap();
    bytes[..4].copy_from_slice(&size.to_be_bytes());
    bytes
}

/// A PNG with text, Exif and a time.
pub(crate) fn png(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encoded(&picture(width, height), ImageFormat::Png);
    let header = 8 + 25;
    let mut bytes = plain[..header].to_vec();
    let text = [b"Author\0", TELLTALE].concat();
    for (name, data) in [(b"tEXt", text.clone()), (b"eXIf", exif(orientation)), (b"prVt", text)] {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let start = bytes.len();
        bytes.extend(name);
        bytes.extend(data);
        let checksum = crc(&bytes[start..]);
        bytes.extend(checksum.to_be_bytes());
    }
    bytes.extend(&plain[header..]);
    bytes.extend(TELLTALE);
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

/// A PNG of few bytes that claims a side of so many pixels.
pub(crate) fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = encoded(&picture(8, 8), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let checksum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// A WebP in the extended form with Exif and XMP.
pub(crate) fn webp(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encoded(&picture(width, height), ImageFormat::WebP);
    let image = &plain[12..];
    let side = |side: u32| (side - 1).to_le_bytes();
    let mut extended = vec![0x2C, 0, 0, 0];
    extended.extend(&side(width)[..3]);
    extended.extend(&side(height)[..3]);
    let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
    riff(&mut bytes, b"VP8X", &extended);
    riff(&mut bytes, b"ICCP", &profile());
    // The encoder may have written the extended form itself.
    let start = image.windows(4).position(|name| name == b"VP8L").unwrap();
    bytes.extend(&image[start..]);
    riff(&mut bytes, b"EXIF", &exif(orientation));
    riff(&mut bytes, b"XMP ", TELLTALE);
    let size = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes
}

fn riff(bytes: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    bytes.extend(name);
    bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
}

/// A HEIC as libheif writes it, with Exif and XMP; it is turned.
pub(crate) fn heic() -> Vec<u8> {
    include_bytes!("samples/picture.heic").to_vec()
}

/// The same as AVIF.
pub(crate) fn avif() -> Vec<u8> {
    include_bytes!("samples/picture.avif").to_vec()
}

/// A GIF with a comment.
pub(crate) fn gif(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&picture(width, height), ImageFormat::Gif);
    let end = bytes.pop().unwrap();
    bytes.extend([0x21, 0xFE, u8::try_from(TELLTALE.len()).unwrap()]);
    bytes.extend(TELLTALE);
    bytes.extend([0, end]);
    bytes
}

/// A WAVE with a note of where it was recorded.
pub(crate) fn wav() -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
    riff(&mut bytes, b"fmt ", &[1, 0, 1, 0, 0x80, 0xBB, 0, 0, 0, 0x77, 1, 0, 2, 0, 16, 0]);
    riff(&mut bytes, b"LIST", &[b"INFOIART\x08\0\0\0", TELLTALE].concat());
    riff(&mut bytes, b"data", &[7; 96]);
    riff(&mut bytes, b"id3 ", TELLTALE);
    bytes
}

/// An MP3 with tags before and after it.
pub(crate) fn mp3() -> Vec<u8> {
    let mut bytes = b"ID3\x03\0\0\0\0\0\x08".to_vec();
    bytes.extend(TELLTALE);
    for _ in 0..4 {
        // 128 kbit/s at 44.1 kHz.
        let mut frame = vec![0xFF, 0xFB, 0x90, 0];
        frame.resize(417, 0x55);
        bytes.extend(frame);
    }
    bytes.extend(b"TAG");
    bytes.extend(TELLTALE);
    bytes.resize(bytes.len() + 117, 0);
    bytes
}

/// Ogg with Opus, with comments.
pub(crate) fn ogg() -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x38\x01\x80\xBB\0\0\0\0\0".to_vec();
    let tags = [b"OpusTags\x08\0\0\0", TELLTALE, b"\x01\0\0\0\x11\0\0\0LOCATION=", TELLTALE].concat();
    let mut bytes = page(2, 0, &head);
    bytes.extend(page(0, 1, &tags));
    bytes.extend(page(4, 2, &[0xFC; 40]));
    bytes
}

fn page(flags: u8, number: u8, packet: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend([0; 8]);
    page.extend([1, 2, 3, 4, number, 0, 0, 0, 0, 0, 0, 0, 1, u8::try_from(packet.len()).unwrap()]);
    page.extend(packet);
    let step = |crc: u32, byte: &u8| {
        let crc = crc ^ u32::from(*byte) << 24;
        (0..8).fold(crc, |crc, _| if crc >> 31 == 0 { crc << 1 } else { crc << 1 ^ 0x04C1_1DB7 })
    };
    let checksum = page.iter().fold(0, step);
    page[22..26].copy_from_slice(&checksum.to_le_bytes());
    page
}

/// A box of an MP4.
pub(crate) fn part(name: &[u8; 4], inner: &[&[u8]]) -> Vec<u8> {
    let inner = inner.concat();
    let mut bytes = u32::try_from(inner.len() + 8).unwrap().to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(inner);
    bytes
}

/// A track, and where in the file its one sample of eight bytes is.
fn track(handler: &[u8; 4], at: u32) -> Vec<u8> {
    let times = [0; 24];
    let handler = [b"\0\0\0\0\0\0\0\0", handler.as_slice(), &[0; 12], TELLTALE, b"\0"].concat();
    let entry = [[0; 42].as_slice(), TELLTALE, &[0; 24], &[0, 24, 0xFF, 0xFF]].concat();
    let table = part(
        b"stbl",
        &[
            &part(b"stsd", &[b"\0\0\0\0\0\0\0\x01", &part(b"avc1", &[&entry])]),
            &part(b"stsz", &[b"\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x08"]),
            &part(b"stsc", &[b"\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01"]),
            &part(b"stco", &[b"\0\0\0\0\0\0\0\x01", &at.to_be_bytes()]),
        ],
    );
    let information = part(b"minf", &[&part(b"vmhd", &[&[0; 12]]), &table]);
    let media = part(b"mdia", &[&part(b"mdhd", &[&times]), &part(b"hdlr", &[&handler]), &information]);
    part(b"trak", &[&part(b"tkhd", &[&times]), &media, &part(b"udta", &[TELLTALE])])
}

/// An MP4 of a picture track and one with the way on the map.
pub(crate) fn mp4() -> Vec<u8> {
    let place = part(b"udta", &[&part(b"\xA9xyz", &[TELLTALE])]);
    let start = part(b"ftyp", &[b"isom\0\0\0\0isom"]);
    let movie = |at: u32| {
        let header = part(b"mvhd", &[b"\0\0\0\0", TELLTALE, &[0; 12]]);
        part(
            b"moov",
            &[&header, &track(b"vide", at), &track(b"meta", at + 8), &place, &part(b"uuid", &[TELLTALE])],
        )
    };
    let at = u32::try_from(start.len() + movie(0).len() + 8).unwrap();
    let samples = part(b"mdat", &[b"PICTURES", TELLTALE]);
    [start, movie(at), samples, part(b"uuid", &[TELLTALE])].concat()
}

fn element(id: &[u8], inner: &[&[u8]]) -> Vec<u8> {
    let inner = inner.concat();
    let length = u16::try_from(inner.len()).unwrap() | 0x4000;
    [id, &length.to_be_bytes(), &inner].concat()
}

/// A live recording in `WebM`, with a title, a name and tags.
pub(crate) fn webm() -> Vec<u8> {
    let header = element(b"\x1A\x45\xDF\xA3", &[&element(b"\x42\x82", &[b"webm"])]);
    let title = element(b"\x7B\xA9", &[TELLTALE]);
    let info = element(b"\x15\x49\xA9\x66", &[&element(b"\x2A\xD7\xB1", &[&[0x0F, 0x42, 0x40]]), &title]);
    let track = [element(b"\xD7", &[&[1]]), element(b"\x83", &[&[1]]), element(b"\x53\x6E", &[TELLTALE])];
    let tracks = element(b"\x16\x54\xAE\x6B", &[&element(b"\xAE", &[&track.concat()])]);
    let tags = element(b"\x12\x54\xC3\x67", &[TELLTALE]);
    let cluster =
        [b"\x1F\x43\xB6\x75\xFF".to_vec(), element(b"\xE7", &[&[0]]), element(b"\xA3", &[b"PICTURES"])];
    let segment = b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec();
    [header, segment, info, tracks, tags, cluster.concat()].concat()
}
