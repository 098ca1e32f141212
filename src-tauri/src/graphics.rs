//! How the webview draws.

/// Without a GPU, WebKitGTK's DMABUF renderer costs more than a core for one stream; the plain one a quarter of it.
/// A value that is set already is left alone.
#[cfg(target_os = "linux")]
pub(crate) fn prefer_a_cheap_renderer() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none() && !has_gpu() {
        // SAFETY: the first statement of `main` that touches the environment; no other thread runs yet.
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}

#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    let Ok(nodes) = std::fs::read_dir("/dev/dri") else { return false };
    nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
}

/// Other systems' webviews choose well by themselves.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prefer_a_cheap_renderer() {}
