//! The page on which an invoice is paid, and the way to the provider and back.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;

use crate::billing::{checkout, stripe, succeeded};
use crate::provider::{Fault, Providers};
use crate::world::World;

/// An open add of 500 MMS credits for £30.00.
async fn sold(w: &World) -> String {
    let done = w.does("/addcredit mms acme 500").await;
    done["data"]["invoice"].as_str().unwrap().to_owned()
}

/// The pay link of an invoice.
async fn link(w: &World, number: &str) -> String {
    let done = w.json(&format!("/invoice paylink {number}")).await;
    let link = done["data"]["link"].as_str().unwrap_or_else(|| panic!("{done}")).to_owned();
    assert!(done["text"].as_str().unwrap().contains(&format!("Pay: {link}")), "{done}");
    link
}

/// Presses the button, and returns the address to which it leads.
async fn pressed(w: &World, link: &str) -> String {
    let response = w.press(link).await;
    assert_eq!(response.status, 303, "{} {}", response.head, response.body);
    let line = response.head.lines().find_map(|line| line.strip_prefix("location: "));
    line.unwrap_or_else(|| panic!("{}", response.head)).to_owned()
}

/// The page, and that it has no button.
async fn without_button(w: &World, link: &str, text: &str) {
    let page = w.open(link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains(text), "{}", page.body);
    assert!(!page.body.contains("<button"), "{}", page.body);
}

fn sessions(providers: &Providers) -> Vec<(u64, String)> {
    let of = |page: &Value| {
        (page["amount_total"].as_u64().unwrap(), page["status"].as_str().unwrap().to_owned())
    };
    providers.pages().iter().map(of).collect()
}

fn session(minor: u64, status: &str) -> (u64, String) {
    (minor, status.to_owned())
}

#[test]
fn opened_pay_link_shows_the_amount_and_makes_nothing() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;
        assert!(link.starts_with(&format!("https://desk.example/pay/{number}?until=")), "{link}");

        let page = w.open(&link).await;

        assert_eq!(page.status, 200);
        for text in ["Brightline Messaging Ltd", &number, "£30.00", "<form method=\"post\">"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
        assert!(!page.body.contains("<script"), "{}", page.body);
        for header in ["cache-control: no-store", "referrer-policy: no-referrer"] {
            assert!(page.head.contains(header), "{header}: {}", page.head);
        }
        assert!(providers.requests().is_empty());
    });
}

#[test]
fn button_leads_to_one_session_that_names_the_invoice_in_all_places() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;

        let first = pressed(w, &link).await;
        let again = pressed(w, &link).await;

        assert_eq!(first, "https://checkout.stripe.com/c/pay/cs_test_0");
        assert_eq!(again, first);
        let pages = providers.pages();
        assert_eq!(pages.len(), 1, "{pages:?}");
        for place in ["/client_reference_id", "/metadata/invoice", "/of_payment"] {
            assert_eq!(pages[0].pointer(place).unwrap(), &json!(number), "{place}");
        }
        assert_eq!(
            (&pages[0]["amount_total"], &pages[0]["currency"]),
            (&json!(3_000), &json!("gbp"))
        );
        assert!(pages[0]["success_url"].as_str().unwrap().ends_with("&paid=1"), "{pages:?}");
    });
}

#[test]
fn session_of_another_amount_is_expired_before_the_next_begins() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;
        pressed(w, &link).await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;

        assert!(w.open(&link).await.body.contains("Pay £20.00"));
        pressed(w, &link).await;

        assert_eq!(sessions(providers), [session(3_000, "expired"), session(2_000, "open")]);
        w.passes(SignedDuration::from_hours(24));
        pressed(w, &link).await;
        let expected =
            [session(3_000, "expired"), session(2_000, "expired"), session(2_000, "open")];
        assert_eq!(sessions(providers), expected);
    });
}

