//! Refusals: a business "no". Each is matchable, and its `Display` is a full sentence that is safe
//! to show; whether something was changed and what to do next are the reply's to add.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::clients::types::ClientCard;
use crate::credits::types::DeductedSince;
use crate::invoices::types::InvoiceState;
use crate::kernel::actor::{ActorKind, Role};
use crate::kernel::credit::{Kind, grouped, in_words, were};
use crate::kernel::id::{ClientId, Identity, InvoiceNumber, Named, NamedStaff, OpId};
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::ledger::account::Status;
use crate::permissions::types::MmsOff;
use crate::plans::types::{Lapse, PlanState};

/// A business "no".
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, EnumDiscriminants,
)]
#[strum_discriminants(name(RefusalKind), derive(VariantArray, PartialOrd, Ord))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The identity is nobody's.
    #[error("“{identity}” is not linked to a staff member.")]
    NotLinked { identity: Identity },
    /// The staff member has left.
    #[error("{name} has left and has no access.")]
    Left { name: String },
    /// The role may not.
    #[error("{} role ({}) may not do that; it needs {}.", whose(author.as_deref()), role.word(), needs.or_more())]
    NotAllowed {
        /// The operation's name.
        operation: String,
        /// The caller's role, or the author's.
        role: Role,
        /// The least role that may.
        needs: Role,
        /// The author of the plan, where the caller is somebody else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<String>,
    },
    /// The operation is for other actors.
    #[error("This operation is not for {}.", actor.words())]
    WrongActor { actor: ActorKind },
    /// The entry point cannot prove such a caller.
    #[error("Calls of {} are not accepted here.", actor.words())]
    NotAdmitted { actor: ActorKind },
    /// No client matches.
    #[error("No client matches “{typed}”.")]
    UnknownClient {
        typed: String,
        /// The nearest ones, best first.
        nearest: Vec<Named>,
        /// The words behind the one client that the text begins with.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        behind: String,
    },
    /// Several clients match.
    #[error("{} “{typed}”.", client_match(*total))]
    Ambiguous {
        typed: String,
        /// The first 25.
        matches: Vec<ClientCard>,
        /// How many there are in all.
        total: u64,
        /// The text behind the name of each match, where a name was followed by other text.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        behind: Vec<String>,
    },
    /// Too few credits.
    #[error("{} has {} {kind} {} to spend; {} {} asked for.", client.name, grouped(*spendable), if *spendable == 1 { "credit" } else { "credits" }, grouped(*asked), if *asked == 1 { "was" } else { "were" })]
    NotEnough {
        client: Named,
        kind: Kind,
        /// What may be taken.
        spendable: u64,
        /// What was asked.
        asked: u64,
    },
    /// The total would pass the largest exact number.
    #[error("{} would hold more {kind} credits than the desk can count.", client.name)]
    TooMany { client: Named, kind: Kind },
    /// MMS is off.
    #[error("{} may not use MMS: {}", client.name, mms_off(*off))]
    MmsOff {
        client: Named,
        /// Where it is off.
        off: MmsOff,
    },
    /// The client's status says no.
    #[error("{} is {}.", client.name, status.word())]
    ClientStatus {
        client: Named,
        /// Where it stands.
        status: Status,
    },
    /// A stored item is not what the desk wrote.
    #[error("A stored record cannot be used: {reason}.")]
    Unreadable {
        /// Names the item.
        reason: String,
    },
    /// The account is frozen.
    #[error("Staff changes of {}’s credits are stopped until its books are proved again.", client.name)]
    Frozen { client: Named },
    /// Adds on open invoices are stopped.
    #[error("{} gets no further credits on open invoices{}.", client.name, unpaid.map(|unpaid| format!(": {unpaid} is unpaid")).unwrap_or_default())]
    OpenAddsStopped { client: Named, unpaid: Option<Money> },
    /// There is no price.
    #[error("There is no price for {kind} credits that holds for {}.", client.name)]
    NoPrice {
        /// For whom.
        client: Named,
        /// For which credits.
        kind: Kind,
    },
    /// The desk's currency is not set.
    #[error("The desk’s currency is not set yet.")]
    NoCurrency,
    /// The key was used for something else.
    #[error("This key was used before for another command ({op}).")]
    KeyReused {
        /// The operation that holds it.
        op: OpId,
    },
    /// There is nothing to undo.
    #[error("You have no operation of today or yesterday to undo.")]
    NothingToUndo,
    /// The operation is not known.
    #[error("There is no operation {op}.")]
    UnknownOperation { op: OpId },
    /// The operation is there, and as it stands nothing of it fits what was asked for.
    #[error("{op} is {noun} that {}; {lacks}.", state.map_or("was refused", ended))]
    NotOpen {
        op: OpId,
        /// The kind of change.
        noun: String,
        /// `None` when it was refused.
        state: Option<PlanState>,
        /// What it lacks, as a sentence without its end.
        lacks: String,
    },
    /// The operation cannot be undone.
    #[error("{op} cannot be undone: {why}")]
    NotUndoable {
        op: OpId,
        /// A sentence.
        why: String,
    },
    /// What should be taken back is spent: whoever corrects says what becomes of it.
    #[error("Only {} of {} {kind} credits are left with {}.", grouped(*spendable), grouped(*asked), client.name)]
    Spent {
        client: Named,
        /// Which add.
        op: OpId,
        kind: Kind,
        /// How many are left.
        spendable: u64,
        /// How many should be taken.
        asked: u64,
    },
    /// Staff deducted credits since the add that is to be taken back.
    #[error("Since {}, {} {} deducted from {}. Was that a part of what is to be taken back?", .0.op, in_words(&.0.counted), were(&.0.counted), .0.client.name)]
    DeductedSince(Box<DeductedSince>),
    /// The operation was undone already.
    #[error("{op} was taken back already.")]
    AlreadyReversed { op: OpId },
    /// The invoice is not known.
    #[error("There is no invoice {number}.")]
    UnknownInvoice { number: InvoiceNumber },
    /// The invoice's state says no.
    #[error("{number} is {}.", state.word())]
    InvoiceState {
        number: InvoiceNumber,
        /// Where it stands.
        state: InvoiceState,
    },
    /// The invoice belongs to somebody else, or gives none or too few of these credits.
    #[error("{number} does not cover that: {why}")]
    InvoiceMismatch {
        number: InvoiceNumber,
        /// A sentence.
        why: String,
    },
    /// The payment belongs to another invoice.
    #[error("The payment “{reference}” belongs to {invoice} and pays nothing else.")]
    ReferenceUsed { reference: String, invoice: InvoiceNumber },
    /// The payment belongs to another client whose invoice does not use it, and the caller may not move it.
    #[error("The payment “{reference}” belongs to {invoice} of {}, which uses none of it.", client.name)]
    ReferenceOfOther {
        reference: String,
        /// The client whose money it is.
        client: Named,
        invoice: InvoiceNumber,
        /// The lowest role that may move it.
        needs: Role,
    },
    /// The plan is over.
    #[error("{op} {}.", ended(*state))]
    PlanOver {
        op: OpId,
        /// How it ended.
        state: PlanState,
    },
    /// A fact of the plan changed.
    #[error("{op} no longer holds: {}", lapse.sentence())]
    PlanLapsed { op: OpId, lapse: Lapse },
    /// Only the author can confirm.
    #[error("Only {} can confirm this.", author.name)]
    NotYourPlan { author: NamedStaff },
    /// The author cannot approve.
    #[error("This is your own plan, so someone else must approve it.")]
    OwnPlan {
        op: OpId,
        /// From when on an owner may after all, if nobody else can.
        alone_from: Option<Timestamp>,
    },
    /// An owner may approve alone, and not yet: others have a day to object.
    #[error("This is your own plan, so others have a day to look at it first.")]
    NotYetAlone {
        op: OpId,
        /// From when on.
        from: Timestamp,
    },
    /// An owner may approve alone only what nobody else can.
    #[error("This is your own plan, and {} can approve it.", people(others))]
    OthersCan { others: Vec<NamedStaff> },
    /// The plan waits for the other thing.
    #[error("{op} waits for its author’s confirmation first.")]
    NotYetApprovable { op: OpId },
    /// The plan needs a second person.
    #[error("{op} needs an approval by someone else now.")]
    NeedsApproval { op: OpId },
    /// The approver's own limit is too low.
    #[error("Your own limit for {} is {limit}; this is worth {amount}.", mode.words())]
    ApproverLimit {
        /// In which mode.
        mode: Mode,
        /// The approver's limit.
        limit: Money,
        /// What it is about.
        amount: Money,
    },
    /// Too many changes in a minute.
    #[error("{} credit changes in a minute is the limit for your role.", allowed)]
    Rate {
        /// How many are allowed.
        allowed: u32,
        /// When the next one is.
        retry_at: Timestamp,
    },
    /// The login is taken.
    #[error("The login “{login}” belongs to another client ({client}).")]
    LoginTaken {
        /// Which.
        login: String,
        /// Whose.
        client: ClientId,
    },
    /// A name that is another client's login, email or number, or has the form of an id or of a document's number.
    #[error("“{name}” cannot be a name: {}.", taken_by(*client))]
    NameTaken {
        name: String,
        /// The client whose it is.
        client: Option<ClientId>,
    },
    /// The staff member is not known, or the text fits several.
    #[error("{} “{typed}”.", staff_match(nearest.len()))]
    UnknownStaff {
        typed: String,
        /// Those that match or are near.
        nearest: Vec<NamedStaff>,
    },
    /// Nobody changes their own role.
    #[error("Nobody changes their own role or limits; ask another owner.")]
    OwnRole,
    /// The last owner cannot be demoted or leave.
    #[error("{} is the last owner; make someone else an owner first.", staff.name)]
    LastOwner { staff: NamedStaff },
    /// The caller may not touch someone of that role.
    #[error("A {} may not remove {} {}.", role.word(), if *theirs == Role::Owner { "an" } else { "a" }, theirs.word())]
    Outranked {
        /// The caller's role.
        role: Role,
        /// The other's.
        theirs: Role,
    },
    /// Nothing would change.
    #[error("{what}")]
    NoChange {
        /// A sentence.
        what: String,
    },
    /// Something typed is not what it has to be.
    #[error("{why}")]
    Invalid {
        /// A sentence.
        why: String,
    },
}

