//! Who and what is on stage: the people, each linked on every platform, how the desk begins, and
//! for the commands whose worked example names something that this desk does not have, what is
//! prepared and what is typed instead. A command that is not in the table is played by its example.

use bot::command::Command;
use shared::kernel::actor::Role;

use crate::discord::GUILD;
use crate::world::BEGINNING;

/// Somebody, with what they are called on each platform.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// As they stand in transcripts.
    pub name: &'static str,
    /// `local:<name>`.
    pub local: &'static str,
    /// At Slack and at Discord.
    pub slack: &'static str,
    pub discord: &'static str,
}

const fn person(
    name: &'static str,
    local: &'static str,
    slack: &'static str,
    discord: &'static str,
) -> Person {
    Person { name, local, slack, discord }
}

const OWNER: Person = person("Owner", "owner", "U1", "1001");
const MONA: Person = person("Mona (manager)", "mona", "U2", "1002");
const BILL: Person = person("Bill (billing)", "bill", "U3", "1003");
const DANA: Person = person("Dana (support)", "dana", "U4", "1004");
const ANN: Person = person("Ann (auditor)", "ann", "U5", "1005");
const STRANGER: Person = person("A stranger", "stranger", "U99", "1099");

/// Somebody with no more than a role.
pub fn with_role(role: Role) -> &'static Person {
    match role {
        Role::Auditor => &ANN,
        Role::Support => &DANA,
        Role::Billing => &BILL,
        Role::Manager => &MONA,
        Role::Owner => &OWNER,
    }
}

/// Somebody whose role is just not enough.
pub fn below(role: Role) -> &'static Person {
    match role {
        Role::Auditor => &STRANGER,
        Role::Support => &ANN,
        Role::Billing => &DANA,
        Role::Manager => &BILL,
        Role::Owner => &MONA,
    }
}

/// How a command is played.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// What was done before, by whom: confirmed where it asks, unless it begins with `?`. `+25` lets 25
    /// hours pass. What Stripe does is an event.
    pub before: &'static [(&'static str, &'static str)],
    /// What is typed. `{op}` is the last thing that was done before.
    pub line: &'static str,
    /// What is typed so that nothing matches, where that is not another client or number.
    pub none: Option<&'static str>,
    /// What was done before something over the limit, and what that is, where it is not only an
    /// amount.
    pub before_above: &'static [(&'static str, &'static str)],
    pub above: Option<&'static str>,
    /// Who does that, where it is not the one who does all else: whoever takes back their own has no
    /// limit.
    pub above_by: Option<&'static Person>,
    /// The desk has just been made.
    pub new: bool,
}

impl Scene {
    fn of(line: &'static str) -> Self {
        Self {
            before: &[],
            line,
            none: None,
            before_above: &[],
            above: None,
            above_by: None,
            new: false,
        }
    }

    fn after(self, before: &'static [(&'static str, &'static str)]) -> Self {
        Self { before, ..self }
    }

    fn none(self, line: &'static str) -> Self {
        Self { none: Some(line), ..self }
    }

    fn above(self, before: &'static [(&'static str, &'static str)], line: &'static str) -> Self {
        Self { before_above: before, above: Some(line), ..self }
    }

    fn by_billing(self) -> Self {
        Self { above_by: Some(&BILL), ..self }
    }

    /// How its desk begins, with everybody linked on every platform.
    pub fn beginning(&self) -> Vec<(&'static str, String)> {
        let begun: &[(&str, &str)] =
            if self.new { &[("owner", "/role grant local:mona manager Mona")] } else { BEGINNING };
        let mut lines: Vec<(&str, String)> =
            begun.iter().map(|(who, line)| (*who, (*line).to_owned())).collect();
        if !self.new {
            for name in ["Price", "Shaw"] {
                let line = format!("/role grant local:dan.{name} auditor Dan {name}");
                lines.push(("owner", line));
            }
        }
        for (role, person) in Role::ALL.map(|role| (role, with_role(role))) {
            if self.new && ![OWNER.local, MONA.local].contains(&person.local) {
                continue;
            }
            let Person { local, slack, discord, .. } = person;
            for identity in [format!("slack:T1:{slack}"), format!("discord:{GUILD}:{discord}")] {
                let line = format!("/role grant {identity} {} same_as:local:{local}", role.word());
                lines.push(("owner", line));
            }
        }
        lines
    }
}

