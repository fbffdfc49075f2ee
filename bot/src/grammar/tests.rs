use shared::clients::pages::types::ListOf;
use shared::clients::types::{self as clients, Particular};
use shared::contract::Ask;
use shared::credits::types as credits;
use shared::kernel::actor::Role;
use shared::kernel::credit::Kind;
use shared::kernel::mode::Mode;
use shared::kernel::typed::TypedClient::Begins;
use shared::permissions::types::{self as permissions, MmsTurn};
use shared::plans::types as plans;
use shared::pricing::types::{self as pricing, TypedStep};
use shared::settings::types::{self as settings, Setting};
use shared::staff::types as staff;

use super::*;

mod options;

fn local() -> Identity {
    "local:dana".parse().unwrap()
}

fn one(line: &str) -> Parsed {
    match read(line, &local()) {
        Ok(Reading::One(parsed)) => parsed,
        other => panic!("{line}: {other:?}"),
    }
}

fn ask(line: &str) -> Ask {
    one(line).ask().unwrap().unwrap()
}

fn wrong(line: &str) -> Usage {
    match read(line, &local()) {
        Err(usage) => usage,
        Ok(Reading::One(parsed)) => match parsed.ask() {
            Err(usage) => usage,
            Ok(ask) => panic!("{line} was read as {ask:?}"),
        },
        Ok(other) => panic!("{line}: {other:?}"),
    }
}

/// Client, amount and reason of an add.
fn add(line: &str) -> (String, u64, Option<String>) {
    match ask(line) {
        Ask::Credits(credits::Ask::AddCredit { client, count, reason, .. }) => {
            (client.text().to_owned(), count.get(), reason)
        }
        other => panic!("{line}: {other:?}"),
    }
}

fn said(client: &str, count: u64, reason: &str) -> (String, u64, Option<String>) {
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    (client.to_owned(), count, reason)
}

#[test]
fn the_plain_command_reads_everywhere_in_every_case() {
    for line in [
        "/addcredit mms acme 500",
        "addcredit mms acme 500",
        "  //AddCredit  MMS  acme   500 ",
        "/desk addcredit mms acme 500",
        "desk addcredit mms acme 500",
        "addcredit\u{A0}mms\u{200B} acme\t500",
        "addcredit mms client:acme amount:500",
        "addcredit mms amount:500 client:acme",
        "addcredit mms --client acme --amount 500",
        "addcredit mms —client=acme –amount=500",
        "addcredit mms acme amount: 500",
        "addcredit mms “acme” 500",
        "addcredit mms 500 acme",
        "addcredit mms 500 to acme",
        "addcredit mms 500 credits to acme",
        "addcredit mms acme ५००",
        "addcredit mms acme 500 credits",
        "addcredit mms acme 500 mms credits",
    ] {
        assert_eq!(add(line), said("acme", 500, ""), "{line}");
        let Ask::Credits(credits::Ask::AddCredit { kind, mode, from_house, .. }) = ask(line) else {
            panic!()
        };
        assert_eq!((kind, mode, from_house), (Kind::Mms, Mode::Open, false));
    }
}

#[test]
fn a_name_of_several_words_reaches_up_to_the_amount() {
    assert_eq!(add("addcredit mms Northern Events Ltd 500"), said("Northern Events Ltd", 500, ""));
    assert_eq!(add("addcredit mms \"Studio 54\" 500"), said("Studio 54", 500, ""));
    assert_eq!(add("addcredit mms client:\"Studio 54\" 500"), said("Studio 54", 500, ""));
    assert_eq!(add("addcredit mms client:Studio 54 amount:500"), said("Studio 54", 500, ""));
    assert_eq!(
        add("addcredit mms client:ACME Ltd · c_1042 500"),
        said("ACME Ltd · c_1042", 500, "")
    );
    assert_eq!(add("addcredit mms Homes for Cats 500"), said("Homes for Cats", 500, ""));
    assert_eq!(add("addcredit mms O’Brien & Sons 500"), said("O'Brien & Sons", 500, ""));
    assert_eq!(add("addcredit mms +44 7700 900123 500"), said("+44 7700 900123", 500, ""));
    assert_eq!(add("addcredit mms 07700900123 500"), said("07700900123", 500, ""));
    assert_eq!(add("addcredit mms 4821 500"), said("4821", 500, ""));
}

