use super::*;
use shared::clients::types as clients;
use shared::contract::Ask;
use shared::contract::call::Outcome;
use shared::plans::types::{Answerable, PlanState};

use crate::chat::tests::{Scripted, acme, pending, plan};

/// The labels of the choices, when the functions answer this.
async fn offered(
    answers: impl IntoIterator<Item = Answer>,
    source: Source,
    typed: &str,
    given: &[(&str, &str)],
) -> Vec<String> {
    let answers = answers.into_iter().map(|answer| Ok(Outcome::Answer(answer)));
    let chat = Chat::new(Scripted::new(answers));
    let given: Vec<_> = given.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let found = choices(&chat, &"local:dana".parse().unwrap(), source, typed, &given).await;
    for choice in &found {
        assert!(choice.label.ends_with(&format!(" · {}", choice.value)), "{choice:?}");
        assert!(choice.label.encode_utf16().count() <= LABEL_MAX, "{choice:?}");
    }
    found.into_iter().map(|choice| choice.label).collect()
}

fn suggestions(names: &[(u64, &str)]) -> Answer {
    let named = |(id, name): &(u64, &str)| Named {
        id: shared::kernel::id::ClientId(*id),
        name: (*name).to_owned(),
        login: format!("l{id}"),
    };
    let clients = names.iter().map(named).collect();
    Answer::Clients(clients::Answer::Suggestions { clients })
}

#[tokio::test]
async fn alike_clients_have_labels_of_their_own() {
    let long = "🦊".repeat(90);
    let found = [suggestions(&[(7, "ACME"), (8, "ACME"), (9, &long)])];
    let labels = offered(found, Source::Clients, "ac", &[]).await;
    assert_eq!(&labels[..2], ["ACME · c_7", "ACME · c_8"]);
    assert!(labels[2].ends_with("… · c_9"), "{labels:?}");
    assert!(offered([], Source::Clients, "  ", &[]).await.is_empty());
    let many: Vec<(u64, &str)> = (1..=40).map(|id| (id, "ACME")).collect();
    let labels = offered([suggestions(&many)], Source::Clients, "ac", &[]).await;
    assert_eq!(labels.len(), CHOICES_MAX);
}

#[tokio::test]
async fn plans_that_wait_are_offered_by_any_word_of_theirs() {
    let waits = || pending(plan(PlanState::AwaitsApproval, vec![]));
    let source = Source::Plans(Answerable::ToApprove);
    let label = format!(
        "+500 MMS · ACME Ltd · Dana · {}",
        shared::kernel::id::CallKey::new("local", "plan").op()
    );
    for typed in ["", "acme", "dana 500"] {
        let found = offered([waits()], source, typed, &[]).await;
        assert_eq!(found.as_slice(), std::slice::from_ref(&label));
    }
    assert!(offered([waits()], source, "birch", &[]).await.is_empty());
}

#[tokio::test]
async fn invoices_are_those_of_the_client_that_is_chosen_or_named() {
    let none = || {
        Answer::Invoices(invoices::Answer::List {
            client: acme(),
            invoices: Vec::new(),
            unpaid: None,
            today: jiff::civil::date(2026, 11, 23),
        })
    };
    for (typed, given, asked) in [
        ("", vec![("client", "acme")], "acme"),
        ("inv-7-00", vec![], "c_7"),
        ("INV-7", vec![("client", "")], "c_7"),
    ] {
        let functions = Scripted::new([Ok(Outcome::Answer(none()))]);
        let chat = Chat::new(functions.clone());
        let given: Vec<_> = given.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let from = "local:dana".parse().unwrap();
        choices(&chat, &from, Source::Invoices, typed, &given).await;
        let call = functions.asked()[0].1.ask.clone();
        let client = asked.to_owned();
        assert_eq!(
            call,
            Ask::Invoices(invoices::Ask::InvoiceList {
                client: Some(client),
                state: None,
                before: None,
                skip: 0,
            })
        );
    }
    // Nobody is meant, or several are.
    assert!(offered([], Source::Invoices, "", &[]).await.is_empty());
    let two = suggestions(&[(7, "ACME"), (8, "Acme Mobile")]);
    assert!(offered([two], Source::Invoices, "ac", &[]).await.is_empty());
}
