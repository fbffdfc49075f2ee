//! Logins of staff and channels in their whole form: `slack:<team>:<user>`, `slack:<team>:<channel>`.
//!
//! A text that begins with a platform and is neither is refused with the form, because a name never
//! begins so. Logins that no platform could send are accepted here: the person who types them is an owner.

use shared::kernel::id::Identity;

use crate::command::{Command, ParamKind, Usage};

/// A platform as it begins a login, the rest of the form of its logins, and a sample.
const FORMS: [(&str, &str, &str); 4] = [
    ("slack", "<team>:<user>", "T0123ABC:U0456DEF"),
    ("discord", "<server>:<user>", "900000000000000001:900000000000000101"),
    ("local", "<name>", "dana"),
    ("aws", "<account>:<role>", "123456789012:desk-admin"),
];

/// The refusal of a text that begins like a login or a channel and is none, in a command that takes one.
#[must_use]
pub fn malformed(command: &Command, text: &str) -> Option<Usage> {
    let (platform, _) = text.split_once(':')?;
    let (platform, form, sample) =
        FORMS.into_iter().find(|(name, ..)| platform.eq_ignore_ascii_case(name))?;
    if text.parse::<Identity>().is_ok() {
        return None;
    }
    let takes_staff = command.params.iter().any(|param| param.kind == ParamKind::Staff);
    let sentence = if takes_staff {
        let source = match platform {
            "slack" => " /whoami, typed in Slack, shows both ids.",
            "discord" => " /whoami, typed in Discord, shows both ids.",
            _ => "",
        };
        format!(
            "“{text}” is not a login. Its form is {platform}:{form}, such as {platform}:{sample}.{source}"
        )
    } else {
        let about = command.param("channel")?.about;
        format!("“{text}” is not a channel. Possible values: {about}.")
    };
    Some(Usage::new("bad_value", sentence))
}

#[cfg(test)]
mod tests {
    use crate::grammar::read;

    fn sentence(line: &str) -> String {
        read(line, &"local:dana".parse().unwrap()).unwrap_err().sentence
    }

    #[test]
    fn login_that_lacks_a_part_is_refused_with_its_form() {
        for line in [
            "/role grant slack:<team>:<user> owner same_as:local:owner",
            "/role grant slack:T0123ABC support Dana",
            "/role grant Slack:@dana:U1 support Dana",
            "/role grant local:eve support same_as:slack:T0123ABC",
            "/staff leave slack:T0123ABC:",
            "/history staff:slack:<team>:<user>",
        ] {
            let sentence = sentence(line);
            assert!(
                sentence.contains("slack:<team>:<user>, such as slack:T0123ABC:U0456DEF"),
                "{line}: {sentence}"
            );
        }
        let sentence = sentence("/role grant discord:My Server:dana support");
        assert!(sentence.contains("discord:<server>:<user>"), "{sentence}");
    }

    #[test]
    fn channel_that_lacks_a_part_is_refused_with_its_form() {
        let sentence = sentence("/settings channels ops slack:<team>:<channel>");
        assert!(sentence.ends_with("slack:<team>:<channel>, or none."), "{sentence}");
    }
}
