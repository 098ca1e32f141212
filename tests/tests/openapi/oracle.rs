//! Asks the server and judges every answer by the OpenAPI file and the list of what overrules it.

use super::breaks::Break;
use super::file::{self, Operation};
use super::server::{Answer, Server};
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const OVERRULED: &str = include_str!("overruled.yaml");

#[derive(Deserialize)]
struct Overruled {
    answers: Vec<OtherAnswer>,
    values: Vec<OtherValue>,
    accepts: Vec<OtherInput>,
    refuses: Vec<OtherInput>,
}

#[derive(Deserialize)]
struct OtherAnswer {
    methods: Vec<String>,
    http: u16,
    codes: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
struct OtherValue {
    pointer: String,
    like: String,
    reason: String,
}

#[derive(Deserialize)]
struct OtherInput {
    fields: Vec<String>,
    breaks: Vec<String>,
    reason: String,
}

/// The server, the file, and what has been seen of both.
pub struct Oracle {
    pub server: Server,
    operations: BTreeMap<String, Operation>,
    validators: BTreeMap<(String, u16), Validator>,
    overruled: Overruled,
    used: BTreeSet<String>,
    wrong: Vec<String>,
    tried: usize,
}

impl Oracle {
    pub fn new(server: Server, operations: BTreeMap<String, Operation>) -> Self {
        let validators = operations.iter().flat_map(|(name, operation)| {
            operation.answers.iter().map(|(http, schema)| ((name.clone(), *http), file::validator(schema)))
        });
        let validators = validators.collect();
        let overruled = serde_saphyr::from_str(OVERRULED).unwrap();
        Self { server, operations, validators, overruled, used: BTreeSet::new(), wrong: Vec::new(), tried: 0 }
    }

    /// The schema of a method's input.
    pub fn request(&self, method: &str) -> &Value {
        &self.operations[method].request
    }

    /// The names of the methods.
    pub fn methods(&self) -> Vec<String> {
        self.operations.keys().cloned().collect()
    }

    /// Sends it, and judges the answer.
    pub async fn ask(&mut self, method: &str, input: &Value) -> Answer {
        let answer = self.server.call(method, input).await;
        self.tried += 1;
        if let Err(problem) = self.judge(method, &answer) {
            self.complain(method, input, &answer, &problem);
        }
        answer
    }

    /// Sends a token, and judges the answer, which must have this code.
    pub async fn says(&mut self, method: &str, token: &str, code: &str) -> Value {
        let input = json!({ "access_token": token });
        let answer = self.ask(method, &input).await;
        if answer.code() != code {
            self.complain(method, &input, &answer, &format!("expected {code}"));
        }
        answer.body
    }

    /// Sends a token; it must go well, and lead to this status.
    pub async fn moves(&mut self, method: &str, token: &str, status: &str) {
        let body = self.says(method, token, "OK").await;
        assert_eq!(body["newConferenceStatus"], status, "{method}");
    }

    /// Sends broken input, and judges whether it was taken or refused as the schema says, and the field was named.
    pub async fn breaks(&mut self, method: &str, broken: &Break) {
        let is_good = file::validator(self.request(method)).is_valid(&broken.value);
        let answer = self.ask(method, &broken.value).await;
        let is_taken = answer.http == 200;
        let list = if is_taken { &self.overruled.accepts } else { &self.overruled.refuses };
        if is_good != is_taken {
            let entry = list.iter().position(|entry| {
                entry.fields.contains(&broken.field) && entry.breaks.iter().any(|kind| kind == broken.kind)
            });
            let Some(entry) = entry else {
                let problem = format!("{} is {}, taken: {is_taken}", broken.path, broken.kind);
                return self.complain(method, &broken.value, &answer, &problem);
            };
            let list = if is_taken { "accepts" } else { "refuses" };
            self.used.insert(format!("{list} {entry} {}", broken.field));
            self.used.insert(format!("{list} {entry} {}", broken.kind));
        }
        if !is_taken && !names(&answer, broken) {
            self.complain(method, &broken.value, &answer, &format!("{} is not named", broken.path));
        }
    }

    fn complain(&mut self, method: &str, input: &Value, answer: &Answer, problem: &str) {
        let input: String = input.to_string().chars().take(2000).collect();
        self.wrong.push(format!("{method} {input}\n  {} {}\n  {problem}", answer.http, answer.body));
    }

