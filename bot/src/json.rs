//! Replies for scripts: plain objects whose fields do not change with the wording.
//!
//! Ids and numbers are as people see them (`c_1042`, `INV-1042-0007`); money is in minor units, with its
//! currency beside it.

use serde_json::{Value, json};
use shared::answer::{Answer, BalanceOf, ClientCard, CreditChange, Named, NamedStaff, PlanCard};
use shared::client::MmsOff;
use shared::entry::Entry;
use shared::invoice::Invoice;
use shared::money::Money;
use shared::operation::Outcome;
use shared::refusal::Refusal;

use crate::reply::masked_phone;

/// The facts of an outcome.
#[must_use]
pub fn of(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Answer(answer) => answered(answer),
        Outcome::Planned(plan) => planned(plan),
        Outcome::Refused(refusal) => refused(refusal),
        Outcome::Failed(failed) => {
            json!({ "reference": failed.reference, "nothing_changed": failed.nothing_changed })
        }
        Outcome::Elsewhere(_) => json!({}),
    }
}

/// The kind of an answer, in one word.
#[must_use]
pub fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Credit(_) => "credit",
        Answer::DryRun { .. } => "dry_run",
        Answer::Balance { .. } => "balance",
        Answer::Statement { .. } => "statement",
        Answer::Why { .. } => "why",
        Answer::History { .. } => "history",
        Answer::Pending { .. } => "pending",
        Answer::PlanEnded { .. } => "plan_ended",
        Answer::List { .. } => "list",
        Answer::Found { .. } => "found",
        Answer::Suggestions { .. } => "suggestions",
        Answer::Client { .. } => "client",
        Answer::ClientChanged { .. } => "client_changed",
        Answer::Mms { .. } => "mms",
        Answer::Prices { .. } => "prices",
        Answer::Settings { .. } => "settings",
        Answer::Invoices { .. } => "invoices",
        Answer::Invoice { .. } => "invoice",
        Answer::Roles { .. } => "roles",
        Answer::RoleGranted { .. } => "role_granted",
        Answer::StaffLeft { .. } => "staff_left",
        Answer::Covered { .. } => "covered",
        Answer::Whoami { .. } => "whoami",
        Answer::Status { .. } => "status",
        Answer::Jobs { .. } => "jobs",
    }
}

