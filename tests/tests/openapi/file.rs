//! The OpenAPI file, read for a test: references put in place, OpenAPI 3.0 turned into JSON Schema.
//!
//! Its references point to `components/errorResponses` and `components/requests`, which OpenAPI does not know; they
//! are followed here like any other.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const TEXT: &str = include_str!("../../medme-openapi.yaml");

/// One method of the protocol.
pub struct Operation {
    /// The schema of the query or the body.
    pub request: Value,
    /// What may be answered, by HTTP status.
    pub answers: BTreeMap<u16, Value>,
}

/// Every method of the file, by its name.
pub fn operations() -> BTreeMap<String, Operation> {
    let file: Value = serde_saphyr::from_str(TEXT).unwrap();
    let paths = file["paths"].as_object().unwrap();
    let operations = paths.iter().map(|(path, methods)| {
        let (http_method, operation) = methods.as_object().unwrap().iter().next().unwrap();
        let operation = in_place(operation, &file);
        (path.trim_start_matches('/').to_owned(), Operation::read(http_method == "get", &operation))
    });
    operations.collect()
}

/// All error codes, as the introduction of the file lists them.
pub fn codes() -> Vec<String> {
    let file: Value = serde_saphyr::from_str(TEXT).unwrap();
    let lines = file["info"]["description"].as_str().unwrap().lines();
    let codes = lines.filter_map(|line| line.trim().strip_prefix("* `")?.strip_suffix('`'));
    codes.filter(|code| code.to_uppercase() == **code).map(str::to_owned).collect()
}

impl Operation {
    fn read(is_get: bool, operation: &Value) -> Self {
        let request = if is_get {
            of_query(&operation["parameters"])
        } else {
            schema(&operation["requestBody"]["content"]["application/json"]["schema"])
        };
        let answers = operation["responses"].as_object().unwrap().iter().map(|(http, answer)| {
            (http.parse().unwrap(), schema(&answer["content"]["application/json"]["schema"]))
        });
        Self { request, answers: answers.collect() }
    }
}

/// A validator that checks formats too.
pub fn validator(schema: &Value) -> Validator {
    jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true).build(schema).unwrap()
}

fn of_query(parameters: &Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in parameters.as_array().unwrap() {
        properties.insert(parameter["name"].as_str().unwrap().to_owned(), schema(&parameter["schema"]));
        if parameter["required"] == true {
            required.push(parameter["name"].clone());
        }
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// The value with every reference replaced by what it points to. The file has no circles.
fn in_place(value: &Value, file: &Value) -> Value {
    match value {
        Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = file.pointer(reference.trim_start_matches('#'));
                in_place(target.unwrap_or_else(|| panic!("{reference} leads nowhere")), file)
            }
            None => object.iter().map(|(name, value)| (name.clone(), in_place(value, file))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| in_place(item, file)).collect(),
        plain => plain.clone(),
    }
}

/// An OpenAPI 3.0 schema as JSON Schema. The file says of `status` that its default is meant as a constant.
fn schema(openapi: &Value) -> Value {
    assert!(openapi.is_object(), "a schema is missing");
    let mut schema = openapi.clone();
    into_json_schema(&mut schema);
    schema
}

fn into_json_schema(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    if let Some(constant) = object.get("properties").and_then(|all| all["status"].get("default")).cloned() {
        object["properties"]["status"]["enum"] = json!([constant]);
    }
    if object.get("format").is_some_and(|format| format == "int32") {
        object.insert("minimum".into(), i32::MIN.into());
        object.insert("maximum".into(), i32::MAX.into());
    }
    if object.remove("nullable") == Some(Value::Bool(true)) {
        let kind = object["type"].clone();
        object.insert("type".into(), json!([kind, "null"]));
    }
    for (name, below) in object.iter_mut() {
        match (name.as_str(), below) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(into_json_schema),
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => parts.iter_mut().for_each(into_json_schema),
            ("items", items) => into_json_schema(items),
            _ => {}
        }
    }
}
