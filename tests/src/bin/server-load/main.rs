//! `server-load`: puts load on a clinic server from outside and prints what it measured as JSON.
//!
//! It knows the server only by its command line and its protocols. `cargo xtask bench server` and `cargo xtask bench
//! chat` build both and run it. Linux only: it pins cores and reads processor time from `/proc`.

#[cfg(target_os = "linux")]
mod load;

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    load::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("server-load runs on Linux only");
    std::process::ExitCode::FAILURE
}
