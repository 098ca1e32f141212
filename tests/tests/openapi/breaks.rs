//! Broken values, made from a schema and a good value: each field missing, null, of each wrong type, out of each limit.

use serde_json::{Value, json};

/// One value that differs from the good one in one place.
pub struct Break {
    /// What was done, as it is called in `overruled.yaml`.
    pub kind: &'static str,
    /// Where, as the server says it: `conference_info.clients[0].id`.
    pub path: String,
    /// The field, without the way to it.
    pub field: String,
    /// The whole value.
    pub value: Value,
}

/// Everything that can be broken in `good`.
pub fn breaks(schema: &Value, good: &Value) -> Vec<Break> {
    let mut found = Vec::new();
    let place = Place { pointer: String::new(), path: String::new(), field: String::new() };
    object(schema, good, good, &place, &mut found);
    found
}

#[derive(Clone)]
struct Place {
    pointer: String,
    path: String,
    field: String,
}

impl Place {
    fn field(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            pointer: format!("{}/{name}", self.pointer),
            path: format!("{}{dot}{name}", self.path),
            field: name.to_owned(),
        }
    }

    fn first_item(&self) -> Self {
        let Self { pointer, path, field } = self;
        Self { pointer: format!("{pointer}/0"), path: format!("{path}[0]"), field: field.clone() }
    }

    fn with(&self, kind: &'static str, whole: &Value, value: Value) -> Break {
        let mut whole = whole.clone();
        *whole.pointer_mut(&self.pointer).unwrap() = value;
        Break { kind, path: self.path.clone(), field: self.field.clone(), value: whole }
    }

    fn without(&self, parent: &Self, whole: &Value) -> Break {
        let mut whole = whole.clone();
        whole.pointer_mut(&parent.pointer).unwrap().as_object_mut().unwrap().remove(&self.field);
        Break { kind: "missing", path: self.path.clone(), field: self.field.clone(), value: whole }
    }
}

fn object(schema: &Value, good: &Value, whole: &Value, place: &Place, found: &mut Vec<Break>) {
    let properties = schema["properties"].as_object().unwrap();
    for (name, schema) in properties.iter().filter(|(name, _)| good.get(name).is_some()) {
        let below = place.field(name);
        found.push(below.without(place, whole));
        value(schema, &good[name], whole, &below, found);
    }
}

fn value(schema: &Value, good: &Value, whole: &Value, place: &Place, found: &mut Vec<Break>) {
    let kind = schema["type"].as_str().unwrap();
    found.push(place.with("null", whole, Value::Null));
    for wrong in
        [json!(7), json!(1.5), json!(true), json!("text"), json!([]), json!([7]), json!({}), json!({"a": {}})]
    {
        if type_of(&wrong) != kind && !(kind == "integer" && wrong.is_number()) {
            found.push(place.with("type", whole, wrong));
        }
    }
    let mut with = |kind, value| found.push(place.with(kind, whole, value));
    match kind {
        "string" => texts(schema, good, with),
        "integer" => numbers(with),
        "array" => {
            with("type", json!([7]));
            with("type", json!([null]));
            with("type", json!([[good[0]]]));
            with("none", json!([]));
            with("many", std::iter::repeat_n(&good[0], 201).cloned().enumerate().map(numbered).collect());
            with("twice", json!([good[0], good[0]]));
            object(&schema["items"], &good[0], whole, &place.first_item(), found);
        }
        "object" => object(schema, good, whole, place, found),
        _ => {}
    }
}

fn numbered((index, mut item): (usize, Value)) -> Value {
    if item.get("id").is_some() && index > 0 {
        item["id"] = json!(format!("of-{index}"));
    }
    item
}

fn texts(schema: &Value, good: &Value, mut with: impl FnMut(&'static str, Value)) {
    if schema.get("enum").is_some() {
        let good = good.as_str().unwrap();
        for unknown in ["NO_SUCH_VALUE", "", "\u{0}", &format!("{good} "), &format!("x{good}")] {
            with("unknown", json!(unknown));
        }
        with("unknown", json!("x".repeat(1999)));
        with("long", json!("x".repeat(100_000)));
    } else if schema["format"] == "date-time" {
        for bad in BAD_DATES {
            with("format", json!(bad));
        }
        for far in ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"] {
            with("far", json!(far));
        }
    } else {
        with("empty", json!(""));
        with("long", json!("x".repeat(2001)));
        with("long", json!("\u{05d0}".repeat(50_000)));
        for odd in [
            "\u{0}",
            "\u{202e}\u{05d0}\u{1f468}\u{200d}\u{2695}\u{fe0f}",
            "'; DROP TABLE events; --",
            "<b>&\"",
            "%00",
        ] {
            with("odd", json!(odd));
        }
    }
}

const BAD_DATES: [&str; 12] = [
    "",
    "noon",
    "2026-11-21",
    "12:00:00Z",
    "2026-11-21 12:00",
    "2026-11-21T12:00:00",
    "2026-13-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-21T25:00:00Z",
    "2026-11-21T12:00:00+99:00",
    "20261121T120000Z",
    "1795262400",
];

fn numbers(mut with: impl FnMut(&'static str, Value)) {
    with("zero", json!(0));
    with("negative", json!(-1));
    with("negative", json!(i32::MIN));
    with("large", json!(i32::MAX));
    for beyond in
        [json!(i64::from(i32::MAX) + 1), json!(i64::MIN), json!(u64::MAX), json!(1e300), json!(-1e300)]
    {
        with("beyond", beyond);
    }
    for fraction in [json!(1.5), json!(1e-9), json!(600.000_1)] {
        with("fraction", fraction);
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