fn whose(author: Option<&str>) -> String {
    author.map_or_else(|| "Your".to_owned(), |name| format!("{name}’s"))
}

fn mms_off(off: MmsOff) -> String {
    match off {
        MmsOff::Platform(admin) => format!("MMS is not turned on for the platform of {admin}."),
        MmsOff::Own => "its own MMS switch is off.".to_owned(),
        MmsOff::Parent(parent) => format!("it inherits from {parent}, whose clients have MMS off."),
    }
}

fn people(all: &[NamedStaff]) -> String {
    let names: Vec<&str> = all.iter().map(|person| person.name.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => "somebody else".to_owned(),
    }
}

fn taken_by(client: Option<ClientId>) -> String {
    match client {
        Some(client) => format!("it is the login, email or number of another client ({client})"),
        None => "it has the form of an id or of an invoice’s number".to_owned(),
    }
}

fn client_match(number: u64) -> String {
    match number {
        // A list that was cut.
        1 => "At least one client matches".to_owned(),
        several => format!("{} clients match", grouped(several)),
    }
}

fn staff_match(number: usize) -> String {
    match number {
        0 => "No staff member matches".to_owned(),
        1 => "One staff member matches".to_owned(),
        several => format!("{several} staff members match"),
    }
}

fn ended(state: PlanState) -> &'static str {
    match state {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => "is still waiting",
        PlanState::Done => "was done already",
        PlanState::Cancelled => "was cancelled",
        PlanState::Denied => "was denied",
        PlanState::Expired => "has expired",
        PlanState::Lapsed => "has lapsed",
    }
}

