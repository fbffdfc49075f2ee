//! Payments that billing providers report: cumulative amounts per payment, so that repeated,
//! reordered and mixed events end in the same state (LEDGER §6).

use iso_currency::Currency;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::ActorKind;
use crate::kernel::id::InvoiceNumber;
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};

/// An operation about payments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Books what a provider knows of a payment for an invoice by now.
    PaymentBook {
        /// The identifier that all events of the payment share.
        payment: String,
        invoice: InvoiceNumber,
        currency: Currency,
        /// Received so far, in minor units.
        received_minor: u64,
        /// Refunded of it so far, in minor units.
        refunded_minor: u64,
    },
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        match self {
            Operation::PaymentBook => {
                const {
                    &Spec::of(
                        "payment_book",
                        Function::Invoices,
                        Access::Writes,
                        &[ActorKind::Provider],
                    )
                }
            }
        }
    }
}

/// What a receipt keeps of a booked payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub payment: String,
    pub invoice: InvoiceNumber,
    /// How the invoice was billed.
    pub mode: Mode,
    /// What is paid of the invoice now.
    pub paid: Money,
    /// The money of the payment that no invoice uses.
    pub unapplied: Money,
}