#[test]
fn a_reason_is_the_rest_of_the_line() {
    for line in [
        "addcredit mms acme 500 monthly top-up",
        "addcredit mms acme 500 reason:monthly top-up",
        "addcredit mms acme 500 reason: monthly top-up",
        "addcredit mms acme 500 reason:\"monthly top-up\"",
        "addcredit mms acme 500 --reason monthly top-up",
        "addcredit mms acme 500 for monthly top-up",
        "addcredit mms acme 500 because monthly top-up",
        "addcredit mms acme 500 credits for monthly top–up",
        "addcredit mms client:acme amount:500 reason:monthly top-up",
    ] {
        assert_eq!(add(line), said("acme", 500, "monthly top-up"), "{line}");
    }
    // Numbers in a reason that says so do not count as amounts.
    assert_eq!(
        add("addcredit mms acme 500 for ticket 4711 of 2026"),
        said("acme", 500, "ticket 4711 of 2026")
    );
    assert_eq!(add("addcredit mms acme 500 reason:ticket 4711"), said("acme", 500, "ticket 4711"));
    assert_eq!(add("addcredit mms acme 500 see https://x.example/1"), {
        said("acme", 500, "see https://x.example/1")
    });
}

#[test]
fn options_stand_in_any_order() {
    for line in [
        "addcredit sms acme 500 paid:TX-1 --dry-run monthly",
        "addcredit sms acme 500 monthly paid:TX-1 dry_run:true",
        "addcredit sms paid:TX-1 acme 500 dry_run monthly",
        "addcredit sms --dry_run acme 500 monthly paid: TX-1",
        "addcredit sms acme 500 reason:monthly paid:TX-1 -dry-run",
    ] {
        let parsed = one(line);
        assert!(parsed.dry_run(), "{line}");
        let Some(Ask::Credits(credits::Ask::AddCredit { mode, reference, reason, .. })) =
            parsed.ask().unwrap()
        else {
            panic!("{line}");
        };
        assert_eq!(mode, Mode::Paid);
        assert_eq!(reference.as_deref(), Some("TX-1"), "{line}");
        assert_eq!(reason.as_deref(), Some("monthly"), "{line}");
    }
    let Ask::Credits(credits::Ask::AddCredit { mode, reason, .. }) =
        ask("addcredit sms acme 5 grant sorry for the wait")
    else {
        panic!()
    };
    assert_eq!((mode, reason.as_deref()), (Mode::Grant, Some("sorry for the wait")));
    let Ask::Credits(credits::Ask::AddCredit { from_house, .. }) =
        ask("addcredit sms acme 5 from:house")
    else {
        panic!()
    };
    assert!(from_house);
}