#[test]
fn amount_is_asked_for_in_the_minor_units_of_the_provider() {
    for (currency, price, minor, asked) in [
        ("JPY", "4000", 4_800, 4_800),
        ("KWD", "4.000", 4_800, 4_800),
        ("ISK", "4000", 4_800, 480_000),
        ("UGX", "4000", 4_800, 480_000),
        ("NGN", "4000.00", 480_000, 480_000),
        ("XOF", "4000", 4_800, 480_000),
    ] {
        let (currency_line, price_line) =
            (format!("/settings currency {currency}"), format!("/price set sms default 1:{price}"));
        let beginning = [
            ("owner", currency_line.as_str()),
            ("owner", "/settings seller Brightline Messaging Ltd"),
            ("owner", "/settings tax 20%"),
            ("owner", price_line.as_str()),
            ("owner", "/client new Amber Bakery hello@amber.example login:amber"),
            ("owner", "/client activate amber"),
            ("owner", "/addcredit sms amber 1000"),
        ];
        World::run_with_providers_on(&beginning, async |w, providers| {
            let number = "INV-2-0001";
            assert_eq!(w.invoice(number).await, ("open".to_owned(), 0, minor));

            pressed(w, &link(w, number).await).await;

            let page = providers.pages().remove(0);
            let is_paystack = page["object"].is_null();
            assert_eq!(is_paystack, ["NGN", "XOF"].contains(&currency));
            let event = if is_paystack {
                assert_eq!(
                    (&page["amount"], &page["metadata"]["invoice"]),
                    (&json!(asked.to_string()), &json!(number))
                );
                json!({ "event": "charge.success", "data": {
                    "reference": page["reference"], "amount": asked, "currency": currency,
                    "metadata": page["metadata"], "status": "success",
                } })
            } else {
                assert_eq!(
                    (&page["amount_total"], &page["currency"]),
                    (&json!(asked), &json!(currency.to_lowercase()))
                );
                succeeded("pi_1", asked, &currency.to_lowercase(), Some(number))
            };
            let provider = if is_paystack { Provider::Paystack } else { Provider::Stripe };
            assert_eq!(w.event(provider, &event).await.status, 200);
            assert_eq!(w.invoice(number).await, ("paid".to_owned(), minor, 0), "{currency}");
        });
    }
}

#[test]
fn settled_void_or_refunded_invoice_has_no_button_and_its_button_of_before_begins_nothing() {
    World::run_with_providers(async |w, providers| {
        let (paid, void) = (sold(w).await, sold_again(w).await);
        let (of_paid, of_void) = (link(w, &paid).await, link(w, &void).await);
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&paid))).await;
        w.does(&format!("/invoice void {void} wrong client")).await;

        without_button(w, &of_paid, "This invoice is paid").await;
        without_button(w, &of_void, "This invoice is void").await;
        for link in [&of_paid, &of_void] {
            assert_eq!(w.press(link).await.status, 200);
        }
        assert!(providers.pages().is_empty());
        let refused = w.says(&format!("/invoice paylink {void}")).await;
        assert!(refused.contains(&format!("{void} is void")), "{refused}");

        w.stripe(crate::billing::charge_refunded("pi_1", 3_000, 3_000)).await;
        without_button(w, &of_paid, "This invoice was refunded").await;
        // Money for a void invoice does not bring it back.
        w.stripe(succeeded("pi_2", 2_400, "gbp", Some(&void))).await;
        without_button(w, &of_void, "This invoice is void").await;
        assert_eq!(w.invoice(&void).await.0, "void");
    });
}

/// An open add of 400 MMS credits for £24.00.
async fn sold_again(w: &World) -> String {
    let done = w.does("/addcredit mms acme 400").await;
    done["data"]["invoice"].as_str().unwrap().to_owned()
}

#[test]
fn payment_that_waits_for_the_bank_is_shown_and_not_asked_for_again() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;
        let kind = "checkout.session.completed";
        w.stripe(checkout(kind, "pi_1", (3_000, "unpaid"), &number)).await;

        without_button(w, &link, "waiting for the bank").await;
        assert_eq!(w.press(&link).await.status, 200);
        assert!(providers.pages().is_empty());
        let view = w.json(&format!("/invoice view {number}")).await;
        assert_eq!(view["data"]["waits_for_bank"], true);
        assert!(view["text"].as_str().unwrap().contains("A payment waits for the bank"), "{view}");
        assert_eq!(w.balance("acme").await.1, 900, "an open add gives its credits at once");

        let failed = "checkout.session.async_payment_failed";
        w.stripe(checkout(failed, "pi_1", (3_000, "unpaid"), &number)).await;
        assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
        assert!(w.open(&link).await.body.contains("Pay £30.00"));
        let view = w.says(&format!("/invoice view {number}")).await;
        assert!(!view.contains("waits for the bank"), "{view}");

        w.stripe(checkout(kind, "pi_2", (3_000, "unpaid"), &number)).await;
        let succeeded = "checkout.session.async_payment_succeeded";
        w.stripe(checkout(succeeded, "pi_2", (3_000, "paid"), &number)).await;
        without_button(w, &link, "This invoice is paid").await;
    });
}

#[test]
fn return_page_and_webhooks_at_one_moment_book_one_payment() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;
        pressed(w, &link).await;
        providers.pays("cs_test_0", "pi_9");
        let back = format!("{link}&paid=1");
        let completed = checkout("checkout.session.completed", "pi_9", (3_000, "paid"), &number);
        let intent = succeeded("pi_9", 3_000, "gbp", Some(&number));
        let mut of_other_endpoint = completed.clone();
        of_other_endpoint["id"] = json!("evt_other_endpoint");

        // Before the event: the payer is told to wait, and cannot pay a second time.
        without_button(w, &back, "Your payment is being confirmed").await;
        let waits = w.press(&link).await;
        assert_eq!(waits.status, 200);
        assert!(waits.body.contains("Your payment is being confirmed"), "{}", waits.body);
        assert_eq!(providers.pages().len(), 1);

        let (page, first, second, third) = tokio::join!(
            w.open(&back),
            w.event(Provider::Stripe, &completed),
            w.event(Provider::Stripe, &intent),
            w.event(Provider::Stripe, &of_other_endpoint),
        );

        assert_eq!([page.status, first.status, second.status, third.status], [200; 4]);
        without_button(w, &back, "This invoice is paid").await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        assert_eq!(w.balance("acme").await.1, 900);
    });
}