fn answered(answer: &Answer) -> Value {
    match answer {
        Answer::Credit(change) => credit(change, true),
        Answer::DryRun { change, why, text, done: _ } => {
            let mut facts = change.as_ref().map_or_else(|| json!({}), |c| credit(c, false));
            put(&mut facts, "why", json!(why));
            put(&mut facts, "would", json!(text));
            facts
        }
        Answer::Balance { client, status, balances, mms_off, unpaid } => json!({
            "client": client.id.to_string(),
            "name": client.name,
            "login": client.login,
            "status": status.word(),
            "sms": figures(balances.sms),
            "mms": figures(balances.mms),
            "mms_off": off(*mms_off),
            "unpaid_minor": minor(*unpaid), "currency": currency_of(*unpaid),
        }),
        Answer::Statement { client, entries, opening, closing, since, until, cut, staff } => {
            json!({
                "client": client.id.to_string(),
                "since": since, "until": until,
                "opening": opening, "closing": closing,
                "entries": entries.iter().map(entry).collect::<Vec<_>>(),
                "cut": cut,
                "staff": names(staff),
            })
        }
        Answer::Why { client, balances, entries, opening, foots, kinds, staff } => json!({
            "client": client.id.to_string(),
            "kinds": kinds,
            "sms": figures(balances.sms), "mms": figures(balances.mms),
            "opening": opening,
            "entries": entries.iter().map(entry).collect::<Vec<_>>(),
            "foots": foots,
            "staff": names(staff),
        }),
        Answer::History { lines, staff, since, cut } => json!({
            "since": since,
            "lines": lines.iter().map(|line| json!({
                "at": line.at,
                "op": line.op,
                "staff": line.staff.map(|staff| staff.to_string()),
                "name": line.staff.and_then(|id| staff.iter().find(|s| s.id == id)).map(|s| &s.name),
                "operation": line.operation,
                "client": line.client.map(|client| client.to_string()),
                "ended": line.ended,
                "text": line.text,
            })).collect::<Vec<_>>(),
            "cut": cut,
        }),
        Answer::Pending { plans } => {
            json!({ "plans": plans.iter().map(planned).collect::<Vec<_>>() })
        }
        Answer::PlanEnded { plan, reason } => {
            json!({ "plan": planned(plan), "reason": reason })
        }
        Answer::List { total, sums, skipped, clients, ends: _, as_of } => json!({
            "total": total, "skipped": skipped, "sums": sums, "as_of": as_of,
            "clients": clients.iter().map(client_card).collect::<Vec<_>>(),
        }),
        Answer::Found { text, clients, total } => json!({
            "text": text, "total": total,
            "clients": clients.iter().map(client_card).collect::<Vec<_>>(),
        }),
        Answer::Suggestions { clients } => {
            json!({ "clients": clients.iter().map(named).collect::<Vec<_>>() })
        }
        Answer::Client { client, parent, manager, balances, mms_off, unpaid } => json!({
            "client": client.id.to_string(),
            "name": client.name,
            "login": client.login,
            "email": client.email,
            "mobile": client.mobile.as_deref().map(masked_phone),
            "town": client.town,
            "class": client.class.word(),
            "status": client.status.word(),
            "parent": parent.as_ref().map(|parent| parent.id.to_string()),
            "manager": manager.as_ref().map(|manager| manager.id.to_string()),
            "referral": client.referral,
            "sms": figures(balances.sms),
            "mms": figures(balances.mms),
            "mms_off": off(*mms_off),
            "unpaid_minor": minor(*unpaid), "currency": currency_of(*unpaid),
        }),
        Answer::ClientChanged { client, what, twins } => json!({
            "client": client.id.to_string(),
            "name": client.name,
            "login": client.login,
            "what": what,
            "twins": twins.iter().map(|twin| twin.id.to_string()).collect::<Vec<_>>(),
        }),
        Answer::Mms { client, turned, still_off } => json!({
            "client": client.id.to_string(),
            "turned": turned,
            "still_off": off(*still_off),
        }),
        Answer::Prices { client, currency, prices, today, set } => json!({
            "client": client.as_ref().map(|client| client.id.to_string()),
            "currency": currency.code(),
            "today": today,
            "set": set,
            "prices": prices.iter().map(|prices| json!({
                "scope": match prices.scope {
                    shared::settings::Scope::Default => "default".to_owned(),
                    shared::settings::Scope::Client(id) => id.to_string(),
                },
                "kind": prices.kind,
                "schedules": prices.schedules,
            })).collect::<Vec<_>>(),
        }),
        Answer::Settings { settings, set } => json!({ "settings": settings, "set": set }),
        Answer::Invoices { client, invoices, unpaid, today } => json!({
            "client": client.id.to_string(),
            "unpaid_minor": minor(*unpaid), "currency": currency_of(*unpaid),
            "invoices": invoices.iter().map(|i| invoice(i, *today)).collect::<Vec<_>>(),
        }),
        Answer::Invoice { invoice: document, client: _, today } => invoice(document, *today),
        Answer::Roles { staff } => json!({
            "staff": staff.iter().map(|staff| json!({
                "id": staff.id.to_string(),
                "name": staff.name,
                "role": staff.role,
                "active": staff.active,
                "identities": staff.identities,
            })).collect::<Vec<_>>(),
        }),
        Answer::RoleGranted { staff, role, before, linked } => json!({
            "staff": staff.id.to_string(), "name": staff.name,
            "role": role, "before": before, "linked": linked,
        }),
        Answer::StaffLeft { staff, identities, to } => json!({
            "staff": staff.id.to_string(), "name": staff.name, "identities": identities,
            "to": to.as_ref().map(|to| to.id.to_string()),
        }),
        Answer::Covered { staff, cover } => json!({
            "staff": staff.id.to_string(), "name": staff.name,
            "role": cover.map(|cover| cover.role), "until": cover.map(|cover| cover.until),
        }),
        Answer::Whoami { staff, role, identity, limits } => json!({
            "staff": staff.id.to_string(), "name": staff.name,
            "role": role, "identity": identity,
            "limits": limits.iter().map(|(mode, limit, left)| json!({
                "mode": mode, "limit_minor": minor(*limit), "left_minor": minor(*left),
                "currency": currency_of(*limit),
            })).collect::<Vec<_>>(),
        }),
        Answer::Status { missing, clients, staff, pending, failed_jobs, settings } => json!({
            "missing": missing, "clients": clients, "staff": staff,
            "pending": pending, "failed_jobs": failed_jobs, "settings": settings,
        }),
        Answer::Jobs { jobs, replayed } => json!({
            "jobs": jobs.iter().map(|job| json!({
                "op": job.op, "due": job.due, "failed": job.failed,
                "effects": job.effects.iter().map(|e| json!({
                    "what": crate::reply::effect_word(&e.what), "done": e.done, "tries": e.tries,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "replayed": replayed,
        }),
    }
}

fn put(facts: &mut Value, name: &str, value: Value) {
    if let Some(object) = facts.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// A change of credits. The numbers of an entry and of a document exist only once it is committed.
fn credit(change: &CreditChange, committed: bool) -> Value {
    let invoice = change.invoice.as_ref().filter(|_| committed);
    json!({
        "client": change.client.id.to_string(),
        "name": change.client.name,
        "kind": change.kind,
        "amount": change.amount,
        "balance_before": change.before,
        "balance_after": change.after,
        "what": change.what,
        "invoice": invoice.map(|invoice| invoice.number),
        "credit_note": invoice.and_then(|invoice| invoice.credit_note),
        "gross_minor": minor(change.invoice.as_ref().map(|invoice| invoice.gross)),
        "currency": currency_of(change.invoice.as_ref().map(|invoice| invoice.gross)),
        "entry": committed.then_some(change.entry),
        "replaced_by": change.replaced_by.as_ref().filter(|_| committed).map(|i| i.number),
        "reason": change.reason,
        "other": change.other.as_ref().map(|other| json!({
            "client": other.client.id.to_string(),
            "balance_before": other.before,
            "balance_after": other.after,
            "entry": committed.then_some(other.entry),
        })),
    })
}

fn planned(plan: &PlanCard) -> Value {
    let mut facts = credit(&plan.change, false);
    put(&mut facts, "op", json!(plan.op));
    put(&mut facts, "version", json!(plan.version));
    put(&mut facts, "state", json!(plan.state));
    put(&mut facts, "why", json!(plan.why));
    put(&mut facts, "by", json!(plan.by.id.to_string()));
    put(&mut facts, "expires", json!(plan.expires));
    facts
}

fn refused(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::UnknownClient { typed, nearest } => json!({
            "typed": typed,
            "nearest": nearest.iter().map(named).collect::<Vec<_>>(),
        }),
        Refusal::Ambiguous { typed, matches, total } => json!({
            "typed": typed, "total": total,
            "matches": matches.iter().map(client_card).collect::<Vec<_>>(),
        }),
        Refusal::NotEnough { client, kind, spendable, asked } => json!({
            "client": client.id.to_string(),
            "kind": kind, "spendable": spendable, "asked": asked,
        }),
        Refusal::NotLinked { .. }
        | Refusal::Left { .. }
        | Refusal::NotAllowed { .. }
        | Refusal::TooMany { .. }
        | Refusal::MmsOff { .. }
        | Refusal::ClientStatus { .. }
        | Refusal::Frozen { .. }
        | Refusal::NoPrice { .. }
        | Refusal::NoCurrency
        | Refusal::KeyReused { .. }
        | Refusal::NothingToUndo
        | Refusal::UnknownOperation { .. }
        | Refusal::NotUndoable { .. }
        | Refusal::Spent { .. }
        | Refusal::AlreadyReversed { .. }
        | Refusal::UnknownInvoice { .. }
        | Refusal::InvoiceState { .. }
        | Refusal::InvoiceMismatch { .. }
        | Refusal::ReferenceUsed { .. }
        | Refusal::NoPlan
        | Refusal::PlanOver { .. }
        | Refusal::NotYourPlan { .. }
        | Refusal::OwnPlan { .. }
        | Refusal::NotYetAlone { .. }
        | Refusal::OthersCan { .. }
        | Refusal::NotYetApprovable { .. }
        | Refusal::NeedsApproval { .. }
        | Refusal::ApproverLimit { .. }
        | Refusal::Rate { .. }
        | Refusal::LoginTaken { .. }
        | Refusal::UnknownStaff { .. }
        | Refusal::OwnRole
        | Refusal::LastOwner { .. }
        | Refusal::Outranked { .. }
        | Refusal::NoChange { .. }
        | Refusal::Invalid { .. } => json!(refusal),
    }
}

fn named(client: &Named) -> Value {
    json!({ "client": client.id.to_string(), "name": client.name, "login": client.login })
}

fn client_card(view: &ClientCard) -> Value {
    json!({
        "client": view.client.id.to_string(),
        "name": view.client.name,
        "login": view.client.login,
        "class": view.class.word(),
        "status": view.status.word(),
        "town": view.town,
        "sms": figures(view.balances.sms),
        "mms": figures(view.balances.mms),
        "last_change": view.last_change,
    })
}

fn figures(of: BalanceOf) -> Value {
    json!({ "spendable": of.spendable, "used": of.used, "held": of.held, "owed": of.owed })
}

fn off(off: Option<MmsOff>) -> Value {
    match off {
        None => Value::Null,
        Some(MmsOff::Platform(admin)) => json!({ "platform": admin.to_string() }),
        Some(MmsOff::Own) => json!("own"),
        Some(MmsOff::Parent(parent)) => json!({ "parent": parent.to_string() }),
    }
}

/// The names of the staff members behind the ids of actors.
fn names(staff: &[NamedStaff]) -> Value {
    staff.iter().map(|one| (one.id.to_string(), json!(one.name))).collect()
}

/// In which currency minor units beside it are.
fn currency_of(money: Option<Money>) -> Value {
    json!(money.map(|money| money.currency.code()))
}

fn minor(money: Option<Money>) -> Value {
    json!(money.map(|money| money.minor))
}

fn entry(entry: &Entry) -> Value {
    json!({
        "entry": entry.number,
        "at": entry.at,
        "op": entry.op,
        "reason": entry.reason,
        "lines": entry.lines.iter().map(|line| json!({
            "kind": line.kind, "granted": line.granted, "used": line.used,
            "held": line.held, "balance": line.balance,
        })).collect::<Vec<_>>(),
        "by": entry.actor.short(),
        "note": entry.note,
        "invoice": entry.invoice,
        "reverses": entry.reverses,
        "other": entry.other.map(|other| other.to_string()),
    })
}

fn invoice(invoice: &Invoice, today: jiff::civil::Date) -> Value {
    json!({
        "number": invoice.number,
        "client": invoice.client.to_string(),
        "state": invoice.state,
        "mode": invoice.mode,
        "overdue": invoice.overdue(today),
        "at": invoice.at,
        "due": invoice.due,
        "currency": invoice.currency.code(),
        "net_minor": invoice.net_minor,
        "tax_minor": invoice.tax_minor,
        "gross_minor": invoice.gross_minor,
        "paid_minor": invoice.paid_minor,
        "due_minor": invoice.due_minor(),
        "gives": invoice.gives,
        "corrects": invoice.corrects,
        "reference": invoice.reference,
        "op": invoice.op,
        "entry": invoice.entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_of_credits_has_the_fields_that_scripts_read() {
        let change: CreditChange = serde_json::from_value(json!({
            "client": { "id": 1042, "name": "ACME", "login": "acme" },
            "kind": "mms", "amount": 500, "before": 120, "after": 620,
            "what": { "added": "open" }, "entry": 7,
            "invoice": { "number": "INV-1042-0007", "gross": { "minor": 2500, "currency": "GBP" },
                         "due": "2026-12-07", "settled": false },
            "by": { "id": 3, "name": "Dana" }, "at": "2026-11-23T10:00:00Z",
        }))
        .unwrap();
        let facts = credit(&change, true);
        for (field, value) in [
            ("client", json!("c_1042")),
            ("kind", json!("mms")),
            ("amount", json!(500)),
            ("balance_before", json!(120)),
            ("balance_after", json!(620)),
            ("invoice", json!("INV-1042-0007")),
            ("entry", json!(7)),
        ] {
            assert_eq!(facts[field], value, "{field}");
        }
        // What is only planned has no numbers yet.
        let facts = credit(&change, false);
        assert_eq!((&facts["invoice"], &facts["entry"]), (&Value::Null, &Value::Null));
    }
}
