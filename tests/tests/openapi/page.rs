//! The methods that the protocol page has and the OpenAPI file lacks. Their answers have the form of the others'.

use super::file::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The codes with another status than 400.
const NOT_400: [&str; 6] = [
    "UNKNOWN_ERROR",
    "UNAUTHORIZED",
    "EXPIRED_TOKEN",
    "ACCESS_TOKEN_NOT_FOUND",
    "EXPECT_ACCESS_TOKEN",
    "EXPECT_CONFERENCE_TOKEN",
];

/// Adds them to those of the file.
pub fn add_to(operations: &mut BTreeMap<String, Operation>, codes: &[String]) {
    let codes: Vec<_> = codes.iter().filter(|code| !NOT_400.contains(&code.as_str())).collect();
    let text = json!({"type": "string"});
    let token = ("access_token", text.clone());
    let seconds = json!({"type": "integer", "minimum": 1, "maximum": 2_678_400});
    for (name, fields) in [
        ("pause", vec![token.clone()]),
        ("resume", vec![token.clone()]),
        ("otp_send", vec![token.clone()]),
        ("otp_verify", vec![token.clone(), ("code", text)]),
        ("move", vec![token.clone(), ("scheduledStart", json!({"type": "string", "format": "date-time"}))]),
        ("resize", vec![token.clone(), ("scheduledDurationSeconds", seconds)]),
        ("update_info", vec![token, ("isOpen", json!({"type": "boolean"}))]),
    ] {
        let mut answers = operations["finish"].answers.clone();
        answers.get_mut(&400).unwrap()["properties"]["status"]["enum"] = json!(codes);
        let codes_of_401 = &mut answers.get_mut(&401).unwrap()["properties"]["status"]["enum"];
        codes_of_401.as_array_mut().unwrap().push(json!("UNAUTHORIZED"));
        let required: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        let properties: serde_json::Map<String, Value> =
            fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
        let request = json!({"type": "object", "required": required, "properties": properties});
        operations.insert(name.to_owned(), Operation { request, answers });
    }
}
