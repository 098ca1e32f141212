//! Watches the guest page, which a release carries inside.

fn main() {
    let page = "../../ui/dist-guest";
    // A folder that is not there would be looked for again at every build. Without the page the server serves the plain one.
    if std::fs::create_dir_all(page).is_ok() {
        println!("cargo:rerun-if-changed={page}");
    } else {
        println!("cargo:rerun-if-changed=build.rs");
    }
}
