//! The keychain, for real: a session bus and a keyring of its own. Skipped where there is no keyring to start.
#![allow(clippy::unwrap_used)]

use consilium_client::{Kept, Keychain, KeychainError, MemoryStore, SystemKeychain, TokenStore};
use consilium_model::Secret;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Set for the inner run of a scenario, inside its own session bus.
const INNER: &str = "CONSILIUM_KEYCHAIN_SCENARIO";
const UNLOCKED: &str = "echo -n pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null; ";

fn installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Runs `test` of this file again, in a session bus where `before` has been run.
fn in_a_session(test: &str, before: &str) {
    if !installed("gnome-keyring-daemon") || !installed("dbus-run-session") {
        println!("skipped: gnome-keyring-daemon or dbus-run-session is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let script = format!("{before}exec '{}' --exact {test} --nocapture", this.display());
    let status = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .env(INNER, test)
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("DISPLAY")
        .status()
        .unwrap();
    assert!(status.success(), "the inner run failed");
}

fn is_inner() -> bool {
    std::env::var_os(INNER).is_some()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// What every store has to do.
async fn keeps_and_forgets(store: &dyn TokenStore) {
    let (anna, boris) = ("https://clinic.example", "https://клиника.example/филиал");
    assert_eq!(store.load(anna).await, Ok(None));
    assert_eq!(store.forget(anna).await, Ok(()));
    store.save(anna, &"one".into()).await.unwrap();
    store.save(boris, &"пароль סוד".into()).await.unwrap();
    store.save(anna, &"two".into()).await.unwrap();
    assert_eq!(store.load(anna).await, Ok(Some("two".into())));
    assert_eq!(store.load(boris).await, Ok(Some("пароль סוד".into())));
    store.forget(anna).await.unwrap();
    assert_eq!(store.load(anna).await, Ok(None));
    assert_eq!(store.load(boris).await, Ok(Some("пароль סוד".into())));
    store.forget(boris).await.unwrap();
}

#[test]
fn memory_keeps_and_forgets() {
    block_on(keeps_and_forgets(&MemoryStore::default()));
}

#[test]
fn the_system_keychain_keeps_and_forgets() {
    if !is_inner() {
        return in_a_session("the_system_keychain_keeps_and_forgets", UNLOCKED);
    }
    block_on(async {
        keeps_and_forgets(&SystemKeychain::new()).await;

        // What one keychain keeps, the next run of the app finds.
        assert_eq!(Keychain::system().save("clinic", &"kept".into()).await, Kept::InKeychain);
        assert_eq!(Keychain::system().load("clinic").await, Ok(Some("kept".into())));
        let found = Command::new("secret-tool")
            .args(["lookup", "service", "Consilium", "username", "clinic"])
            .output();
        match found {
            Ok(output) => assert_eq!(output.stdout, b"kept"),
            Err(_) => println!("skipped in part: secret-tool is not installed"),
        }
    });
}

#[test]
fn without_a_service_a_sign_in_lasts_until_the_end() {
    if !is_inner() {
        return in_a_session(
            "without_a_service_a_sign_in_lasts_until_the_end",
            "unset DBUS_SESSION_BUS_ADDRESS; ",
        );
    }
    block_on(async {
        let keychain = Keychain::system();
        assert_eq!(keychain.load("clinic").await, Err(KeychainError::Missing));
        assert_eq!(keychain.save("clinic", &"kept".into()).await, Kept::UntilExit(KeychainError::Missing));
        assert_eq!(keychain.load("clinic").await, Ok(Some("kept".into())));
    });
}

#[test]
fn a_locked_keychain_is_told_in_time() {
    if !is_inner() {
        let locked = "gnome-keyring-daemon --start --components=secrets >/dev/null; ";
        return in_a_session("a_locked_keychain_is_told_in_time", locked);
    }
    block_on(async {
        let keychain = Keychain::system();
        assert_eq!(keychain.save("clinic", &"kept".into()).await, Kept::UntilExit(KeychainError::Locked));
        assert_eq!(keychain.load("clinic").await, Ok(Some("kept".into())));
        assert!(KeychainError::Locked.is_retryable());
    });
}

#[test]
fn a_secret_of_this_run_goes_before_the_kept_one_and_is_forgotten_with_it() {
    block_on(async {
        let lasting = Arc::new(MemoryStore::default());
        let keychain = Keychain::over(lasting.clone());
        assert_eq!(keychain.save("clinic", &"kept".into()).await, Kept::InKeychain);
        assert_eq!(lasting.load("clinic").await, Ok(Some(Secret::from("kept"))));
        keychain.forget("clinic").await.unwrap();
        assert_eq!(lasting.load("clinic").await, Ok(None));
        assert_eq!(keychain.load("clinic").await, Ok(None));
    });
}
