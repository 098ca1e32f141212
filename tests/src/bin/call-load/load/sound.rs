//! Speech through the whole chain, both sides in turn over the same bad line to the same participant of ours, which
//! writes down what it plays. PESQ tells how like the original that is.

use super::line::{Line, Quality};
use super::round::{Parties, Plan, Side};
use anyhow::{Context, Result, ensure};
use consilium_media::audio::{EchoReference, Playout};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

const SCRIPT: &str = include_str!("sound.py");
/// In percent.
const LOSSES: [u64; 3] = [0, 5, 10];
/// One way.
const DELAY: Duration = Duration::from_millis(50);
/// Of what is said, about twice.
const LENGTH: Duration = Duration::from_secs(70);
/// The Harvard sentences (IEEE, 1969), read by a synthetic voice.
const SENTENCES: &str = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. \
    It is easy to tell the depth of a well. These days a chicken leg is a rare dish. Rice is often served in round \
    bowls. The juice of lemons makes fine punch. The box was thrown beside the parked truck. The hogs were fed chopped \
    corn and garbage. Four hours of steady work faced us. A large size in stockings is hard to sell.";

/// What one side's speech was like at one loss.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Speech {
    side: Side,
    lost_percent: u64,
    /// PESQ wideband, 1.04 to 4.64.
    #[serde(flatten)]
    score: Score,
    /// Share of what was played that the receiver made up.
    concealed: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Score {
    mean: f64,
    lowest: f64,
    pieces: usize,
}

/// Lets both sides speak.
pub(super) async fn measure(plan: &Plan<'_>, order: [Side; 2]) -> Result<Vec<Speech>> {
    let folder = plan.content.parent().context("the content is in a folder")?;
    let (speech, python) = (speech(folder)?, python(folder)?);
    let record = tempfile::Builder::new().prefix("heard-").tempdir()?;
    let mut all = Vec::new();
    for lost_percent in LOSSES {
        for side in order {
            let heard = record.path().join("heard.f32");
            let plan = Plan { speech: Some(&speech), record: Some(&heard), ..*plan };
            let line = Line::new();
            let parties = Parties::meet(&plan, side, Some(Arc::clone(&line))).await?;
            let lost_per_mille = 10 * lost_percent;
            line.set(Quality { delay: DELAY, jitter: Duration::ZERO, lost_per_mille, burst: 1, rate: 0 });
            tokio::time::sleep(LENGTH).await;
            let stream = parties.room.ask(false).await?.streams.into_iter().next().context("no sound")?;
            drop(parties);
            let concealed = stream.concealed_seconds / stream.sound_seconds;
            let speech = Speech { side, lost_percent, score: judge(&python, &speech, &heard)?, concealed };
            eprintln!("  sound: {speech:?}");
            all.push(speech);
        }
    }
    Ok(all)
}

/// Makes the file if there is none. eSpeak NG is a Debian package.
fn speech(folder: &Path) -> Result<PathBuf> {
    let file = folder.join("speech.wav");
    if !file.is_file() {
        let mut command = Command::new("espeak-ng");
        command.args(["-v", "en-us+f3", "-s", "150", "-w"]).arg(&file).arg(SENTENCES);
        ensure!(command.status().context("espeak-ng is needed")?.success(), "espeak-ng failed");
    }
    Ok(file)
}

/// An interpreter of its own with PESQ.
fn python(folder: &Path) -> Result<PathBuf> {
    let home = folder.join("pesq");
    let python = home.join("bin").join("python");
    if !python.is_file() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&home).status()?;
        ensure!(made.success(), "python3-venv is needed");
    }
    let packages = ["-m", "pip", "install", "--quiet", "pesq==0.0.4", "scipy"];
    ensure!(Command::new(&python).args(packages).status()?.success(), "PESQ cannot be installed");
    Ok(python)
}

fn judge(python: &Path, speech: &Path, heard: &Path) -> Result<Score> {
    let output = Command::new(python).args(["-c", SCRIPT]).arg(speech).arg(heard).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Writes down what is played, on a thread of its own, until the process ends: raw 32-bit floats.
pub(super) fn record(playout: &Playout, file: &Path) -> Result<()> {
    let mut played: EchoReference = playout.reference();
    let mut out = BufWriter::new(File::create(file)?);
    std::thread::Builder::new().name("record".into()).spawn(move || {
        loop {
            while let Some(frame) = played.take() {
                let bytes: Vec<u8> = frame.iter().flat_map(|sample| sample.to_le_bytes()).collect();
                if out.write_all(&bytes).and_then(|()| out.flush()).is_err() {
                    return;
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    })?;
    Ok(())
}
