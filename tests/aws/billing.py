"""Events of a billing provider, at the deployed desk: signed by Standard Webhooks, taken by
`billing_webhook`, and finished by the sweep where the invoice comes after the money.
"""

import base64
import json
import re
from datetime import datetime, timezone

import standardwebhooks

import chat
from wire import Answer, Door

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
PATH = "/webhooks/billing"
ADD = "/addcredit sms acme {} paid:BACS-30002"


def post(door: Door, event: dict, secret: str = SECRET) -> Answer:
    """Posts an event as a biller does."""
    body, now, name = json.dumps(event), datetime.now(tz=timezone.utc), "msg_1"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(secret).sign(name, now, body),
        "content-type": "application/json",
    }
    return door.post(PATH, body.encode(), headers)


def updated(payment: str, invoice: str | None, received: int, refunded: int = 0) -> dict:
    """The sums of a payment."""
    return {"type": "payment.updated", "data": {
        "payment": payment, "invoice": invoice, "currency": "GBP", "received_minor": received,
        "refunded_minor": refunded,
    }}


def flow(door: Door, scene: chat.Scene, sweep) -> None:
    """Money before its invoice, without one, and beyond it; a claimed payment that is freed and used again."""
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert post(door, updated("pay_0", None, 1), other).status == 401
    assert post(door, {"type": "payment.updated", "data": {}}).status == 400
    assert post(door, {"type": "payout.paid", "data": {}}).status == 200

    # What an undo frees is listed, and pays again.
    scene.says(ADD.format(910), "✅ Added 910 SMS credits")
    scene.confirms("/undo", "✅ Took back")
    scene.confirms(ADD.format(911), "✅ Added 911 SMS credits")

    added = scene.says("/addcredit sms acme 921", "✅ Added 921 SMS credits").text
    client, last = re.search(r"INV-([0-9]+)-([0-9]+)", added).groups()
    first, second = (f"INV-{client}-{int(last) + more:04}" for more in (1, 2))
    events = [
        updated("pay_1", first, 9_000_000),
        updated("pay_2", second, 100),
        updated("pay_3", None, 500),
        updated("pay_3", None, 500, 500),
    ]
    for event in [*events, *events]:
        answer = post(door, event)
        assert answer.status == 200, answer
    for credits in (922, 923):
        scene.says(f"/addcredit sms acme {credits}", f"✅ Added {credits} SMS credits")
    sweep()
    scene.says(f"/invoice view {first}", f"Invoice {first} · paid")
    scene.says(f"/invoice view {second}", f"Invoice {second} · partly paid")

    before = scene.tables.totals("acme", "sms").balance
    assert post(door, updated("pay_1", first, 9_000_000, 9_000_000)).status == 200
    after = scene.tables.totals("acme", "sms").balance
    assert after == before - 922, (before, after)
    scene.says(f"/invoice view {first}", f"Invoice {first} · refunded")
    print("deployment: events of a biller settled two invoices that came after their money; "
          "a refund took 922 credits back; repeats changed nothing")