    fn judge(&mut self, method: &str, answer: &Answer) -> Result<(), String> {
        let Err(problem) = self.validate(method, answer.http, &answer.body) else { return Ok(()) };
        if answer.http == 200 {
            return self.judge_values(method, &answer.body);
        }
        let code = answer.code();
        let is_of_method = |entry: &OtherAnswer| entry.methods.iter().any(|one| one == method);
        let fits =
            |entry: &OtherAnswer| entry.http == answer.http && entry.codes.iter().any(|one| one == code);
        let entry = self.overruled.answers.iter().position(|entry| is_of_method(entry) && fits(entry));
        let Some(entry) = entry else { return Err(problem) };
        self.used.insert(format!("answers {entry} {method} {code}"));
        // Beside the code, the body must be as that of a code that is declared.
        let schemas = &self.operations[method].answers;
        let like = if schemas.contains_key(&answer.http) { method } else { "create" };
        let mut as_declared = answer.body.clone();
        as_declared["status"] =
            self.operations[like].answers[&answer.http]["properties"]["status"]["enum"][0].clone();
        self.validate(like, answer.http, &as_declared)
    }

    fn judge_values(&mut self, method: &str, body: &Value) -> Result<(), String> {
        let with = |but: Option<usize>| {
            let mut body = body.clone();
            for (_, entry) in
                self.overruled.values.iter().enumerate().filter(|(entry, _)| Some(*entry) != but)
            {
                body.pointer_mut(&entry.pointer).into_iter().for_each(|value| *value = json!(entry.like));
            }
            body
        };
        self.validate(method, 200, &with(None))?;
        let needed = |entry: &usize| self.validate(method, 200, &with(Some(*entry))).is_err();
        let needed: Vec<usize> = (0..self.overruled.values.len()).filter(needed).collect();
        self.used.extend(needed.into_iter().map(|entry| format!("values {entry}")));
        Ok(())
    }

    fn validate(&self, method: &str, http: u16, body: &Value) -> Result<(), String> {
        let validator = self.validators.get(&(method.to_owned(), http));
        let validator = validator.ok_or_else(|| format!("{http} is not declared"))?;
        validator.validate(body).map_err(|error| format!("{}: {error}", error.instance_path()))
    }

    /// How many were sent; fails when an answer was wrong or an entry of the list is not needed any more.
    pub fn close(self) -> (Server, usize) {
        let mut wrong = self.wrong;
        let Overruled { answers, values, accepts, refuses } = &self.overruled;
        let of_answers = answers.iter().enumerate().flat_map(|(entry, all)| {
            let codes = move |method| all.codes.iter().map(move |code| (entry, method, code, &all.reason));
            all.methods.iter().flat_map(codes)
        });
        let mut listed: Vec<(String, &str)> = of_answers
            .map(|(entry, method, code, reason)| {
                (format!("answers {entry} {method} {code}"), reason.as_str())
            })
            .collect();
        listed.extend(
            values.iter().enumerate().map(|(entry, all)| (format!("values {entry}"), all.reason.as_str())),
        );
        for (list, entries) in [("accepts", accepts), ("refuses", refuses)] {
            for (entry, all) in entries.iter().enumerate() {
                let names = all.fields.iter().chain(&all.breaks);
                listed.extend(names.map(|name| (format!("{list} {entry} {name}"), all.reason.as_str())));
            }
        }
        let unused = listed.into_iter().filter(|(entry, _)| !self.used.contains(entry));
        wrong.extend(unused.map(|(entry, reason)| format!("not needed: {entry} ({reason})")));
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), self.tried, wrong.join("\n"));
        (self.server, self.tried)
    }
}

/// Whether the answer says which field was wrong. A wrong token or key has its own codes for that.
fn names(answer: &Answer, broken: &Break) -> bool {
    let list = |name: &str| answer.body[name].as_array().cloned().unwrap_or_default();
    match answer.code() {
        "EXPECT_REQUEST_FIELDS" => {
            list("expect_fields").iter().any(|field| broken.path.ends_with(field.as_str().unwrap()))
        }
        "VALIDATION_ERROR" => list("errors").iter().any(|error| {
            let path = error["path"].as_str().unwrap();
            path.starts_with(&broken.path)
        }),
        "USER_SHOULD_BE_IN_CONFERENCE" => true,
        _ => answer.http == 401,
    }
}