#[test]
fn session_whose_answer_was_lost_is_found_again() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;

        providers.faults([Fault::Lost]);
        let first = pressed(w, &link).await;
        assert_eq!(providers.pages().len(), 1);

        let other = sold_again(w).await;
        let link = self::link(w, &other).await;
        providers.faults([Fault::Lost, Fault::Lost, Fault::Lost, Fault::Lost]);
        let unknown = w.press(&link).await;
        assert_eq!(unknown.status, 502);
        assert!(unknown.body.contains("nothing was paid"), "{}", unknown.body);
        let second = pressed(w, &link).await;

        assert_ne!(first, second);
        assert_eq!(sessions(providers), [session(3_000, "open"), session(2_400, "open")]);
    });
}

#[test]
fn session_that_was_paid_while_the_amount_changed_is_not_followed_by_another() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let link = link(w, &number).await;
        pressed(w, &link).await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;
        providers.pays("cs_test_0", "pi_2");

        assert_eq!(w.press(&link).await.status, 200);
        assert_eq!(providers.pages().len(), 1);

        // Its money is there, the rest is a surplus, and nothing is due.
        w.stripe(succeeded("pi_2", 3_000, "gbp", Some(&number))).await;
        without_button(w, &link, "This invoice is paid").await;
    });
}

#[test]
fn transaction_at_paystack_begins_once_for_one_amount() {
    let beginning = [
        ("owner", "/settings currency NGN"),
        ("owner", "/settings seller Brightline Messaging Ltd"),
        ("owner", "/price set sms default 1:4000.00"),
        ("owner", "/client new Amber Bakery hello@amber.example login:amber"),
        ("owner", "/client activate amber"),
        ("owner", "/addcredit sms amber 1000"),
    ];
    World::run_with_providers_on(&beginning, async |w, providers| {
        let link = link(w, "INV-2-0001").await;

        providers.faults([Fault::Lost]);
        assert_eq!(w.press(&link).await.status, 502);
        let first = pressed(w, &link).await;
        let again = pressed(w, &link).await;

        assert_eq!(first, again);
        let pages = providers.pages();
        assert_eq!(pages.len(), 2, "the first was never shown to anybody: {pages:?}");
        providers.pays(pages[1]["reference"].as_str().unwrap(), "T_1");
        let waits = w.press(&link).await;
        assert!(waits.body.contains("Your payment is being confirmed"), "{}", waits.body);
    });
}

#[test]
fn link_of_another_page_or_invoice_shows_and_begins_nothing() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w).await;
        let view = w.json(&format!("/invoice view {number}")).await;
        let of_document = view["data"]["link"].as_str().unwrap().replace("/invoices/", "/pay/");
        let link = link(w, &number).await;
        let cut = link.split_once('?').unwrap().0.to_owned();

        for wrong in [of_document, cut, link.replace(&number, "INV-2-0001"), format!("{link}x")] {
            let (opened, pressed) = (w.open(&wrong).await, w.press(&wrong).await);
            assert_eq!((opened.status, pressed.status), (403, 403), "{wrong}");
        }
        w.passes(SignedDuration::from_hours(92 * 24));
        assert_eq!(w.press(&link).await.status, 403);
        assert!(providers.requests().iter().all(|request| !request.line.contains("sessions")));
    });
}

#[test]
fn desk_without_a_provider_shows_the_amount_and_how_to_pay_it() {
    World::run(async |w| {
        let number = sold(w).await;
        let done = w.json(&format!("/invoice paylink {number}")).await;
        assert!(done["text"].as_str().unwrap().contains("The page has no button"), "{done}");

        let link = done["data"]["link"].as_str().unwrap();
        without_button(w, link, "Please pay it by bank transfer").await;
        assert_eq!(w.press(link).await.status, 200);
    });
}

#[test]
fn unsigned_event_and_route_of_no_provider_are_turned_away() {
    World::run(async |w| {
        let number = sold(w).await;
        let body = json!({ "type": "payment.captured", "invoice": number }).to_string();

        for (path, status) in [
            ("/webhook/mock", 404),
            ("/webhooks/mock", 404),
            ("/webhooks", 404),
            ("/webhooks/stripe", 401),
            ("/webhooks/paystack", 401),
            ("/webhooks/billing", 401),
        ] {
            assert_eq!(w.post(path, &[], body.as_bytes()).await.status, status, "{path}");
        }

        let event = stripe("evt_1", "payment.captured", json!({ "invoice": number }));
        assert!(w.stripe(event).await.contains("Nothing to book"));
        assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
    });
}
