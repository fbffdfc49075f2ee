//! The capabilities that a binary decides. A room that a binary does not name is not linked into it.

use crate::books::witness;
use crate::contract::Ask;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::{
    books, clients, credits, desk, invoices, payments, permissions, pricing, settings, staff,
};

/// The decisions of one capability.
#[derive(Debug)]
pub struct Room<A> {
    pub needs: fn(&A, &mut Prefetch<'_>),
    pub decide: fn(&Scene<'_>, &A) -> Result<Draft, Stop>,
}

impl<A> Clone for Room<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Room<A> {}

/// The rooms of one binary. Plans are every binary's.
#[derive(Debug, Clone, Copy)]
pub struct Rooms {
    pub credits: Option<Room<credits::types::Ask>>,
    pub clients: Option<Room<clients::types::Ask>>,
    pub permissions: Option<Room<permissions::types::Ask>>,
    pub pricing: Option<Room<pricing::types::Ask>>,
    pub settings: Option<Room<settings::types::Ask>>,
    pub invoices: Option<Room<invoices::types::Ask>>,
    pub payments: Option<Room<payments::types::Ask>>,
    pub staff: Option<Room<staff::types::Ask>>,
    pub desk: Option<Room<desk::types::Ask>>,
    pub books: Option<Room<books::types::Ask>>,
}

impl Rooms {
    pub const NONE: Rooms = Rooms {
        credits: None,
        clients: None,
        permissions: None,
        pricing: None,
        settings: None,
        invoices: None,
        payments: None,
        staff: None,
        desk: None,
        books: None,
    };

    /// All rooms, where one process is all functions.
    pub const ALL: Rooms = Rooms {
        credits: Some(CREDITS),
        clients: Some(CLIENTS),
        permissions: Some(PERMISSIONS),
        pricing: Some(PRICING),
        settings: Some(SETTINGS),
        invoices: Some(INVOICES),
        payments: Some(PAYMENTS),
        staff: Some(STAFF),
        desk: Some(DESK),
        books: Some(BOOKS),
    };

    /// Names the records that an ask will look at.
    pub(super) fn needs(&self, ask: &Ask, prefetch: &mut Prefetch<'_>) {
        witness::needs(ask, prefetch);
        match ask {
            Ask::Plans(_) => {}
            Ask::Credits(ask) => needs(self.credits, ask, prefetch),
            Ask::Clients(ask) => needs(self.clients, ask, prefetch),
            Ask::Permissions(ask) => needs(self.permissions, ask, prefetch),
            Ask::Pricing(ask) => needs(self.pricing, ask, prefetch),
            Ask::Settings(ask) => needs(self.settings, ask, prefetch),
            Ask::Invoices(ask) => needs(self.invoices, ask, prefetch),
            Ask::Payments(ask) => needs(self.payments, ask, prefetch),
            Ask::Staff(ask) => needs(self.staff, ask, prefetch),
            Ask::Desk(ask) => needs(self.desk, ask, prefetch),
            Ask::Books(ask) => needs(self.books, ask, prefetch),
        }
    }

    /// Decides an ask; `None` when the binary does not have its room.
    pub(super) fn decide(&self, scene: &Scene<'_>, ask: &Ask) -> Option<Result<Draft, Stop>> {
        match ask {
            Ask::Plans(_) => None,
            Ask::Credits(ask) => decide(self.credits, scene, ask),
            Ask::Clients(ask) => decide(self.clients, scene, ask),
            Ask::Permissions(ask) => decide(self.permissions, scene, ask),
            Ask::Pricing(ask) => decide(self.pricing, scene, ask),
            Ask::Settings(ask) => decide(self.settings, scene, ask),
            Ask::Invoices(ask) => decide(self.invoices, scene, ask),
            Ask::Payments(ask) => decide(self.payments, scene, ask),
            Ask::Staff(ask) => decide(self.staff, scene, ask),
            Ask::Desk(ask) => decide(self.desk, scene, ask),
            Ask::Books(ask) => decide(self.books, scene, ask),
        }
    }
}

fn needs<A>(room: Option<Room<A>>, ask: &A, prefetch: &mut Prefetch<'_>) {
    if let Some(room) = room {
        (room.needs)(ask, prefetch);
    }
}

fn decide<A>(room: Option<Room<A>>, scene: &Scene<'_>, ask: &A) -> Option<Result<Draft, Stop>> {
    room.map(|room| (room.decide)(scene, ask))
}

pub const CREDITS: Room<credits::types::Ask> =
    Room { needs: credits::needs, decide: credits::decide };
pub const CLIENTS: Room<clients::types::Ask> =
    Room { needs: clients::needs, decide: clients::decide };
pub const PERMISSIONS: Room<permissions::types::Ask> =
    Room { needs: permissions::needs, decide: permissions::decide };
pub const PRICING: Room<pricing::types::Ask> =
    Room { needs: pricing::needs, decide: pricing::decide };
pub const SETTINGS: Room<settings::types::Ask> =
    Room { needs: settings::needs, decide: settings::decide };
pub const INVOICES: Room<invoices::types::Ask> =
    Room { needs: invoices::needs, decide: invoices::decide };
pub const PAYMENTS: Room<payments::types::Ask> =
    Room { needs: payments::needs, decide: payments::decide };
pub const STAFF: Room<staff::types::Ask> = Room { needs: staff::needs, decide: staff::decide };
pub const DESK: Room<desk::types::Ask> = Room { needs: desk::needs, decide: desk::decide };
pub const BOOKS: Room<books::types::Ask> = Room { needs: books::needs, decide: books::decide };