impl RefusalKind {
    /// All refusals, for tests that need a sample of each.
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

impl Refusal {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotLinked { .. } => "not_linked",
            Refusal::Left { .. } => "left",
            Refusal::NotAllowed { .. } => "not_allowed",
            Refusal::WrongActor { .. } => "wrong_actor",
            Refusal::NotAdmitted { .. } => "not_admitted",
            Refusal::UnknownClient { .. } => "unknown_client",
            Refusal::Ambiguous { .. } => "ambiguous",
            Refusal::NotEnough { .. } => "not_enough",
            Refusal::TooMany { .. } => "too_many",
            Refusal::MmsOff { .. } => "mms_off",
            Refusal::ClientStatus { .. } => "client_status",
            Refusal::Frozen { .. } => "frozen",
            Refusal::OpenAddsStopped { .. } => "open_adds_stopped",
            Refusal::Unreadable { .. } => "unreadable",
            Refusal::NoPrice { .. } => "no_price",
            Refusal::NoCurrency => "no_currency",
            Refusal::KeyReused { .. } => "key_reused",
            Refusal::NothingToUndo => "nothing_to_undo",
            Refusal::UnknownOperation { .. } => "unknown_operation",
            Refusal::NotOpen { .. } => "not_open",
            Refusal::NotUndoable { .. } => "not_undoable",
            Refusal::Spent { .. } => "spent",
            Refusal::DeductedSince { .. } => "deducted_since",
            Refusal::AlreadyReversed { .. } => "already_reversed",
            Refusal::UnknownInvoice { .. } => "unknown_invoice",
            Refusal::InvoiceState { .. } => "invoice_state",
            Refusal::InvoiceMismatch { .. } => "invoice_mismatch",
            Refusal::ReferenceUsed { .. } => "reference_used",
            Refusal::ReferenceOfOther { .. } => "reference_of_other",
            Refusal::PlanOver { .. } => "plan_over",
            Refusal::PlanLapsed { .. } => "plan_lapsed",
            Refusal::NotYourPlan { .. } => "not_your_plan",
            Refusal::OwnPlan { .. } => "own_plan",
            Refusal::NotYetAlone { .. } => "not_yet_alone",
            Refusal::OthersCan { .. } => "others_can",
            Refusal::NotYetApprovable { .. } => "not_yet_approvable",
            Refusal::NeedsApproval { .. } => "needs_approval",
            Refusal::ApproverLimit { .. } => "approver_limit",
            Refusal::Rate { .. } => "rate",
            Refusal::LoginTaken { .. } => "login_taken",
            Refusal::NameTaken { .. } => "name_taken",
            Refusal::UnknownStaff { .. } => "unknown_staff",
            Refusal::OwnRole => "own_role",
            Refusal::LastOwner { .. } => "last_owner",
            Refusal::Outranked { .. } => "outranked",
            Refusal::NoChange { .. } => "no_change",
            Refusal::Invalid { .. } => "invalid",
        }
    }
}

/// A sentence about something that was typed.
impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Refusal::Invalid { why }
    }
}

impl Refusal {
    /// A typed text that is not accepted.
    #[must_use]
    pub fn invalid(sentence: impl Into<String>) -> Self {
        Refusal::Invalid { why: sentence.into() }
    }

    /// A refusal of a plan's author, as another person reads it.
    #[must_use]
    pub fn of_author(self, name: &str) -> Self {
        match self {
            Refusal::NotAllowed { operation, role, needs, .. } => {
                Refusal::NotAllowed { operation, role, needs, author: Some(name.to_owned()) }
            }
            other => other,
        }
    }

    /// A client that a record names and that is not there.
    #[must_use]
    pub fn no_client(client: ClientId) -> Self {
        Refusal::UnknownClient {
            typed: client.to_string(),
            nearest: Vec::new(),
            behind: String::new(),
        }
    }
}
