//! `call-load`: what a call costs beside the same call in Chromium, as JSON.
//!
//! One participant is measured, ours or Chromium's; the others are a process of their own and the same for both.
//! `cargo xtask bench call` builds and runs it. Linux only: it reads processor time and memory from `/proc`.

#[cfg(target_os = "linux")]
mod load;

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    load::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("call-load runs on Linux only");
    std::process::ExitCode::FAILURE
}
