//! The system's own dialogs for files: which to send, and where to save one. They open over the window and block
//! nothing; the answer comes when the user gives it.

use consilium_l10n::{Catalog, Message};
use consilium_model::{Locale, Secret};
use std::path::PathBuf;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// The longest name that is proposed, in characters: file systems take 255 bytes.
const NAME: usize = 80;

/// Lets the user choose files.
pub(crate) fn choose_files(window: &WebviewWindow, locale: Locale, answer: oneshot::Sender<Vec<PathBuf>>) {
    let title = Catalog::new().text(locale, &Message::DialogFiles);
    system::open(window, title, answer);
}

/// Lets the user choose where to save a file, with a name to begin with.
pub(crate) fn choose_place(
    window: &WebviewWindow,
    locale: Locale,
    name: &Secret,
    answer: oneshot::Sender<Option<PathBuf>>,
) {
    let title = Catalog::new().text(locale, &Message::DialogPlace);
    system::save(window, title, file_name(name.expose()), answer);
}

/// A name that another person gave, as one that any file system takes and that shows what it is: no folders, nothing
/// hidden, nothing that turns the ending around (Unicode TR 36, section 2.5).
fn file_name(name: &str) -> String {
    let harmless = |c: char| match c {
        '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => Some('_'),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    };
    let name: String = name.chars().filter_map(harmless).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() < 10 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    stem.chars().take(NAME).collect::<String>() + &ending
}

/// GTK's chooser, which asks the desktop's portal where there is one and shows its own dialog elsewhere.
#[cfg(target_os = "linux")]
mod system {
    use gtk::prelude::*;
    use gtk::{FileChooserAction, FileChooserNative, ResponseType};
    use std::path::PathBuf;
    use tauri::WebviewWindow;
    use tokio::sync::oneshot;

    pub(super) fn open(window: &WebviewWindow, title: String, answer: oneshot::Sender<Vec<PathBuf>>) {
        ask(window, title, FileChooserAction::Open, String::new(), |chosen| {
            // Whoever asked is gone.
            let _ = answer.send(chosen);
        });
    }

    pub(super) fn save(
        window: &WebviewWindow,
        title: String,
        name: String,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        ask(window, title, FileChooserAction::Save, name, |chosen| {
            let _ = answer.send(chosen.into_iter().next());
        });
    }

    fn ask(
        window: &WebviewWindow,
        title: String,
        action: FileChooserAction,
        name: String,
        answer: impl FnOnce(Vec<PathBuf>) + Send + 'static,
    ) {
        let parent = window.clone();
        let dialog = move || {
            let parent = parent.gtk_window();
            gtk::glib::MainContext::default().spawn_local(async move {
                let dialog = FileChooserNative::new(Some(&title), parent.as_ref().ok(), action, None, None);
                dialog.set_modal(true);
                match action {
                    FileChooserAction::Save => {
                        dialog.set_do_overwrite_confirmation(true);
                        dialog.set_current_name(&name);
                    }
                    _ => dialog.set_select_multiple(true),
                }
                let response = dialog.run_future().await;
                answer(if response == ResponseType::Accept { dialog.filenames() } else { Vec::new() });
                dialog.destroy();
            });
        };
        // The application is closing: then nobody is asked.
        let _ = window.run_on_main_thread(dialog);
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::path::PathBuf;
    use tauri::WebviewWindow;
    use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};
    use tokio::sync::oneshot;

    pub(super) fn open(window: &WebviewWindow, title: String, answer: oneshot::Sender<Vec<PathBuf>>) {
        dialog(window, title).pick_files(|chosen| {
            let paths = chosen.into_iter().flatten().filter_map(|file| file.into_path().ok());
            // Whoever asked is gone.
            let _ = answer.send(paths.collect());
        });
    }

    pub(super) fn save(
        window: &WebviewWindow,
        title: String,
        name: String,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        dialog(window, title).set_file_name(name).save_file(|chosen| {
            let _ = answer.send(chosen.and_then(|file| file.into_path().ok()));
        });
    }

    fn dialog(window: &WebviewWindow, title: String) -> FileDialogBuilder<tauri::Wry> {
        window.dialog().file().set_parent(window).set_title(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_only_a_name() {
        for (given, proposed) in [
            ("Лекарства на ноябрь.pdf", "Лекарства на ноябрь.pdf"),
            ("../../.bashrc", "_.._.bashrc"),
            ("C:\\Windows\\x.dll", "C__Windows_x.dll"),
            ("bill\u{202e}fdp.exe", "billfdp.exe"),
            (".hidden", "hidden"),
            ("a\0b\n.png ", "ab.png"),
        ] {
            assert_eq!(file_name(given), proposed);
        }
        let long = file_name(&format!("{}.jpeg", "ש".repeat(300)));
        assert!(long.ends_with(".jpeg") && long.len() <= 255);
    }

    proptest! {
        #[test]
        fn whatever_is_given_stays_in_the_folder(given in "[./\\\\a-z\u{202e}\\x00-\\x1f]{0,300}|\\PC{0,300}") {
            let name = file_name(&given);
            prop_assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'));
            prop_assert!(name.chars().count() <= NAME + 10);
        }
    }
}
