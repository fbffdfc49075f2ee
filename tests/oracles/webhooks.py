"""Signs events as the providers' own libraries do, and posts them to the desk.

Stripe's events are signed by PyPI's `stripe`, neutral ones by PyPI's `standardwebhooks`, Paystack's by its
documented HMAC. Each is taken; each with one character of the body, the signature or the time changed is
refused, and by the library too. At the end the invoices are paid, and the books prove.

webhooks.py <the program creditdesk>
"""

import base64
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import standardwebhooks
import stripe

PROGRAM = sys.argv[1]
STRIPE = "whsec_oracle"
PAYSTACK = "sk_test_oracle"
BILLING = "whsec_" + base64.b64encode(bytes(range(32))).decode()
FORGED = 40


def by_stripe(body: str) -> dict[str, str]:
    at = int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", STRIPE)
    header = f"t={at},v1={signature}"
    stripe.Webhook.construct_event(body, header, STRIPE)
    return {"Stripe-Signature": header}


def by_paystack(body: str) -> dict[str, str]:
    mac = hmac.new(PAYSTACK.encode(), body.encode(), hashlib.sha512)
    return {"x-paystack-signature": mac.hexdigest()}


def by_standard_webhooks(body: str) -> dict[str, str]:
    now, webhook = datetime.now(tz=timezone.utc), standardwebhooks.Webhook(BILLING)
    name = f"msg_{abs(hash(body))}"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook.sign(name, now, body),
    }
    webhook.verify(body, headers)
    return headers


def post(url: str, headers: dict[str, str], body: str) -> int:
    request = Request(url, body.encode(), headers | {"content-type": "application/json"})
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def changed(text: str) -> str:
    """The text with one letter or digit changed."""
    places = [at for at, character in enumerate(text) if character.isalnum()]
    at = random.choice(places)
    other = random.choice([c for c in "0123456789abcdef" if c != text[at]])
    return text[:at] + other + text[at + 1:]


def forged(headers: dict[str, str], body: str) -> tuple[dict[str, str], str]:
    """A request with one change."""
    name = random.choice([*headers, None])
    if name is None:
        return headers, changed(body)
    return headers | {name: changed(headers[name])}, body


def run(data: str, *arguments: str) -> dict:
    done = subprocess.run(
        [PROGRAM, *arguments, "--data", data], check=False, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout)


def events(invoices: list[dict]) -> list[tuple[str, object, dict]]:
    """One payment by each provider."""
    first, second, third = invoices
    intent = {
        "id": "pi_oracle", "object": "payment_intent", "amount": first["due_minor"],
        "amount_received": first["due_minor"], "currency": first["currency"].lower(),
        "metadata": {"invoice": first["number"]}, "status": "succeeded",
    }
    return [
        ("stripe", by_stripe, {
            "id": "evt_oracle", "object": "event", "type": "payment_intent.succeeded",
            "api_version": "2025-09-30.clover", "data": {"object": intent},
        }),
        ("paystack", by_paystack, {"event": "charge.success", "data": {
            "id": 1, "reference": "T_oracle", "amount": second["due_minor"], "currency": second["currency"],
            "status": "success", "metadata": {"invoice": second["number"]},
        }}),
        ("billing", by_standard_webhooks, {"type": "payment.updated", "data": {
            "payment": "pay_oracle", "invoice": third["number"], "currency": third["currency"],
            "received_minor": third["due_minor"], "refunded_minor": 0,
        }}),
    ]


def main() -> int:
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/desk"
        subprocess.run([PROGRAM, "demo", "--data", data], check=True, capture_output=True, timeout=300)
        invoices = []
        for credits in (611, 622, 633):
            added = run(data, "say", "--json", "--yes", f"/addcredit mms acme {credits}")
            viewed = run(data, "say", "--json", f"/invoice view {added['data']['invoice']}")
            invoices.append(viewed["data"])
        environment = os.environ | {
            "STRIPE_WEBHOOK_SECRET": f"whsec_old,{STRIPE}", "PAYSTACK_SECRET_KEY": PAYSTACK,
            "BILLING_WEBHOOK_SECRET": BILLING,
        }
        desk = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--data", data], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        try:
            base = desk.stdout.readline().removeprefix("listening on ").strip()
            taken = refused = 0
            for route, sign, event in events(invoices):
                url, body = f"{base}/webhooks/{route}", json.dumps(event)
                for _ in range(FORGED):
                    status = post(url, *forged(sign(body), body))
                    assert status == 401, (route, status)
                    refused += 1
                for _ in range(2):
                    status = post(url, sign(body), body)
                    assert status == 200, (route, status)
                    taken += 1
            for invoice in invoices:
                viewed = run(data, "say", "--json", f"/invoice view {invoice['number']}")
                assert viewed["data"]["state"] == "paid", viewed["text"]
        finally:
            desk.terminate()
            desk.wait(timeout=20)
        report = run(data, "verify", "--json")
        assert not report["mismatches"], report
    print(f"webhooks: {taken} events signed by the providers' libraries taken, {refused} forged ones refused, "
          f"3 invoices paid once, the books prove")
    return 0


if __name__ == "__main__":
    sys.exit(main())
