//! The facts and figures that a plan showed and is bound to: if one of them changes, the plan is shown again or
//! lapses.

use serde::{Deserialize, Serialize};

use crate::kernel::id::{ClientId, digest};

/// A fact of a plan whose change ends it: the plan was asked for about something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lapse {
    /// The client's status changed.
    Status,
    /// The client has another parent.
    Parent,
    /// What it would take back or change is another.
    Target,
    /// Its figures changed more often than it is shown again.
    TooOften,
}

impl Lapse {
    /// What changed, as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Lapse::Status => "the client’s status changed meanwhile.",
            Lapse::Parent => "the client has another parent now.",
            Lapse::Target => "what it is about was changed meanwhile.",
            Lapse::TooOften => "its figures changed too often while it waited.",
        }
    }
}

/// A figure of a plan whose change shows the plan again: before, after, or the measure of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Staff changed credits of the same kind meanwhile.
    OtherChange,
    /// More or less of what it would take is spent.
    Spent,
    /// A price or the tax changed, and with it what it is worth.
    Worth,
    /// The value that it would replace changed.
    Before,
    /// It reaches more or fewer clients.
    Reach,
    /// The money of the payment that it names was used or became free.
    Payment,
}

impl Figure {
    /// What changed, as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Figure::OtherChange => {
                "someone changed this client’s credits of the same kind meanwhile."
            }
            Figure::Spent => "credits that it would take were used meanwhile.",
            Figure::Worth => "a price or the tax changed meanwhile.",
            Figure::Before => "what it would replace was changed meanwhile.",
            Figure::Reach => "it reaches another number of clients now.",
            Figure::Payment => "the payment that it names was used meanwhile.",
        }
    }
}

/// The facts and figures that a plan showed. Facts are short texts. Figures are digests, because a
/// plan is one small item. Two lists are compared in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bound {
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<(Lapse, String)>,
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    figures: Vec<(Figure, String)>,
}

/// Characters of a figure's digest: it detects a change and protects nothing.
const FIGURE_DIGEST: usize = 8;

impl Bound {
    #[must_use]
    pub fn of(facts: Vec<(Lapse, String)>, figures: Vec<(Figure, String)>) -> Self {
        let short = |text: String| digest(&[&text]).chars().take(FIGURE_DIGEST).collect();
        let figures = figures.into_iter().map(|(figure, text)| (figure, short(text))).collect();
        Self { facts, figures }
    }

    /// Adds the facts and figures of another list behind these.
    pub fn extend(&mut self, other: Bound) {
        self.facts.extend(other.facts);
        self.figures.extend(other.figures);
    }

    /// The parents that the plan showed, nearest first.
    #[must_use]
    pub fn chain(&self) -> Vec<ClientId> {
        let parent = self.facts.iter().find(|(lapse, _)| *lapse == Lapse::Parent);
        let ids = parent.map(|(_, text)| text.split('.')).into_iter().flatten();
        ids.filter_map(|number| number.parse().ok().map(ClientId)).collect()
    }

    /// The parents of a client as a fact.
    #[must_use]
    pub fn parents(chain: &[ClientId]) -> (Lapse, String) {
        let numbers: Vec<String> = chain.iter().map(|parent| parent.0.to_string()).collect();
        (Lapse::Parent, numbers.join("."))
    }

    /// The first fact that differs from the other list.
    #[must_use]
    pub fn changed_fact(&self, other: &Bound) -> Option<Lapse> {
        first_difference(&self.facts, &other.facts, Lapse::Target)
    }

    /// The first figure that differs from the other list.
    #[must_use]
    pub fn changed_figure(&self, other: &Bound) -> Option<Figure> {
        first_difference(&self.figures, &other.figures, Figure::OtherChange)
    }
}

/// The name of the first pair that differs; `otherwise` where the lists name different things.
fn first_difference<T: Copy + PartialEq>(
    mine: &[(T, String)],
    theirs: &[(T, String)],
    otherwise: T,
) -> Option<T> {
    let differs = mine.iter().zip(theirs).find(|(mine, theirs)| mine != theirs);
    match differs {
        Some((mine, theirs)) if mine.0 == theirs.0 => Some(mine.0),
        Some(_) => Some(otherwise),
        None => (mine.len() != theirs.len()).then_some(otherwise),
    }
}
