//! For a WebKitGTK page, inside the webview's own `draw` signal: what the page draws goes into an image, pictures take
//! the place of its holes, and the image goes to the window.
//!
//! The page stays opaque: a transparent one would be drawn beneath just as well, but WebKitGTK 2.50 does not clear what
//! changes on it. Works only while the webview draws by itself (hardware acceleration off). GTK's frame clock sets the
//! pace; what is drawn again is the tile that has a new picture. Without a tile everything is as if nobody were here.

use consilium_media::video::{Area, Canvas, CanvasStreamStats, Pixels, Sheet, Tile};
use gtk::cairo::{self, Context, Format, ImageSurface};
use gtk::glib::{self, Propagation};
use gtk::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use webkit2gtk::{HardwareAccelerationPolicy, LoadEvent, SettingsExt, WebView, WebViewExt};

/// How often is said what was painted.
const REPORT: Duration = Duration::from_secs(1);

type Report = Box<dyn Fn(Vec<CanvasStreamStats>)>;

/// Paints the canvas into this webview from now on. To be called on the main thread.
pub(super) fn attach(view: &WebView, canvas: Canvas, report: Report) {
    if let Some(settings) = WebViewExt::settings(view) {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
    let painter = Rc::new(Painter {
        view: view.clone(),
        canvas,
        report,
        reported: Cell::new(Instant::now()),
        scene: RefCell::default(),
        sheet: RefCell::default(),
    });
    painter.follow_scale();
    painter.follow_page();
    painter.follow_draws();
    painter.canvas.attach();
    glib::MainContext::default().spawn_local(async move {
        loop {
            painter.canvas.changed().await;
            painter.update();
        }
    });
}

struct Painter {
    view: WebView,
    canvas: Canvas,
    report: Report,
    reported: Cell<Instant>,
    scene: RefCell<Scene>,
    /// The image of the last draw, used again for one of the same size.
    sheet: RefCell<Option<ImageSurface>>,
}

/// What there is to paint.
#[derive(Default)]
struct Scene {
    tiles: Vec<Tile>,
    scale: f64,
    pictures: BTreeMap<u32, Picture>,
}

/// What is painted of a stream until a newer picture comes.
struct Picture {
    pixels: Pixels,
    /// It has been on the screen.
    painted: bool,
}

impl Painter {
    fn follow_scale(self: &Rc<Self>) {
        self.canvas.set_scale(self.view.scale_factor().into());
        let canvas = self.canvas.clone();
        self.view.connect_scale_factor_notify(move |view| canvas.set_scale(view.scale_factor().into()));
    }

    /// A page that is loaded, or has crashed, has no tiles until it says so.
    fn follow_page(self: &Rc<Self>) {
        let canvas = self.canvas.clone();
        self.view.connect_load_changed(move |_, event| {
            if event == LoadEvent::Started {
                canvas.clear();
            }
        });
        let canvas = self.canvas.clone();
        self.view.connect_web_process_terminated(move |_, _| canvas.clear());
    }

    fn follow_draws(self: &Rc<Self>) {
        let painter = Rc::clone(self);
        self.view.connect_draw(move |_, cr| match painter.draw(cr) {
            Ok(propagation) => propagation,
            Err(error) => {
                tracing::warn!(code = "not-painted", %error, "a draw failed");
                Propagation::Proceed
            }
        });
    }

    /// Draws the page with its pictures, unless there are none where something is to be drawn.
    fn draw(&self, cr: &Context) -> Result<Propagation, cairo::Error> {
        let mut scene = self.scene.borrow_mut();
        let Some(area) = scene.clip(cr)? else { return Ok(Propagation::Proceed) };
        let mut sheet = self.page(cr, area, scene.scale)?;
        scene.paint(&mut sheet, area, &self.canvas)?;
        cr.set_source_surface(&sheet, 0.0, 0.0)?;
        cr.paint()?;
        // What still holds the image draws from it later, so it must not change.
        cr.set_source_rgb(0.0, 0.0, 0.0);
        self.sheet.replace(Some(sheet));
        Ok(Propagation::Stop)
    }

    /// An image of a part of the page, without its pictures.
    fn page(&self, cr: &Context, area: Area, scale: f64) -> Result<ImageSurface, cairo::Error> {
        let (width, height) = (i32::from(area.width), i32::from(area.height));
        let used = self.sheet.take().filter(|used| (used.width(), used.height()) == (width, height));
        let sheet = match used {
            Some(used) => used,
            None => ImageSurface::create(Format::Rgb24, width, height)?,
        };
        sheet.set_device_scale(scale, scale);
        sheet.set_device_offset(-f64::from(area.x), -f64::from(area.y));
        let page = Context::new(&sheet)?;
        let (left, top, right, bottom) = cr.clip_extents()?;
        page.rectangle(left, top, right - left, bottom - top);
        page.clip();
        draw_page(&self.view, &page);
        Ok(sheet)
    }

    /// Takes what is new, and has those parts of the window drawn again.
    fn update(&self) {
        let update = self.canvas.take();
        let mut scene = self.scene.borrow_mut();
        let before = scene.pictures.len();
        scene.pictures.retain(|stream, _| update.live.contains(stream));
        let gone = scene.pictures.len() != before;
        let moved = scene.tiles != update.tiles || scene.scale != update.scale;
        (scene.tiles, scene.scale) = (update.tiles, update.scale);
        let fresh: Vec<u32> = update.pictures.iter().map(|(stream, _)| *stream).collect();
        for (stream, pixels) in update.pictures {
            scene.pictures.insert(stream, Picture { pixels, painted: false });
        }
        if moved || gone {
            self.view.queue_draw();
        } else {
            scene.tiles.iter().filter(|tile| fresh.contains(&tile.stream)).for_each(|tile| self.redraw(tile));
        }
        let rests = scene.tiles.is_empty();
        drop(scene);
        self.report(rests);
    }

    fn redraw(&self, tile: &Tile) {
        let (x, y) = (tile.x.floor(), tile.y.floor());
        let (right, bottom) = ((tile.x + tile.width).ceil(), (tile.y + tile.height).ceil());
        self.view.queue_draw_area(x as i32, y as i32, (right - x) as i32, (bottom - y) as i32);
    }

    /// New pictures come many times a second, so this needs no clock of its own.
    fn report(&self, rests: bool) {
        if rests || self.reported.get().elapsed() >= REPORT {
            self.reported.set(Instant::now());
            let streams = self.canvas.report();
            if !streams.is_empty() {
                (self.report)(streams);
            }
        }
    }
}

impl Scene {
    /// The physical pixels to be drawn, if there is a picture among them.
    fn clip(&self, cr: &Context) -> Result<Option<Area>, cairo::Error> {
        let (left, top, right, bottom) = cr.clip_extents()?;
        let seen = |tile: &Tile| {
            tile.x < right && tile.x + tile.width > left && tile.y < bottom && tile.y + tile.height > top
        };
        if !self.tiles.iter().any(|tile| seen(tile) && self.pictures.contains_key(&tile.stream)) {
            return Ok(None);
        }
        let (x, y) = ((left * self.scale).floor(), (top * self.scale).floor());
        let side =
            |from: f64, to: f64| ((to * self.scale).ceil() - from).clamp(1.0, f64::from(u16::MAX)) as u16;
        Ok(Some(Area { x: x as i32, y: y as i32, width: side(x, right), height: side(y, bottom) }))
    }

    fn paint(&mut self, sheet: &mut ImageSurface, area: Area, canvas: &Canvas) -> Result<(), cairo::Error> {
        sheet.flush();
        let stride = usize::try_from(sheet.stride()).map_err(|_| cairo::Error::InvalidStride)?;
        // Somebody else holds it: then it cannot be written to, and the page stays without pictures once.
        let mut data = sheet.data().map_err(|_| cairo::Error::SurfaceFinished)?;
        let mut sheet = Sheet { area, stride, data: &mut data };
        for tile in self.tiles.iter().rev() {
            let Some(picture) = self.pictures.get_mut(&tile.stream) else { continue };
            let filled = sheet.fill(tile, &picture.pixels, self.scale);
            if filled && !std::mem::replace(&mut picture.painted, true) {
                canvas.painted(tile.stream, picture.pixels.picture(), picture.pixels.stamp());
            }
        }
        Ok(())
    }
}

/// What the webview does by itself when it is to be drawn. A handler cannot have it done in the midst of its own work
/// but by the class: GTK sets the drawing context back between two handlers.
fn draw_page(view: &WebView, cr: &Context) {
    let widget = view.upcast_ref::<gtk::Widget>().as_ptr();
    // SAFETY: the widget is alive, so it has a class, and every class of a widget begins with GtkWidgetClass. Both
    // pointers are good during the call, which is made on the main thread as GTK itself would make it.
    unsafe {
        let class = (*widget.cast::<glib::gobject_ffi::GTypeInstance>()).g_class;
        if let Some(draw) = (*class.cast::<gtk::ffi::GtkWidgetClass>()).draw {
            draw(widget, cr.to_raw_none());
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_hole_has_the_colour_that_the_page_gives_it() {
        let [red, green, blue] = consilium_media::video::HOLE;
        let css = include_str!("../../../ui/src/styles/base.css");
        assert!(css.contains(&format!("--hole: #{red:02x}{green:02x}{blue:02x};")));
    }
}
