//! `DATA/demo.json`: what `clinic-server --demo` writes once it serves, so that any client can be pointed at it.
//! A face that is not there yet is left out (protocols, README).

use crate::im::UserRole;
use consilium_model::{Role, Secret, UserId};
use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Demo {
    /// For example `http://127.0.0.1:8080`.
    pub base_url: String,
    /// The MedMe face.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medme: Option<MedMe>,
    /// The messenger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub im: Option<Im>,
    /// The `TrueConf` face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trueconf: Option<TrueConf>,
    /// The xAssist face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xassist: Option<XAssist>,
    /// The specialists' own sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Home>,
    /// The Coviu face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coviu: Option<Coviu>,
    /// A link for each participant of the demo's visits.
    pub links: Vec<DemoLink>,
}

/// How to reach the MedMe face.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MedMe {
    /// `…/meets/v1`.
    pub endpoint: String,
    /// `ws://…/meets/v1/ws`.
    pub ws: String,
    /// The key for `create`.
    pub api_key: Secret,
}

/// How to reach the messenger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Im {
    /// `…/api/v2`.
    pub endpoint: String,
    /// `ws://…/api/v2/ws`.
    pub ws: String,
    /// The made-up people.
    pub users: Vec<ImUser>,
}

/// How to reach the `TrueConf` face.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrueConf {
    /// What `/oauth2/v1` and `/api/v3.11` come behind.
    pub server: String,
    /// For `/oauth2/v1/token`.
    pub client_id: String,
    /// For `/oauth2/v1/token`.
    pub client_secret: Secret,
    /// The specialist whose conferences they may be.
    pub owner: UserId,
}

/// How to reach the xAssist face.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct XAssist {
    /// What `/auth` and `/rtc` come behind.
    pub server: String,
    /// For `/auth/login`.
    pub domain: String,
    /// For `/auth/login`.
    pub user_id: UserId,
    /// For `/auth/login`.
    pub password: Secret,
}

/// Somebody who may log in to the messenger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImUser {
    /// For `/users/login`.
    pub user_id: UserId,
    /// Doctor or patient.
    pub role: UserRole,
    /// For `/users/login`.
    pub password: Secret,
}

/// How the demo's specialists sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Home {
    /// `…/home/v1`.
    pub endpoint: String,
    /// The made-up specialists.
    pub users: Vec<HomeUser>,
}

/// A specialist of the demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HomeUser {
    /// For the sign-in form.
    pub user_id: String,
    /// For the sign-in form.
    pub password: Secret,
    /// `consilium://sign-in?…`, which works once.
    pub sign_in_link: Secret,
}

/// How to reach the Coviu face.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Coviu {
    /// `…/v1`.
    pub endpoint: String,
    /// The key of the demo's API client.
    pub api_key: String,
    /// Its secret.
    pub key_secret: Secret,
    /// The specialist whose sessions it schedules.
    pub user_id: UserId,
}

/// A participant's links.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoLink {
    /// `specialist` or `patient`.
    pub role: DemoRole,
    /// The participant's made-up name.
    pub name: String,
    /// Which visit of the demo: links with the same value lead to the same visit.
    pub visit: String,
    /// `consilium://visit?…`
    pub deep_link: Secret,
    /// `http://…/visit?…`
    pub web_link: Secret,
}

/// The role in words of the demo file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DemoRole {
    /// A specialist.
    Specialist,
    /// A patient.
    Patient,
}

impl From<Role> for DemoRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Client => Self::Patient,
            Role::Specialist => Self::Specialist,
        }
    }
}
