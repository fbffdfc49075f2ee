//! Where the desk speaks unasked: which channels a write is announced in, and who is reminded when.

use super::*;
use crate::kernel::job::Effect;
use crate::plans::settle::announced_as;
use crate::settings::types::{Purpose, Setting};

impl Desk {
    /// As [`Desk::call`], typed in a channel.
    fn typed_at(
        &mut self,
        who: &str,
        key: &str,
        at: &str,
        client: ClientId,
        ask: impl Into<Ask>,
    ) -> Result<Then, Refusal> {
        self.at = Some(at.parse().unwrap());
        let then = self.call(who, key, client, ask);
        self.at = None;
        then
    }

    fn channel(&mut self, purpose: Purpose, at: &str, typed: &str) -> Result<Then, Refusal> {
        let set = Setting::Channel { purpose, channel: typed.to_owned() };
        let key = format!("set {at} {typed} {}", self.calls);
        self.typed_at("olga", &key, at, ROOT, SettingsAsk::SettingsSet { set })
    }

    fn announcements(&self, op: &OpId) -> Vec<(String, Timestamp)> {
        let of = |record: &Record| match record {
            Record::Job(job) if job.op == *op => job.effects.clone(),
            _ => Vec::new(),
        };
        let told = |effect: Effect| match effect.what {
            What::Announce { channel, .. } => Some((channel.to_string(), effect.due)),
            _ => None,
        };
        self.records.values().flat_map(of).filter_map(told).collect()
    }
}

fn add(count: u64) -> CreditsAsk {
    CreditsAsk::AddCredit {
        kind: Kind::Mms,
        client: "c_2".into(),
        count: Count::try_new(count).unwrap(),
        mode: Mode::Open,
        reference: None,
        reason: None,
        from_house: false,
        tell: None,
    }
}

#[test]
fn a_workspace_has_one_channel_for_each_purpose() {
    let mut desk = Desk::new();
    let at = "slack:T1:C1";
    desk.channel(Purpose::Ops, at, "here").unwrap();
    desk.channel(Purpose::Ops, at, "<#C2|ops>").unwrap();
    desk.channel(Purpose::Ops, at, "discord:9:8").unwrap();
    desk.channel(Purpose::Approvals, at, "C3").unwrap();
    let names = |channels: &[Channel]| {
        channels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let settings = desk.settings();
    assert_eq!(names(&settings.ops), "slack:T1:C2 discord:9:8");
    assert_eq!(names(&settings.approvals), "slack:T1:C3");
    let asked: Vec<_> = settings.asked_in().map(ToString::to_string).collect();
    assert_eq!(asked, ["slack:T1:C3", "discord:9:8"], "where it has none, the other one");
    desk.channel(Purpose::Ops, at, "none").unwrap();
    assert_eq!(names(&desk.settings().ops), "discord:9:8", "only the workspace's own");
    assert!(desk.channel(Purpose::Ops, at, "#ops").is_err());
    let set = Setting::Channel { purpose: Purpose::Ops, channel: "here".to_owned() };
    assert!(desk.call("olga", "terminal", ROOT, SettingsAsk::SettingsSet { set }).is_err());
}

#[test]
fn a_write_is_announced_everywhere_but_where_it_was_typed() {
    let mut desk = Desk::new();
    desk.channel(Purpose::Ops, "slack:T1:C1", "here").unwrap();
    desk.channel(Purpose::Ops, "slack:T1:C1", "discord:9:8").unwrap();
    desk.typed_at("olga", "first", "slack:T1:C1", ACME, add(100)).unwrap();
    let plan = CallKey::new("test", "first").op();
    desk.typed_at(
        "olga",
        "yes",
        "slack:T1:C1",
        ACME,
        PlansAsk::Confirm { op: plan.clone(), about: None, seen: None },
    )
    .unwrap();
    let told: Vec<_> = desk.announcements(&plan).into_iter().map(|(name, _)| name).collect();
    assert_eq!(told, ["discord:9:8"]);
    desk.typed_at("olga", "second", "slack:T1:C7", ACME, add(120)).unwrap();
    let told = desk.announcements(&CallKey::new("test", "second").op());
    assert_eq!(told.len(), 2, "from another channel it is told in both");
    assert!(desk.settings().is_told_elsewhere(&"slack:T1:C7".parse().unwrap()));
    assert!(!desk.settings().is_told_elsewhere(&"slack:T1:C1".parse().unwrap()));
    assert!(!desk.settings().is_told_elsewhere(&"slack:T2:C1".parse().unwrap()));
}

#[test]
fn who_may_approve_is_asked_at_once_and_reminded_twice() {
    let mut desk = Desk::new();
    desk.channel(Purpose::Approvals, "slack:T1:C3", "here").unwrap();
    // Its first add and over the limit of support: first its author confirms.
    desk.typed_at("dana", "large", "slack:T1:C7", ACME, add(9_000)).unwrap();
    let op = CallKey::new("test", "large").op();
    assert!(desk.announcements(&op).is_empty(), "nobody else is asked yet");
    let confirm = PlansAsk::Confirm { op: op.clone(), about: None, seen: None };
    desk.typed_at("dana", "sure", "slack:T1:C7", ACME, confirm).unwrap();
    let put_up = desk.plan(&op);
    let asking = announced_as(&put_up);
    let after: Vec<_> = desk
        .announcements(&asking)
        .into_iter()
        .map(|(_, due)| due.duration_since(desk.now).as_mins())
        .collect();
    assert_eq!(after, [0, 30, 240]);
    // The end for want of an approval is announced as well, once, under another name, and noted.
    assert_eq!(code(desk.expire(&op)), "plan_over", "not before its time");
    desk.now = put_up.expires;
    desk.expire(&op).unwrap();
    let lines: Vec<_> = desk
        .records
        .values()
        .filter_map(|record| match record {
            Record::Audit(line) => Some((line.staff(), line.op.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [(None, op.clone())]);
    let over = desk.plan(&op);
    assert_eq!(over.state, PlanState::Expired);
    assert_ne!(announced_as(&over), asking);
    let channels: Vec<_> =
        desk.announcements(&announced_as(&over)).into_iter().map(|(channel, _)| channel).collect();
    assert_eq!(
        channels.len(),
        2,
        "where it was asked for, and where its author asked: {channels:?}"
    );
    assert_eq!(code(desk.expire(&op)), "plan_over");
}
