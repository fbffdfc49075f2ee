//! Clients as rows of a table, and as one line that tells a client from others of its name.

use shared::clients::types::ClientCard;
use shared::kernel::credit::{Kind, grouped};

use crate::reply::words::{fixed, label, not_active};
use crate::view::{Column, Table, Text};

/// Clients as rows.
pub fn table<'a>(clients: impl Iterator<Item = &'a ClientCard>) -> Table {
    Table {
        columns: vec![
            Column::words("client"),
            Column::words("login"),
            Column::words("class"),
            Column::words("town"),
            Column::number("SMS"),
            Column::number("MMS"),
            Column::detail("changed"),
        ],
        rows: clients.map(row).collect(),
    }
}

fn row(card: &ClientCard) -> Vec<Text> {
    let figure = |kind: Kind| {
        let of = card.balances.get(kind);
        let owes =
            if of.owed > 0 { format!(" (owes {})", grouped(of.owed)) } else { String::new() };
        fixed(format!("{}{owes}", grouped(of.spendable)))
    };
    vec![
        label(&card.client),
        Text::new().input(card.client.login.clone()),
        Text::dotted([fixed(card.class.word()), not_active(card.status)]),
        card.town.as_ref().map(|town| Text::new().input(town.clone())).unwrap_or_default(),
        figure(Kind::Sms),
        figure(Kind::Mms),
        card.last_change.map(|at| Text::new().time(at)).unwrap_or_default(),
    ]
}

/// A client with everything that tells it from another of its name.
pub fn distinct(card: &ClientCard) -> Text {
    let town = card.town.as_ref().map(|town| Text::new().input(town.clone()));
    let mobile = card.mobile_end.as_ref().map(|end| fixed("…").input(end.clone()));
    let last = card.last_change.map(|at| fixed("last change ").time(at));
    let balance =
        |kind: Kind| fixed(format!("{} {kind}", grouped(card.balances.get(kind).spendable)));
    Text::dotted([
        label(&card.client),
        Text::new().input(card.client.login.clone()),
        fixed(card.class.word()),
        not_active(card.status),
        balance(Kind::Sms),
        balance(Kind::Mms),
        town.unwrap_or_default(),
        mobile.unwrap_or_default(),
        last.unwrap_or_default(),
    ])
}
