//! `/brand set|show`: the sender of mail to the clients of a reseller.

use serde_json::json;
use shared::clients::brand::types::Brand;
use shared::clients::types::{Ask, Operation};
use shared::kernel::id::Named;

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

const RESELLER: ParamSpec =
    ParamSpec::required("client", ParamKind::Client, "Reseller: two or three letters of any name");

/// Sets and shows a brand.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["brand", "set"],
        about: "Set the sender of mail to a reseller’s clients; without one they get no mail",
        example: "/brand set harbour sender:\"Harbour SMS\" reply_to:help@harbour.example",
        finds: &["sender name", "reply-to", "white label", "mail sender"],
        params: &[
            RESELLER,
            ParamSpec::named("sender", ParamKind::Text, "The sender’s name").shown("name"),
            ParamSpec::named("reply_to", ParamKind::Email, "Where answers go; none clears it")
                .shown("email"),
            ParamSpec::named("text", ParamKind::Text, "The end of each mail; none clears it"),
        ],
        action: Action::Ask {
            operation: Operation::BrandSet.spec(),
            call: |args| {
                let (sender, closing) = (args.text("sender"), args.text("text"));
                let reply_to = args.text("reply_to");
                let client = args.need("client")?;
                Ok(Ask::BrandSet { client, sender, reply_to, closing }.into())
            },
        },
    },
    Command {
        words: &["brand", "show"],
        about: "Show the sender of mail to a reseller’s clients",
        example: "/brand show harbour",
        finds: &["sender name", "white label"],
        params: &[RESELLER],
        action: Action::Ask {
            operation: Operation::BrandShow.spec(),
            call: |args| Ok(Ask::BrandShow { client: args.need("client")? }.into()),
        },
    },
];

/// The reply to `/brand show`.
pub fn content(client: &Named, brand: Option<&Brand>) -> Content {
    let head = fixed("Brand of ").then(name(client));
    let view = View::new(Mark::Answer, head);
    let view = match brand {
        Some(brand) => view
            .line(fixed("Sender: ").input(brand.sender.clone()))
            .line(labelled("Answers go to: ", &brand.reply_to))
            .line(labelled("Each mail ends: ", &brand.closing)),
        None => view
            .line(fixed("There is none, so its clients get no mail."))
            .suggest(format!("/brand set {} sender:<name>", client.id), "sets it"),
    };
    Content::new("brand", view, json!({ "client": client.id.to_string(), "brand": brand }))
}

fn labelled(label: &'static str, text: &str) -> Text {
    if text.is_empty() { Text::new() } else { fixed(label).input(text) }
}
