//! Names against a small desk whose items are read as the decision asks for them.

use std::collections::BTreeMap;

use crate::clients::dialling::home;
use crate::clients::names::index::{self, first_names, moved};
use crate::clients::names::resolve;
use crate::clients::names::types::{Resolution, Term, Terms, WholeName};
use crate::clients::search::QUERIES_MAX;
use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Image, Need, Stop};
use crate::contract::{Key, Record};
use crate::kernel::fold::partition;
use crate::kernel::id::{ClientId, ROOT};
use crate::kernel::typed::{Follows, TypedClient};
use crate::ledger::account::{Account, Status, Switch};
use crate::settings::types::Settings;

/// The items of a desk.
struct Items {
    records: BTreeMap<Key, Record>,
    /// The most terms that a query reads.
    most: usize,
}

impl Items {
    fn of(clients: &[(u64, &str, &str, Option<&str>)]) -> Self {
        let mut items = Self { records: BTreeMap::new(), most: 1_000 };
        items.put(Record::Settings(Settings::new()));
        for (id, login, name, mobile) in clients {
            items.add(&client(*id, login, name, *mobile));
        }
        items
    }

    fn desk() -> Self {
        Self::of(&[
            (10, "acme", "ACME Ltd", Some("+447700900123")),
            (11, "acmemobile", "Acme Mobile", None),
            (12, "studio54", "Studio 54", None),
            (13, "cafe", "Café Zoë", Some("+447700901123")),
            (14, "studio", "Studio", None),
            (15, "pasu", "パス商会", None),
            (16, "bandq", "B & Q", None),
            (17, "arashi", "嵐", None),
            (18, "directory", "118 118", Some("+14792345678")),
            (19, "balloons", "🎈 Balloons", None),
        ])
    }

    fn put(&mut self, record: Record) {
        self.records.insert(record.key(), record);
    }

    fn add(&mut self, client: &Client) {
        let mut image = Image::default();
        let writes = loop {
            match moved(None, client, &image) {
                Ok(writes) => break writes,
                Err(Stop::Lacks(needs)) => {
                    needs.into_iter().for_each(|need| self.read(&mut image, need))
                }
                Err(other) => panic!("{other:?}"),
            }
        };
        for write in writes {
            if let Write::Put(record, _) = write {
                self.put(record);
            }
        }
        self.put(Record::Client(client.clone()));
        self.put(Record::Account(Account::new(client.id, Status::Active, Switch::On)));
    }

    fn read(&self, image: &mut Image, need: Need) {
        match need {
            Need::Item(key) => match self.records.get(&key) {
                Some(record) => image.insert(record.clone()),
                None => image.insert_absent(key),
            },
            Need::Terms(query) => {
                let found = |record: &Record| match record {
                    Record::Term(term)
                        if partition(&term.key) == query.partition
                            && term.key.starts_with(&query.prefix) =>
                    {
                        Some(term.clone())
                    }
                    _ => None,
                };
                let terms: Vec<Term> =
                    self.records.values().filter_map(found).take(self.most).collect();
                let is_cut = terms.len() >= self.most;
                image.insert_terms(query, Terms { terms, is_cut });
            }
            other => panic!("{other:?}"),
        }
    }