#[test]
fn what_is_unclear_is_asked_and_never_guessed() {
    // Which number is the amount depends on which client exists.
    let several = |line: &str| match read(line, &local()) {
        Ok(Reading::Several(several)) => several,
        other => panic!("{line}: {other:?}"),
    };
    let clients = |several: &Several| -> Vec<(String, u64)> {
        several
            .readings
            .iter()
            .map(|r| (r.args.text("client").unwrap(), r.args.count("amount").unwrap().get()))
            .collect()
    };
    let studio = several("addcredit mms Studio 54 500");
    assert_eq!(clients(&studio), [("Studio 54".to_owned(), 500), ("Studio".to_owned(), 54)]);
    assert!(studio.doubts[1].is_some(), "a group of thousands is never done");
    assert!(studio.unclear.sentence.contains("54,500"));
    let ticket = several("addcredit mms acme 500 ticket 4711");
    assert_eq!(clients(&ticket), [("acme".to_owned(), 500), ("acme 500 ticket".to_owned(), 4711)]);
    let lines: Vec<&str> = ticket.unclear.suggestions.iter().map(|s| s.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "/addcredit mms acme 500 reason:\"ticket 4711\"",
            "/addcredit mms \"acme 500 ticket\" 4711"
        ]
    );
    // A space is no separator: offered in one piece, never taken as one.
    let space = several("addcredit mms acme 1 500");
    assert_eq!(clients(&space), [("acme 1".to_owned(), 500), ("acme".to_owned(), 1)]);
    assert!(space.doubts[1].is_some());
    assert_eq!(space.unclear.suggestions[0].line, "/addcredit mms acme 1500");
    let usage = wrong("addcredit mms acme 1 000");
    assert_eq!(usage.suggestions[0].line, "/addcredit mms acme 1000");

    let usage = wrong("addcredit mms a 1 b 2 c 3 d 4 e 5");
    assert_eq!((usage.code, usage.suggestions.len()), ("unclear_amount", 3));

    assert_eq!(wrong("addcredit mms acme 500 sms").code, "clash");
    assert_eq!(wrong("addcredit mms acme 500 research grant").code, "clash");
    assert_eq!(wrong("addcredit mms acme 500 paid by cheque").code, "missing");
    assert_eq!(wrong("addcredit mms acme 5 grant").code, "missing");
    assert_eq!(wrong("addcredit mms acme 5 grant paid:x because").code, "clash");
    assert_eq!(wrong("addcredit mms acme 500 reason:a reason:b").code, "clash");
}

#[test]
fn wrong_amounts_say_what_is_wrong() {
    for (amount, sentence) in [
        ("1,00", "“1,00” is unclear: 1, 100 or 1,000?"),
        ("1.5", "“1.5”: credits are whole numbers."),
        ("-50", "“-50”: to take credits away use /deductcredit mms acme 50 <reason>."),
        ("−50", "“-50”: to take credits away use /deductcredit mms acme 50 <reason>."),
        ("0", "0 credits change nothing: the amount starts at 1."),
        ("1e3", "“1e3”: write the number out, 1,000."),
    ] {
        assert_eq!(wrong(&format!("addcredit mms acme {amount}")).sentence, sentence);
    }
    assert_eq!(wrong("addcredit mms acme").sentence, "How many? /addcredit mms acme <amount>.");
    assert_eq!(
        wrong("price set mms acme").sentence,
        "At which prices? /price set mms acme 1:50.00 10000:45.00 …"
    );
    assert_eq!(wrong("addcredit mms").sentence, "Which client? /addcredit mms <client> <amount>.");
    assert_eq!(
        wrong("deductcredit mms acme 5").sentence,
        "Why? /deductcredit mms acme 5 <reason>."
    );
    assert!(wrong("deductcredit mms acme -5 x").sentence.contains("without a minus"));
}

