//! Reminders to a program of the clinic's own, which writes a mail or a text message: JSON on its standard input, one
//! run a reminder. Exit code 0 means that it has taken it.

use super::notifier::{NotTold, Notifier, Reminder};
use crate::config::SECRET_VARIABLES;
use async_trait::async_trait;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// So many run at a time.
const AT_ONCE: usize = 4;
/// One that takes longer is stopped.
const LONGEST: Duration = Duration::from_secs(30);
/// The pauses between the tries.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(30)];

/// A program that is started for each reminder.
pub(super) struct Program {
    path: PathBuf,
    turns: Semaphore,
    pauses: [Duration; 2],
}

impl Program {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, turns: Semaphore::new(AT_ONCE), pauses: PAUSES }
    }

    async fn try_once(&self, input: &[u8]) -> Result<(), NotTold> {
        let _turn = self.turns.acquire().await.expect("the semaphore is never closed");
        let mut command = Command::new(&self.path);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        for name in SECRET_VARIABLES {
            command.env_remove(name);
        }
        let mut child = command.spawn().map_err(|error| {
            tracing::warn!(kind = ?error.kind(), "the program for reminders cannot be started");
            NotTold
        })?;
        let mut stdin = child.stdin.take().expect("it was piped");
        let run = async {
            // One that does not read its input may still have done its work: its exit code says.
            let _ = stdin.write_all(input).await;
            drop(stdin);
            child.wait().await
        };
        match timeout(LONGEST, run).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            _ => Err(NotTold),
        }
    }
}

#[async_trait]
impl Notifier for Program {
    async fn tell(&self, reminder: &Reminder) -> Result<(), NotTold> {
        let mut input = serde_json::to_vec(reminder).expect("a reminder has string keys only");
        input.push(b'\n');
        for pause in self.pauses {
            if self.try_once(&input).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
        }
        let told = self.try_once(&input).await;
        if told.is_err() {
            tracing::warn!("the program for reminders has taken none");
        }
        told
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use consilium_model::UserId;
    use std::os::unix::fs::PermissionsExt;

    fn reminder() -> Reminder {
        Reminder {
            event: "reminder",
            id: "r".to_owned(),
            user_id: UserId::from("patient:7"),
            session_id: "s".to_owned(),
            count: 2,
            link: None,
        }
    }

    fn program(folder: &tempfile::TempDir, script: &str) -> Program {
        let path = folder.path().join("program");
        std::fs::write(&path, format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        Program { pauses: [Duration::from_millis(1); 2], ..Program::new(path) }
    }

    #[tokio::test]
    async fn gets_json_and_says_by_its_exit_code_whether_it_has_taken_it() {
        let folder = tempfile::tempdir().unwrap();
        let taker = program(&folder, "cat > got; test -e second || { touch second; exit 1; }");
        assert_eq!(taker.tell(&reminder()).await, Ok(()), "the second time");
        let got = std::fs::read_to_string(folder.path().join("got")).unwrap();
        let expected = r#"{"event":"reminder","id":"r","user_id":"patient:7","session_id":"s","count":2}"#;
        assert_eq!(got.trim_end(), expected);
    }

    #[tokio::test]
    async fn one_that_takes_none_or_is_not_there_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let refuser = program(&folder, "echo x >> tries; exit 3");
        assert_eq!(refuser.tell(&reminder()).await, Err(NotTold));
        assert_eq!(std::fs::read_to_string(folder.path().join("tries")).unwrap().lines().count(), 3);
        let nobody = Program { path: folder.path().join("nothing"), ..refuser };
        assert_eq!(nobody.tell(&reminder()).await, Err(NotTold));
    }
}
