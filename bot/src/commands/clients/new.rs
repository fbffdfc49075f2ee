//! `/client new`: a client is made, pending until it is activated.

use shared::clients::types::{Ask, Class, Operation};
use shared::kernel::id::Named;

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::words::{fixed, name};
use crate::view::{Mark, View};

/// Makes a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "new"],
    about: "Create a client; it stays pending until it is activated",
    example: "/client new Acme Ltd ops@acme.example mobile:+447400123456",
    finds: &["add client", "create client", "sign up", "register", "new customer"],
    params: &[
        ParamSpec::required("name", ParamKind::Text, "Its name"),
        ParamSpec::required("email", ParamKind::Email, "Where its mail goes"),
        ParamSpec::named("mobile", ParamKind::Phone, "Its mobile, best with the country: +44 …")
            .shown("number"),
        ParamSpec::named("login", ParamKind::Word, "Its login; by default made from the name"),
        ParamSpec::named("town", ParamKind::Text, "Its town, to tell clients of one name apart"),
        ParamSpec::named(
            "class",
            ParamKind::Choice(&[
                ("user", "Sends messages"),
                ("reseller", "Funds the clients below it"),
            ]),
            "By default user",
        ),
        ParamSpec::named("parent", ParamKind::Client, "Its reseller; by default the root admin"),
    ],
    action: Action::Ask {
        operation: Operation::ClientNew.spec(),
        call: |args| {
            let reseller = args.text("class").as_deref() == Some(Class::Reseller.word());
            Ok(Ask::ClientNew {
                name: args.need("name")?,
                login: args.text("login"),
                email: args.need("email")?,
                mobile: args.text("mobile"),
                town: args.text("town"),
                class: if reseller { Class::Reseller } else { Class::User },
                parent: args.text("parent"),
            }
            .into())
        },
    },
}];

/// A client that was made.
pub fn made(client: &Named) -> View {
    View::new(Mark::Done, fixed("Created ").then(name(client)))
        .line(fixed(format!(
            "Login {} · pending: it cannot send or get credits until it is activated.",
            client.login
        )))
        .suggest(format!("/client activate {}", client.id), "activates it")
}