const OPEN_ADD: &[(&str, &str)] = &[("dana", "/addcredit mms acme 500 monthly top-up")];
const PAID_BY_STRIPE: &[(&str, &str)] = &[
    ("dana", "/addcredit mms acme 500 monthly top-up"),
    ("stripe", "succeeded pi_3Nf2 3000 INV-2-0003"),
];
const RECORDED: &[(&str, &str)] = &[
    ("dana", "/addcredit mms acme 500 monthly top-up"),
    ("bill", "/payment record 40.00 2026-11-20 \"ACME LTD\" ref:TRF-8812"),
];
const MATCHED: &[(&str, &str)] = &[
    ("dana", "/addcredit mms acme 500 monthly top-up"),
    ("bill", "/payment record 40.00 2026-11-20 \"ACME LTD\" ref:TRF-8812"),
    ("bill", "/payment match TRF-8812 INV-2-0003"),
];
const GRANT_ASKED: &[(&str, &str)] =
    &[("dana", "?/addcredit mms acme 50 sorry for Tuesday --grant")];
const WAITS: &[(&str, &str)] = &[("dana", "/addcredit sms acme 40000 spring campaign")];
const FOR_CARDS: &[(&str, &str)] = &[("owner", "/invoice create acme SIM cards 10 2.50")];
const MOSTLY_CREDITED: &[(&str, &str)] = &[
    ("owner", "/invoice create acme SIM cards 10 2.50"),
    ("owner", "/invoice credit INV-2-0003 20.00 seven were broken"),
];
const FOR_A_LICENCE: &[(&str, &str)] = &[("owner", "/invoice create acme Licence 1 9,000")];
const LARGE_ADD: &[(&str, &str)] = &[("owner", "/addcredit sms acme 90000 spring campaign")];

const NEW_BANK: &[(&str, &str)] = &[
    ("owner", "/settings bank set Brightline Messaging Ltd iban:DE89370400440532013000"),
    ("owner", "/settings bank set Brightline Messaging Ltd iban:GB33BUKB20201555555555"),
    ("owner", "+25"),
];