#[test]
fn unknown_options_are_refused_with_what_was_meant() {
    let sentence = |line: &str| wrong(line).sentence;
    assert!(sentence("addcredit mms acme 500 payd:TX").ends_with("Did you mean paid:?"));
    assert!(sentence("addcredit mms acme 500 --dry-rnu").ends_with("Did you mean --dry_run?"));
    assert!(sentence("addcredit mms acme 500 reason:monthly payd:TX").contains("paid:"));
    assert!(sentence("addcredit mms acme 500 ticket:4711").contains("reason:\""));
    assert!(sentence("balance acme kindd:x").contains("has no “kindd”"));
    assert!(sentence("balance acme dry_run").contains("no dry run"));
    assert!(sentence("list users sort:nmae").ends_with("Did you mean name?"));
    assert!(sentence("addcredit mms acme 500 dry_run:maybe").contains("true or false"));
    assert!(sentence("undo 500").contains("is not an operation"));
    assert!(sentence("invoice view 7").contains("INV-1042-0007"));
    assert!(sentence("statement acme since:lately").contains("2026-11-30"));
    assert!(sentence("confirm op_0123456789abcdef now").contains("what to do with “now”"));
    // Inside a reason that says so, other words with colons are text.
    assert_eq!(
        add("addcredit mms acme 500 reason:see ticket:4711"),
        said("acme", 500, "see ticket:4711")
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of lines")]
fn every_command_takes_its_arguments() {
    assert_eq!(
        ask("deductcredit sms acme ltd 50 invoice:INV-7-0001 added twice"),
        Ask::Credits(credits::Ask::DeductCredit {
            kind: Kind::Sms,
            client: "acme ltd".into(),
            count: shared::kernel::credit::Count::try_new(50).unwrap(),
            reason: "added twice".into(),
            invoice: "INV-7-0001".parse().ok(),
            to_house: false,
            tell: None
        })
    );
    let kind = |line: &str| match ask(line) {
        Ask::Credits(credits::Ask::Why { client, kind })
        | Ask::Credits(credits::Ask::Statement { client, kind, .. }) => (client, kind),
        other => panic!("{other:?}"),
    };
    assert_eq!(kind("why acme ltd mms"), ("acme ltd".into(), Some(Kind::Mms)));
    assert_eq!(kind("why mms"), ("mms".into(), None));
    assert_eq!(kind("statement acme kind:sms csv"), ("acme".into(), Some(Kind::Sms)));
    assert!(one("statement acme csv").args.flag("csv"));
    let set = |line: &str| match ask(line) {
        Ask::Clients(clients::Ask::ClientSet { client, set }) => (client, set),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        set("client set name acme Acme Limited"),
        (Begins("acme Acme Limited".into()), Particular::Name(String::new()))
    );
    assert_eq!(
        set("client set email acme ltd a@b.example"),
        ("acme ltd".into(), Particular::Email("a@b.example".into()))
    );
    assert_eq!(
        set("client set mobile acme ltd +44 7700 900123"),
        ("acme ltd".into(), Particular::Mobile("+44 7700 900123".into()))
    );
    assert_eq!(set("client set mobile acme none"), ("acme".into(), Particular::Mobile("".into())));
    assert_eq!(
        set("client set manager acme dana"),
        (Begins("acme dana".into()), Particular::Manager(String::new()))
    );
    assert_eq!(
        ask("client suspend acme ltd not paid"),
        Ask::Clients(clients::Ask::ClientSuspend {
            client: Begins("acme ltd not paid".into()),
            reason: String::new()
        })
    );
    assert_eq!(
        ask("client suspend acme ltd because not paid"),
        Ask::Clients(clients::Ask::ClientSuspend {
            client: Begins("acme ltd because not paid".into()),
            reason: String::new()
        })
    );
    assert_eq!(
        ask("mms on all of northern events"),
        Ask::Permissions(permissions::Ask::MmsSwitch {
            turn: MmsTurn::AllOf { parent: "northern events".into(), on: true }
        })
    );
    assert_eq!(
        ask("mms off northern --all"),
        Ask::Permissions(permissions::Ask::MmsSwitch {
            turn: MmsTurn::AllOf { parent: "northern".into(), on: false }
        })
    );
    assert_eq!(
        ask("mms allow c_1 off"),
        Ask::Permissions(permissions::Ask::MmsAllow { client: "c_1".into(), on: false })
    );
    assert_eq!(
        ask("mms inherit acme"),
        Ask::Permissions(permissions::Ask::MmsSwitch {
            turn: MmsTurn::One { client: "acme".into(), on: None }
        })
    );
    let Ask::Pricing(pricing::Ask::PriceSet { client, steps, from, .. }) =
        ask("price set sms Northern Events 1:50.00 10,000:45 from:2026-12-01")
    else {
        panic!()
    };
    assert_eq!((client.as_deref(), from.is_some()), (Some("Northern Events"), true));
    assert_eq!(
        steps,
        [
            TypedStep { quantity: 1, price: "50.00".into() },
            TypedStep { quantity: 10_000, price: "45".into() }
        ]
    );
    let Ask::Pricing(pricing::Ask::PriceSet { client: None, .. }) =
        ask("price set mms Default 1:50")
    else {
        panic!()
    };
    let Ask::Staff(staff::Ask::RoleGrant { who, role, name, .. }) =
        ask("role grant slack:T1:U1 support Dana Smith")
    else {
        panic!()
    };
    assert_eq!(
        (who.as_str(), role, name.as_deref()),
        ("slack:T1:U1", Role::Support, Some("Dana Smith"))
    );
    assert_eq!(
        ask("staff leave Dana Smith to:sam"),
        Ask::Staff(staff::Ask::StaffLeave {
            who: "Dana Smith".into(),
            hand_to: Some("sam".into())
        })
    );
    assert_eq!(
        ask("settings tax 17.5%"),
        Ask::Settings(settings::Ask::SettingsSet { set: Setting::Tax("17.5".parse().unwrap()) })
    );
    let Ask::Clients(clients::Ask::List { of, below, .. }) =
        ask("list resellers low:1,000 sort:sms")
    else {
        panic!()
    };
    assert_eq!((of, below), (ListOf::Resellers, Some(1_000)));
    let Ask::Clients(clients::Ask::ClientNew { name, email, town, mobile, .. }) = ask(
        "client new Northern Events Ltd a@b.example town:New York mobile:+44 7700 900123 class:reseller",
    ) else {
        panic!()
    };
    assert_eq!((name.as_str(), email.as_str()), ("Northern Events Ltd", "a@b.example"));
    assert_eq!((town.as_deref(), mobile.as_deref()), (Some("New York"), Some("+44 7700 900123")));
}

#[test]
fn a_mention_is_somebody_on_the_same_platform() {
    let slack: Identity = "slack:T1:U9".parse().unwrap();
    let Ok(Reading::One(parsed)) = read("role grant &lt;@U2&gt; support", &slack) else { panic!() };
    let Some(Ask::Staff(staff::Ask::RoleGrant { who, .. })) = parsed.ask().unwrap() else {
        panic!()
    };
    assert_eq!(who, "slack:T1:U2");
    let Ok(Reading::One(parsed)) = read("staff leave <@U2|dana> to:<@U3|sam>", &slack) else {
        panic!()
    };
    assert_eq!(parsed.args.text("who").as_deref(), Some("slack:T1:U2"));
    let Ok(Reading::One(parsed)) = read("addcredit mms acme 5 asked by <@U2|dana>", &slack) else {
        panic!()
    };
    assert_eq!(parsed.args.text("reason").as_deref(), Some("asked by @dana"));
}

#[test]
fn unknown_commands_are_answered_with_the_nearest() {
    let usage = wrong("/desk adcredit mms acme 500");
    assert_eq!(usage.sentence, "I don’t know “adcredit”. Did you mean addcredit?");
    let lines: Vec<&str> = usage.suggestions.iter().map(|s| s.line.as_str()).collect();
    assert_eq!(lines, ["/addcredit mms acme 500", "/help"]);
    assert_eq!(
        wrong("add credit mms acme 500").suggestions[0].line.split(' ').next(),
        Some("/addcredit")
    );
    let usage = wrong("addcredit mmss acme 500");
    assert!(usage.sentence.starts_with("“mmss” is not a credit kind. Did you mean mms?"));
    assert_eq!(usage.suggestions[0].line, "/addcredit mms acme 500");
    assert_eq!(wrong("addcredit acme mms 500").suggestions[0].line, "/addcredit mms acme 500");
    assert!(wrong("client set").sentence.contains("/client set what?"));
    assert!(wrong("topup mms acme 500").suggestions[0].line.starts_with("/addcredit mms"));
    assert!(wrong("show all").suggestions[0].line.starts_with("/list clients"));
    assert_eq!(wrong("xyzzy").suggestions[0].line, "/help");
    assert_eq!(wrong("\"addcredit\" mms acme 5").code, "unknown_command");
}

#[test]
fn help_behind_a_command_is_help() {
    for (line, about) in
        [("addcredit help", "addcredit"), ("client set --help", "client set"), ("undo ?", "undo")]
    {
        assert_eq!(read(line, &local()).unwrap(), Reading::HelpOn(about.to_owned()), "{line}");
    }
    assert_eq!(one("help top up").args.text("what").as_deref(), Some("top up"));
    assert_eq!(read("  / ", &local()).unwrap(), Reading::Empty);
    // A client may be called Help.
    assert_eq!(add("addcredit mms help 500"), said("help", 500, ""));
}

/// One slip: a letter left out, doubled, exchanged with its neighbour, or another one.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut slips = Vec::new();
    for at in 0..letters.len() {
        let mut without = letters.clone();
        without.remove(at);
        slips.push(without);
        let mut doubled = letters.clone();
        doubled.insert(at, letters[at]);
        slips.push(doubled);
        let mut other = letters.clone();
        other[at] = 'x';
        slips.push(other);
        if let Some(next) = at.checked_add(1).filter(|next| *next < letters.len()) {
            let mut exchanged = letters.clone();
            exchanged.swap(at, next);
            slips.push(exchanged);
        }
    }
    let mut slips: Vec<String> = slips.into_iter().map(|s| s.into_iter().collect()).collect();
    slips.retain(|slip| slip != word && !slip.is_empty());
    slips
}

#[test]
fn one_slip_in_a_command_is_understood() {
    let (mut right, mut all, mut missed) = (0, 0, Vec::new());
    for word in commands::first_words() {
        for slip in slips(word) {
            if commands::first_words().contains(&slip.as_str()) {
                continue;
            }
            all += 1;
            let usage = wrong(&slip);
            if usage.sentence.contains(&format!("Did you mean {word}?")) {
                right += 1;
            } else {
                missed.push(format!("{slip} ({word}): {}", usage.sentence));
            }
        }
    }
    assert!(right * 100 >= all * 98, "{right} of {all}: {missed:#?}");
}

/// A small generator, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let side = self.0.checked_rem(u64::try_from(sides).unwrap()).unwrap();
        usize::try_from(side).unwrap()
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of lines")]
fn any_text_is_read_or_refused_and_never_panics() {
    let pieces = [
        "addcredit",
        "mms",
        "sms",
        "acme",
        "500",
        "-50",
        "1,00",
        "1 000",
        "\"",
        "'",
        "“",
        "”",
        ":",
        "--",
        "—",
        "=",
        "reason:",
        "paid:",
        "--dry-run",
        "<@U1|x>",
        "<@",
        "&lt;",
        "&",
        "<mailto:",
        ">",
        "\u{202E}",
        "\u{0}",
        "é",
        "日本",
        "𝟝",
        "٥",
        "/",
        "desk",
        "client",
        "set",
        "name",
        "price",
        "1:50",
        "grant",
        "help",
        "?",
        "op_0123456789abcdef",
        "\\",
        "\u{FEFF}",
        "for",
        "because",
        "|",
        "all of",
        "99999999999999999999",
        "c_1",
        "INV-1-0001",
        "2026-13-45",
        "  ",
        "\n",
        "@everyone",
    ];
    let fronts: [Identity; 2] = [local(), "slack:T1:U1".parse().unwrap()];
    let mut dice = Dice(0x5EED);
    for round in 0..4_000 {
        let mut line = String::new();
        for _ in 0..dice.roll(12) {
            line.push_str(pieces[dice.roll(pieces.len())]);
            if dice.roll(3) > 0 {
                line.push(' ');
            }
        }
        if round % 4 == 0 {
            let byte = |dice: &mut Dice| u8::try_from(dice.roll(256)).unwrap();
            let bytes: Vec<u8> = (0..dice.roll(40)).map(|_| byte(&mut dice)).collect();
            line.push_str(&String::from_utf8_lossy(&bytes));
        }
        if let Ok(Reading::One(parsed)) = read(&line, &fronts[round % 2]) {
            let _ = parsed.ask();
        }
        // And every view about it can be drawn.
        if let Err(usage) = read(&line, &fronts[round % 2]) {
            let view = crate::reply::usage(&usage);
            let _ = crate::terminal::render(&view, crate::terminal::Style::PLAIN);
            let _ = crate::slack::message::Message::of_view(&view);
        }
    }
    assert_eq!(wrong(&"x".repeat(100_000)).code, "too_long");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a value of each kind")]
fn a_written_command_reads_as_itself() {
    let mut dice = Dice(0xC0FFEE);
    let words = [
        "acme",
        "Studio 54",
        "O'Brien",
        "a \"b\" c",
        "for",
        "grant",
        "500",
        "x:y",
        "a --dry_run",
        "dana",
        "ACME Ltd · c_7",
        "back\\slash",
        "reason:",
        "日本",
        "<b>",
        "Homes for Cats",
        "mms",
        "to",
        "it's",
        "'q'",
        "all of x",
        "\\\"",
        "-",
    ];
    for _ in 0..3_000 {
        let command = commands::all().nth(dice.roll(commands::all().count())).unwrap();
        if matches!(command.action, Action::Help) {
            continue;
        }
        let mut args = Args::default();
        for param in command.params() {
            if !param.is_required() && dice.roll(2) == 0 {
                continue;
            }
            let text = words[dice.roll(words.len())].to_owned();
            let value = match param.kind {
                crate::command::ParamKind::Amount => {
                    let number = u64::try_from(dice.roll(1_000)).unwrap() + 1;
                    Value::Count(shared::kernel::credit::Count::try_new(number).unwrap())
                }
                crate::command::ParamKind::Number => Value::Number(7),
                crate::command::ParamKind::Choice(choices) => {
                    Value::Choice(choices[dice.roll(choices.len())].0)
                }
                crate::command::ParamKind::Invoice => Value::Invoice("INV-7-0001".parse().unwrap()),
                crate::command::ParamKind::Op | crate::command::ParamKind::Plan(_) => {
                    Value::Op("op_0123456789abcdef".parse().unwrap())
                }
                crate::command::ParamKind::Date => Value::Date("2026-11-30".parse().unwrap()),
                crate::command::ParamKind::Email => Value::Text("a@b.example".into()),
                crate::command::ParamKind::Phone => Value::Text("+44 7700 900123".into()),
                crate::command::ParamKind::Steps => {
                    Value::Steps(vec![TypedStep { quantity: 1, price: "50.00".into() }])
                }
                crate::command::ParamKind::Items => {
                    Value::Text("\"SIM cards\" 10 2.50 \"Setup\" 1 40".into())
                }
                crate::command::ParamKind::Flag => Value::Flag,
                crate::command::ParamKind::Client
                | crate::command::ParamKind::Text
                | crate::command::ParamKind::Word
                | crate::command::ParamKind::Reference
                | crate::command::ParamKind::Rest
                | crate::command::ParamKind::Staff => Value::Text(text),
            };
            args.set(param.name, value);
        }
        let parsed = Parsed { command, args };
        let line = parsed.line();
        let Ok(Reading::One(again)) = read(&line, &local()) else {
            panic!("{line}: {:?}", read(&line, &local()));
        };
        for param in command.params() {
            assert_eq!(
                again.args.get(param.name),
                parsed.args.get(param.name),
                "{line}: {}",
                param.name
            );
        }
    }
}

#[test]
fn a_label_that_comes_back_means_the_id_at_its_end() {
    let from = "local:dana".parse().unwrap();
    let given = |name: &str, values: &[(&str, &str)]| {
        let values: Vec<_> =
            values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        super::given(Parsed::bare(commands::find(name).unwrap()), &values, &from).unwrap().args
    };
    let grant = given("role grant", &[("who", "Dana · support · s_3"), ("role", "billing")]);
    assert_eq!(grant.text("who").as_deref(), Some("s_3"));
    let view = given("invoice view", &[("number", "ACME Ltd · £30.00 · open · INV-2-0003")]);
    assert_eq!(view.invoice("number").unwrap().to_string(), "INV-2-0003");
    let label = "+500 MMS · ACME Ltd · Dana · op_0123456789abcdef";
    let confirm = given("confirm", &[("op", label)]);
    assert_eq!(confirm.op("op").unwrap().to_string(), "op_0123456789abcdef");
    // What only looks like a label is what it says.
    let grant = given("role grant", &[("who", "Dana · the second"), ("role", "billing")]);
    assert_eq!(grant.text("who").as_deref(), Some("Dana · the second"));
}

#[test]
fn what_only_buttons_say_is_read_and_shown_nowhere() {
    let op: shared::kernel::id::OpId = "op_0123456789abcdef".parse().unwrap();
    let (about, seen) = (Some(shared::kernel::id::ClientId(2)), Some(3));
    let pressed = one("/confirm op_0123456789abcdef about:c_2 seen:3");
    let confirm = Ask::Plans(plans::Ask::Confirm { op: op.clone(), about, seen });
    assert_eq!(pressed.ask().unwrap(), Some(confirm.clone()));
    assert_eq!(ask(&pressed.line()), confirm);
    let approve = ask("/approve op_0123456789abcdef about:c_2 seen:3");
    assert_eq!(approve, Ask::Plans(plans::Ask::Approve { op, about, seen, alone: false }));
    assert_eq!(wrong("/confirm op_0123456789abcdef about:acme").code, "bad_value");
    for command in [pressed.command, commands::find("approve").unwrap()] {
        let form = crate::form::Form::of(&Parsed::bare(command));
        let asked = form.fields.iter().map(|field| field.name);
        let help = crate::commands::desk::help::view(&command.name()).plain();
        let asked = asked.collect::<Vec<_>>();
        let said = format!("{} {} {help} {asked:?}", command.usage(), command.short_usage());
        assert!(!said.contains("about:") && !said.contains("seen"), "{said}");
        assert!(
            wrong(&format!("/{} op_0123456789abcdef sen:3", command.name()))
                .sentence
                .ends_with("has no “sen”.")
        );
    }
    let registered = crate::registration::discord();
    assert!(!registered.contains("\"seen\"") && !registered.contains("\"about\""));
}

#[test]
fn dry_run_in_any_place_is_the_option_or_is_asked_about() {
    for line in [
        "addcredit mms acme 50 reason:hello dry_run",
        "addcredit mms acme 50 for the summer dryrun",
        "client new Foo foo@bar.example town:Leeds dry_run",
        "settings seller Foo Ltd address:1 High Street, Leeds dry_run",
        "role grant slack:T1:U1 owner same_as:local:owner dry_run",
        "correct op_0123456789abcdef move:zoes reason:wrong client dry_run",
    ] {
        let parsed = one(line);
        assert!(parsed.dry_run(), "{line}");
        assert!(!parsed.line().contains("dry_run\""), "{}", parsed.line());
    }
    assert_eq!(wrong("addcredit mms acme 54 dry run").code, "unclear_reason");
    assert_eq!(wrong("addcredit mms acme 54 reason:just a dry run").code, "unclear_reason");
    assert!(one("addcredit mms acme 54 \"dry run\"").dry_run(), "alone it is the option");
    let quoted = one("addcredit mms acme 54 \"a dry run of dry_run\"");
    assert!(!quoted.dry_run(), "what is quoted is text");
    assert_eq!(wrong("addcredit sms acme 200 for free grant").code, "clash");
    assert!(!one("addcredit sms acme 200 for the grant of May").args.flag("grant"));
}
