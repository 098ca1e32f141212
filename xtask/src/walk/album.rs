//! One page with all pictures of a walk, to leaf through.

use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Writes `folder/index.html`: a row for each picture, a column for each language.
pub(super) fn write(folder: &Path) -> Result<()> {
    let languages: Vec<String> =
        ["ru", "en", "he"].into_iter().filter(|tag| folder.join(tag).is_dir()).map(str::to_owned).collect();
    let mut names: Vec<String> = Vec::new();
    for language in &languages {
        for entry in fs::read_dir(folder.join(language))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.sort();
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>Screens</title>\
         <style>body{font:14px sans-serif}figure{display:inline-block;margin:8px;width:31%}img{width:100%}</style>\n",
    );
    for name in &names {
        for language in &languages {
            write!(
                page,
                "<figure><img src=\"{language}/{name}\" loading=lazy><figcaption>{language} {name}</figcaption></figure>"
            )?;
        }
        page.push('\n');
    }
    let file = folder.join("index.html");
    fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{} pictures: {}", names.len() * languages.len(), file.display());
    Ok(())
}
