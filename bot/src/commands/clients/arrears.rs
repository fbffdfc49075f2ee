//! `/client openadds`: whether a client gets further credits on open invoices. `/invoice statement`: its
//! statement of account by mail.

use jiff::civil::Date;
use shared::books::types::{Ask, Operation};
use shared::clients::types::OverdueInvoice;
use shared::contract;
use shared::kernel::id::{Named, NamedStaff};
use shared::kernel::money::Money;

use crate::command::{Action, Args, Command, Usage};
use crate::commands::params::CLIENT;
use crate::reply::words::{fixed, name, person};
use crate::view::{Mark, Text, View, Weight, day};

/// Stops and allows adds on open invoices, and mails statements of account.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["client", "openadds", "stop"],
        about: "Stop further adds of a client on open invoices; paid adds still work",
        example: "/client openadds stop acme",
        finds: &["credit stop", "stop credit", "owes", "no more unpaid adds"],
        params: &[CLIENT],
        action: Action::Ask {
            operation: Operation::OpenAdds.spec(),
            call: |args| open_adds(args, true),
        },
    },
    Command {
        words: &["client", "openadds", "allow"],
        about: "Allow further adds of a client on open invoices again",
        example: "/client openadds allow acme",
        finds: &["lift credit stop", "allow credit"],
        params: &[CLIENT],
        action: Action::Ask {
            operation: Operation::OpenAdds.spec(),
            call: |args| open_adds(args, false),
        },
    },
    Command {
        words: &["invoice", "statement"],
        about: "Mail a client its statement of account: unpaid invoices, payments, what is due",
        example: "/invoice statement acme",
        finds: &["statement of account", "account statement", "send statement", "dunning"],
        params: &[CLIENT],
        action: Action::Ask {
            operation: Operation::AccountStatement.spec(),
            call: |args| {
                Ok(Ask::AccountStatement { client: args.need("client")?, days: None }.into())
            },
        },
    },
];

fn open_adds(args: &Args, stopped: bool) -> Result<contract::Ask, Usage> {
    Ok(Ask::OpenAdds { client: args.need("client")?, stopped, invoice: None }.into())
}

/// Adds on open invoices were stopped, or allowed again.
pub fn turned(
    client: &Named,
    stopped: bool,
    overdue: Option<&OverdueInvoice>,
    (unpaid, manager): (Option<Money>, Option<&NamedStaff>),
) -> View {
    let id = client.id;
    let word = if stopped { "stopped" } else { "allowed again" };
    let headline = fixed(format!("Adds on open invoices are {word} for ")).then(name(client));
    let mut view = View::new(Mark::Done, headline);
    if let Some(OverdueInvoice { number, due, by }) = overdue {
        view = view.line(fixed(format!("Invoice {number}: {due} was due by {}.", day(*by))));
    }
    let unpaid = unpaid.map(|unpaid| fixed(format!("{unpaid} is unpaid in all")));
    let manager = manager.map(|manager| fixed("account manager ").then(person(manager)));
    view = view.line(Text::dotted([unpaid.unwrap_or_default(), manager.unwrap_or_default()]));
    if stopped {
        let line = format!("/client openadds allow {id}");
        view.suggest_as(("Allow again", Weight::Plain), line, "allows them again").suggest_as(
            ("Invoices", Weight::Plain),
            format!("/invoice list {id}"),
            "its invoices",
        )
    } else {
        let line = format!("/client openadds stop {id}");
        view.suggest_as(("Stop again", Weight::Danger), line, "stops them again")
    }
}

/// The action of [`turned`], before it is done.
pub fn turning(client: Text, stopped: bool) -> Text {
    let word = if stopped { "stop" } else { "allow" };
    fixed(format!("{word} adds on open invoices for ")).then(client)
}

/// A statement of account that is on its way.
pub fn mailed(client: &Named, since: Date, until: Date) -> View {
    let days = format!(" · {} to {}", day(since), day(until));
    View::new(
        Mark::Done,
        fixed("Mailed the statement of account of ").then(name(client)).fixed(days),
    )
}
