//! Signing in by hand, coming back without signing in, signing out for good.

use super::open;
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::Place;
use anyhow::Result;

pub(super) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, Language::En).await?;
    let (user, password) = clinic.login()?;
    let place = Place::new("specialist", &guard)?;
    let window = open(&place, programs, None).await?;
    window.find("[data-screen='sign-in']").await?;
    for (field, text) in [("server", clinic.base_url()), ("login", user), ("password", "not the password")] {
        window.type_into(&format!("[data-testid='{field}']"), text).await?;
    }
    window.click("[data-testid='sign-in']").await?;
    window.find("[data-problem='wrong-password']").await?;
    window.type_into("[data-testid='password']", password).await?;
    window.click("[data-testid='sign-in']").await?;
    window.find("[data-screen='home'] [data-testid='visit-row']").await?;
    window.close().await;
    let window = open(&place, programs, None).await?;
    window.find("[data-screen='home'] [data-testid='visit-row']").await?;
    window.click("[data-testid='sign-out']").await?;
    window.find("[data-screen='sign-in']").await?;
    window.close().await;
    let window = open(&place, programs, None).await?;
    window.find("[data-screen='sign-in']").await?;
    window.close().await;
    Ok(())
}