    fn resolve(&self, typed: &TypedClient, follows: Follows) -> Resolution {
        let mut image = Image::default();
        for _ in 0..4 {
            match resolve(typed, follows, &image) {
                Ok(resolution) => return resolution,
                Err(Stop::Lacks(needs)) => {
                    let queries = needs.iter().filter(|need| matches!(need, Need::Terms(_)));
                    assert!(queries.count() <= QUERIES_MAX, "{needs:?}");
                    needs.into_iter().for_each(|need| self.read(&mut image, need));
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        panic!("{typed:?} never had enough")
    }

    fn find(&self, typed: &str) -> String {
        shown(&self.resolve(&typed.into(), Follows::Nothing))
    }

    fn divide(&self, typed: &str) -> String {
        shown(&self.resolve(&TypedClient::Begins(typed.to_owned()), Follows::Text))
    }
}

fn shown(resolution: &Resolution) -> String {
    match resolution {
        Resolution::One(hit) if hit.behind.is_empty() => format!("{} {:?}", hit.client, hit.how),
        Resolution::One(hit) => format!("{} {:?} + {}", hit.client, hit.how, hit.behind),
        Resolution::Many { shown, total, .. } => {
            let ids: Vec<String> = shown.iter().map(|one| one.client.to_string()).collect();
            format!("{total}: {}", ids.join(" "))
        }
        Resolution::None { .. } => "none".to_owned(),
        Resolution::NoDocument(number) => format!("no {number}"),
    }
}

fn client(id: u64, login: &str, name: &str, mobile: Option<&str>) -> Client {
    Client {
        login: login.to_owned(),
        name: name.to_owned(),
        email: format!("hello@{login}.example.com"),
        mobile: mobile.map(str::to_owned),
        status: Status::Active,
        chain: vec![ROOT],
        ..Client::blank(ClientId(id), jiff::Timestamp::UNIX_EPOCH)
    }
}

#[test]
fn whole_text_is_certain_and_anything_weaker_only_finds() {
    let desk = Items::desk();
    for (typed, expected) in [
        ("acme", "c_10 Exactly"),
        ("ACME", "c_10 Exactly"),
        ("c_11", "c_11 Exactly"),
        ("C_11", "c_11 Exactly"),
        ("c_99", "none"),
        ("ACME Ltd · c_10", "c_10 Exactly"),
        ("ACME Ltd · c_11", "2: c_11 c_10"),
        ("acme  mobile", "c_11 Exactly"),
        ("INV-13-0007", "no INV-13-0007"),
        ("ac", "2: c_10 c_11"),
        ("acmem", "c_11 Found"),
        ("acme mob", "c_11 Found"),
        ("mobile acme", "c_11 Found"),
        ("café zoë", "c_13 Exactly"),
        ("cafe zoe", "c_13 Found"),
        ("studio", "c_14 Exactly"),
        ("studio 54", "c_12 Exactly"),
        ("07700 900123", "c_10 Found"),
        ("+44 7700 900123", "c_10 Exactly"),
        ("0044 7700 900123", "c_10 Exactly"),
        ("+44 (0) 7700 900123", "c_10 Exactly"),
        ("tel:+447700900123", "c_10 Exactly"),
        ("+47 92 34 56 78", "none"),
        ("4792345678", "c_18 Found"),
        ("1123", "c_13 Found"),
        ("hello@acme.example.com", "c_10 Exactly"),
        ("ello@acme.example.com", "none"),
        ("hello@acme", "2: c_10 c_11"),
        ("パス商会", "c_15 Exactly"),
        ("バス商会", "c_15 Found"),
        ("商会", "c_15 Found"),
        ("b & q", "c_16 Exactly"),
        ("B&Q", "c_16 Found"),
        ("B&Q Ltd", "none"),
        ("嵐", "c_17 Exactly"),
        ("118 118", "c_18 Exactly"),
        ("118", "c_18 Found"),
        ("🎈", "c_19 Found"),
        ("zebra", "none"),
        ("", "none"),
        ("“”", "none"),
    ] {
        assert_eq!(desk.find(typed), expected, "{typed}");
    }
}

#[test]
fn whole_name_that_begins_another_is_asked_about_and_a_login_is_not() {
    let desk = Items::of(&[(20, "x1", "North", None), (21, "x2", "North Star", None)]);
    assert_eq!(desk.find("north"), "c_20 NameBeginsOthers");
    assert_eq!(desk.find("x1"), "c_20 Exactly");
    assert_eq!(desk.find("north star"), "c_21 Exactly");
}

#[test]
fn text_of_several_clients_is_nobodys() {
    let mut desk = Items::of(&[(20, "x1", "North", None), (21, "north", "Other", None)]);
    assert_eq!(desk.find("north"), "2: c_21 c_20");
    desk.add(&client(22, "x3", "North", None));
    assert_eq!(desk.find("NORTH"), "3: c_21 c_20 c_22");
    for id in 30..60 {
        desk.add(&client(id, &format!("y{id}"), "North", None));
    }
    assert!(desk.find("north").starts_with("33: c_21 "), "{}", desk.find("north"));
}

#[test]
fn cut_list_never_decides() {
    let mut desk = Items::of(&[]);
    for id in 100..140 {
        desk.add(&client(id, &format!("z{id}"), &format!("Star {id}"), None));
    }
    desk.add(&client(200, "other", "Star", None));
    desk.most = 5;
    assert_eq!(desk.find("star 137"), "c_137 Exactly");
    assert_eq!(desk.find("z137"), "c_137 Exactly");
    assert_eq!(desk.find("star"), "c_200 NameBeginsOthers");
    assert!(desk.find("sta").starts_with("5: "));
    // Of those that are read, none begins with the name; the longer name is behind the cut.
    let mut desk = Items::of(&[(20, "x1", "Sea", None), (21, "x2", "Sea Side", None)]);
    for id in 100..140 {
        desk.add(&client(id, &format!("z{id}"), &format!("North Sea {id}"), None));
    }
    desk.most = 5;
    assert_eq!(desk.find("sea"), "c_20 NameBeginsOthers");
}

#[test]
fn longest_certain_beginning_is_the_client_and_the_rest_follows_it() {
    let desk =
        Items::of(&[(20, "acmeltd", "Acme Ltd", None), (21, "acmemobile", "Acme Mobile", None)]);
    for (typed, expected) in [
        ("Acme Mobile three invoices overdue", "c_21 Exactly + three invoices overdue"),
        ("acmeltd late", "c_20 Exactly + late"),
        ("acme mob late", "c_21 Found + late"),
        ("acme late", "2: c_20 c_21"),
        ("mobile acme late", "c_21 Found + acme late"),
        ("c_20 late again", "c_20 Exactly + late again"),
        ("INV-20-0009 late", "no INV-20-0009"),
        ("zebra late", "none"),
    ] {
        assert_eq!(desk.divide(typed), expected, "{typed}");
    }
    let both =
        Items::of(&[(20, "acme", "Acme Ltd", None), (21, "acmemobile", "Acme Mobile", None)]);
    assert_eq!(both.divide("Acme Mobile three invoices"), "2: c_21 c_20");
    assert_eq!(both.divide("acme three invoices"), "c_20 Exactly + three invoices");
}

#[test]
fn home_country_makes_a_national_number_whole() {
    let mut desk = Items::desk();
    desk.add(&client(30, "gull", "Gull", Some("+447400123456")));
    desk.put(Record::Settings(Settings { country: home("GB"), ..Settings::new() }));
    assert_eq!(desk.find("07400 123456"), "c_30 Exactly");
    assert_eq!(desk.find("7400 123456"), "c_30 Exactly");
    assert_eq!(desk.find("0479 234 5678"), "c_18 Found");
}

#[test]
fn slip_of_the_finger_finds_the_nearest() {
    let desk = Items::desk();
    let Resolution::None { nearest, .. } = desk.resolve(&"acmee".into(), Follows::Nothing) else {
        panic!()
    };
    assert_eq!(nearest.first().map(|client| client.id), Some(ClientId(10)));
    let Resolution::None { nearest, .. } = desk.resolve(&"zzzz".into(), Follows::Nothing) else {
        panic!()
    };
    assert!(nearest.is_empty());
}

#[test]
fn client_has_at_most_twenty_four_terms() {
    let name = ["word"; 40].iter().enumerate().map(|(at, word)| format!("{word}{at}"));
    let long = client(30, "long", &name.collect::<Vec<_>>().join(" "), Some("+447700900123"));
    let terms = index::terms(&long);
    assert_eq!(terms.len(), index::TERMS_MAX);
    assert!(terms.iter().any(|term| term.key == "7700900123"));
}

#[test]
fn name_moves_under_the_version_that_was_read() {
    let desk = Items::of(&[(20, "north", "North", None), (21, "star", "Star", None)]);
    let before = client(21, "star", "Star", None);
    let after = Client { name: "North".to_owned(), ..before.clone() };
    let mut image = Image::default();
    desk.read(&mut image, Need::Item(Key::WholeName("north".to_owned())));
    desk.read(&mut image, Need::Item(Key::WholeName("star".to_owned())));
    let writes = moved(Some(&before), &after, &image).unwrap();
    let named = |text: &str| {
        writes.iter().find_map(|write| match write {
            Write::Put(Record::WholeName(name), expect) if name.text == text => {
                Some((name.holders.len(), name.version, *expect))
            }
            _ => None,
        })
    };
    // North: a login, its own name, and the new one. Star: the login stays.
    assert_eq!(named("north"), Some((3, 2, Expect::Version(1))));
    assert_eq!(named("star"), Some((1, 2, Expect::Version(1))));
}

#[test]
fn first_names_of_a_desk_have_their_first_version() {
    let house = client(1, "house", "House", None);
    let names: Vec<WholeName> = first_names(&house)
        .into_iter()
        .filter_map(|record| match record {
            Record::WholeName(name) => Some(name),
            _ => None,
        })
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| name.version == 1));
}
