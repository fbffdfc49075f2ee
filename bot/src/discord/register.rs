//! Registers all commands at Discord in one request, and only if they differ from the registered ones.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use runtime::client::{Answered, NoAnswer};
use runtime::secret::Secret;
use serde_json::{Value, json};

use super::deliver::{USER_AGENT, bearer};
use crate::outgoing::Outgoing;
use crate::registration::{compact, discord_commands};

/// The difference of one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Discord has the same.
    Same,
    /// Discord has another version.
    Changed,
    /// Discord does not have it.
    New,
    /// Only Discord has it.
    Gone,
}

impl Difference {
    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Difference::Same => "same",
            Difference::Changed => "changed",
            Difference::New => "new",
            Difference::Gone => "gone",
        }
    }
}

/// The application and the guild of the registration.
#[derive(Debug)]
pub struct Registrar<'a> {
    /// The client for Discord's API.
    pub outgoing: &'a Outgoing,
    /// The application's id.
    pub application: &'a str,
    /// The bot's token.
    pub token: &'a Secret,
    /// The only guild, where a change shows at once; all guilds without one.
    pub guild: Option<&'a str>,
}

/// The commands were not registered.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// Discord refused.
    #[error("Discord answered {status}: {text}")]
    Refused {
        /// The status.
        status: u16,
        /// The beginning of its body.
        text: String,
    },
    /// Discord's answer is no list of commands.
    #[error("Discord’s answer cannot be read")]
    Unreadable,
    /// Discord did not answer.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

impl Registrar<'_> {
    /// Compares, and registers all commands if one differs; with `only_try` it only compares.
    ///
    /// # Errors
    /// [`NotRegistered`].
    pub async fn register(
        &self,
        only_try: bool,
    ) -> Result<Vec<(String, Difference)>, NotRegistered> {
        let wanted = discord_commands();
        let differences = compare(&self.ask(Method::GET, None).await?, &wanted);
        let differs = differences.iter().any(|(_, difference)| *difference != Difference::Same);
        if differs && !only_try {
            self.ask(Method::PUT, Some(&wanted)).await?;
        }
        Ok(differences)
    }

    async fn ask(&self, method: Method, body: Option<&Value>) -> Result<Value, NotRegistered> {
        let base = &self.outgoing.bases.discord;
        let place = match self.guild {
            Some(guild) => {
                format!("{base}/applications/{}/guilds/{guild}/commands", self.application)
            }
            None => format!("{base}/applications/{}/commands", self.application),
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::AUTHORIZATION, bearer(self.token)?);
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.outgoing.send(method, &place, &headers, body).await?;
        if !answer.is_ok() {
            return Err(NotRegistered::Refused { status: answer.status, text: text(&answer) });
        }
        serde_json::from_slice(&answer.body).map_err(|_| NotRegistered::Unreadable)
    }
}

/// The first words of an answer, on one line.
fn text(answer: &Answered) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

/// The differences, in the order of the names.
#[must_use]
pub fn compare(has: &Value, wanted: &Value) -> Vec<(String, Difference)> {
    let by_name = |list: &Value| -> BTreeMap<String, Value> {
        let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let one = |command: &Value| {
            let kind = command.get("type").and_then(Value::as_u64).unwrap_or(1);
            let name = command.get("name").and_then(Value::as_str).unwrap_or_default();
            let name = if kind == 1 { format!("/{name}") } else { name.to_owned() };
            (name, normal(command))
        };
        all.iter().map(one).collect()
    };
    let (has, wanted) = (by_name(has), by_name(wanted));
    let mut differences: Vec<(String, Difference)> = Vec::new();
    for (name, command) in &wanted {
        let difference = match has.get(name) {
            Some(known) if known == command => Difference::Same,
            Some(_) => Difference::Changed,
            None => Difference::New,
        };
        differences.push((name.clone(), difference));
    }
    let removed = has.keys().filter(|name| !wanted.contains_key(*name));
    differences.extend(removed.map(|name| (name.clone(), Difference::Gone)));
    differences.sort_by(|a, b| a.0.cmp(&b.0));
    differences
}

/// The compared part of a command: without ids, versions and empty values.
fn normal(command: &Value) -> Value {
    let mut command = compact(command.clone());
    if let Some(fields) = command.as_object_mut() {
        let ours = [
            "name",
            "description",
            "type",
            "options",
            "contexts",
            "integration_types",
            "default_member_permissions",
        ];
        // The menu of a message has no description; Discord gives it an empty one.
        fields.retain(|name, value| ours.contains(&name.as_str()) && *value != json!(""));
        fields.entry("type").or_insert(json!(1));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_to_a_command_is_no_difference() {
        let wanted = discord_commands();
        let mut has = wanted.clone();
        for command in has.as_array_mut().unwrap() {
            command["id"] = json!("1");
            command["version"] = json!("2");
            command["application_id"] = json!("3");
            command["nsfw"] = json!(false);
            command["dm_permission"] = json!(false);
            command["name_localizations"] = Value::Null;
            if command["type"] == 3 {
                command["description"] = json!("");
            }
        }
        let all = compare(&has, &wanted);
        assert!(all.iter().all(|(_, difference)| *difference == Difference::Same), "{all:?}");
        has[0]["options"][0]["description"] = json!("otherwise");
        has[1]["name"] = json!("formerly");
        let count =
            |difference| compare(&has, &wanted).iter().filter(|(_, d)| *d == difference).count();
        assert_eq!(
            (count(Difference::Changed), count(Difference::New), count(Difference::Gone)),
            (1, 1, 1)
        );
    }
}