/// How a command is played.
#[expect(clippy::too_many_lines, reason = "a scene of each command")]
pub fn scene(command: &Command) -> Scene {
    let name = command.name();
    match name.as_str() {
        "deductcredit sms" => Scene::of(command.example).above(
            &[("owner", "/addcredit sms acme 200000 paid:BACS-9")],
            "/deductcredit sms acme 90000 added twice",
        ),
        "deductcredit mms" => Scene::of("/deductcredit mms acme 50 added twice invoice:INV-2-0003")
            .after(OPEN_ADD)
            .above(
                &[("owner", "/addcredit mms acme 200000 paid:BACS-9")],
                "/deductcredit mms acme 90000 added twice",
            ),
        "undo" => {
            Scene::of("/undo {op}").after(OPEN_ADD).above(LARGE_ADD, "/undo {op}").by_billing()
        }
        "correct" => Scene::of("/correct {op} to:50 one zero too many")
            .after(OPEN_ADD)
            .above(LARGE_ADD, "/correct {op} to:9000 one zero too many")
            .by_billing(),
        "statement" | "history" | "why" | "invoice list" => {
            Scene::of(command.example).after(OPEN_ADD)
        }
        "confirm" => Scene::of("/confirm {op}")
            .after(GRANT_ASKED)
            .above(&[("dana", "?/addcredit sms acme 90000 spring campaign")], "/confirm {op}"),
        "approve" => Scene::of("/approve {op}").after(WAITS).above(
            &[("mona", "?/addcredit sms acme 400000 spring campaign"), ("mona", "/confirm {op}")],
            "/approve {op}",
        ),
        "deny" => Scene::of("/deny {op} call the client first").after(WAITS),
        "pending" => Scene::of(command.example).after(WAITS),
        "list clients" => Scene::of(command.example).none("/list clients low:0"),
        "list users" => Scene::of(command.example).none("/list users low:0"),
        "list resellers" => Scene::of(command.example).none("/list resellers low:0"),
        "list pending" => Scene::of(command.example).none("/list pending low:0"),
        "client find" => Scene::of(command.example).none("/client find zebra"),
        "staff return" => Scene::of("/staff return s_2").after(&[("owner", "/staff leave dana")]),
        "client activate" => Scene::of("/client activate birch"),
        "client set email" => Scene::of("/client set email acme accounts@acme.example"),
        "client contact remove" => Scene::of(command.example)
            .after(&[("dana", "/client contact add acme accounts@acme.example")]),
        "client openadds allow" => {
            Scene::of(command.example).after(&[("bill", "/client openadds stop acme")])
        }
        "mms allow" => Scene::of(command.example).after(&[("owner", "/mms allow c_1 --off")]),
        "invoice view" => Scene::of("/invoice view INV-2-0003").after(OPEN_ADD),
        "invoice paylink" => Scene::of("/invoice paylink INV-2-0003").after(OPEN_ADD),
        "payment refund" => Scene::of(command.example).after(PAID_BY_STRIPE),
        "invoice void" => Scene::of("/invoice void INV-2-0003 billed twice")
            .after(OPEN_ADD)
            .above(LARGE_ADD, "/invoice void INV-2-0004 billed twice"),
        "invoice create" => Scene::of(command.example)
            .above(&[], "/invoice create acme Annual licence 1 9,000")
            .by_billing(),
        "invoice paid" => Scene::of("/invoice paid INV-2-0003 BACS 4471")
            .after(FOR_CARDS)
            .above(FOR_A_LICENCE, "/invoice paid INV-2-0004 BACS 4472")
            .by_billing(),
        "invoice credit" => Scene::of("/invoice credit INV-2-0003 12.00 one card was broken")
            .after(FOR_CARDS)
            .above(FOR_A_LICENCE, "/invoice credit INV-2-0004 9,000 wrong price")
            .by_billing(),
        "invoice close" => Scene::of("/invoice close INV-2-0003 rounding").after(MOSTLY_CREDITED),
        "invoice resend" => Scene::of("/invoice resend INV-2-0003").after(OPEN_ADD),
        "brand set" => {
            Scene::of("/brand set northern sender:\"Northern SMS\" reply_to:help@northern.example")
        }
        "brand show" => Scene::of("/brand show northern")
            .after(&[("owner", "/brand set northern sender:\"Northern SMS\"")]),
        "settings bank confirm" | "settings bank cancel" | "settings bank show" => {
            Scene::of(command.example).after(NEW_BANK)
        }
        "payment match" => Scene::of("/payment match TRF-8812 INV-2-0003").after(RECORDED),
        "payment unmatch" => Scene::of("/payment unmatch TRF-8812").after(MATCHED),
        "payment ignore" => Scene::of("/payment ignore TRF-8812").after(RECORDED),
        "payment unmatched" => Scene::of(command.example).after(RECORDED),
        "payment view" => Scene::of("/payment view TRF-8812").after(RECORDED),
        "settings limits" => Scene::of("/settings limits support open 250"),
        "settings tax" => Scene::of("/settings tax 17.5%"),
        "settings due" => Scene::of("/settings due 30"),
        "settings currency" => Scene { new: true, ..Scene::of(command.example) },
        "settings channels" => Scene::of("/settings channels ops slack:T1:C0DESK"),
        "settings zone" => Scene::of("/settings zone Europe/Dublin"),
        "role grant" => Scene::of("/role grant slack:T0123ABC:U0456DEF support Nia"),
        "price remove sms" => {
            Scene::of(command.example).after(&[("owner", "/price set sms acme 1:38.00")])
        }
        "price remove mms" => {
            Scene::of(command.example).after(&[("owner", "/price set mms acme 1:48.00")])
        }
        "help" => Scene::of(command.example).none("/help zebra"),
        _ => Scene::of(command.example),
    }
}
