//! The WebSocket `/meets/v1/ws`: JSON text frames, told apart by `path`.

use consilium_model::{Secret, Status};
use serde::{Deserialize, Serialize};

/// What a client sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "path", rename_all = "snake_case")]
pub enum FromClient {
    /// On open: which conference, on whose behalf.
    Handshake {
        /// The access token.
        at: Secret,
    },
    /// Asks for a status.
    ChangeStatus {
        /// The access token.
        at: Secret,
        /// The wanted status.
        #[serde(rename = "newStatus")]
        new_status: Status,
    },
}

/// What the server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "path", rename_all = "snake_case")]
pub enum FromServer {
    /// The conference has a new status.
    ChangeStatusCallback {
        /// The status now.
        #[serde(rename = "newStatus")]
        new_status: Status,
    },
    /// The conference's information has changed: read it again.
    ChangeConfInfoCallback,
}
