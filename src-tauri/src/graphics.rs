//! How the webview draws, and who draws the call's pictures: settled once, before the window opens.

/// Who draws the call's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Drawing {
    /// The page.
    Page,
    /// The application, beneath the page.
    Native,
}

/// Settles it. Without a GPU, WebKitGTK's DMABUF renderer costs more than a core for one stream, the plain one a quarter
/// of it, and with pictures drawn natively the whole window needs 0.6 of what it needs then. With a GPU the page is
/// cheap, and it is not known whether anything can be drawn beneath it. A renderer that is set already is left alone.
///
/// To be called before GTK starts: it reads the environment once.
#[cfg(target_os = "linux")]
pub(crate) fn settle(asked: Option<Drawing>) -> Drawing {
    const PLAIN: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(PLAIN).is_none() && (!has_gpu() || asked == Some(Drawing::Native)) {
        // SAFETY: the first statement of `main` that touches the environment; no other thread runs yet.
        unsafe { std::env::set_var(PLAIN, "1") };
    }
    let plain = std::env::var_os(PLAIN).is_some_and(|value| !value.is_empty() && value != "0");
    asked.unwrap_or(if plain && !has_gpu() { Drawing::Native } else { Drawing::Page })
}

#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    let Ok(nodes) = std::fs::read_dir("/dev/dri") else { return false };
    nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
}

/// Other systems' webviews choose well by themselves, and nothing can be drawn beneath them yet.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle(_asked: Option<Drawing>) -> Drawing {
    Drawing::Page
}
