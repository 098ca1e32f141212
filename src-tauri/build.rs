//! Writes the shell's manifest: which commands the page may call.

fn main() {
    // The page is carried inside the program: a new one makes a new program.
    println!("cargo:rerun-if-changed=../ui/dist");
    // Commands that are not listed here cannot be called by the page.
    let manifest = tauri_build::AppManifest::new().commands(&["act", "snapshot"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes)
        .expect("the configuration and capabilities beside this file are valid");
}
