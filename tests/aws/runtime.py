"""The functions' own programs under an emulated Lambda runtime: a command that Slack's SDK has
signed goes to `chat`, `chat` invokes `credits` through the AWS SDK, and the store changes.

The programs are those of the dev profile. The store is the desk's embedded one, over HTTP; the
runtime is cargo-lambda's, which also makes the Lambda event out of the HTTP request.
"""

import sys
import time
from contextlib import ExitStack, contextmanager

import program
import slack
from desk import Tables
from server import ROOT, accepts, environment, free_port, running, wait_for

LEDGER, DESK = "ledger", "desk"
FUNCTIONS = ("credits", "clients", "invoices", "permissions")

# One command for each function, and how its answer begins.
ANSWERED = {
    "/balance acme": "ACME Ltd", "/client view acme": "ACME Ltd",
    "/price show": "", "/whoami": f"You are {slack.USER}",
}


@contextmanager
def store():
    """The embedded store, filled with the sample; yields its address."""
    env = environment(LEDGER_TABLE=LEDGER, DESK_TABLE=DESK, CREDITDESK_OWNERS=slack.OWNERS)
    command = [ROOT / "target/debug/creditdesk", "store", "--port", "0", "--demo"]
    with running("store", command, env) as log:
        said = "store listening on "
        line = wait_for("the store", lambda: next(
            (line for line in log.read_text().splitlines() if line.startswith(said)), None))
        yield line.removeprefix(said).strip()


def of_store(url: str) -> dict[str, str]:
    """What tells a function of the embedded store. There is no queue: hints are lost, as they may."""
    return {
        "AWS_ENDPOINT_URL": url, "LEDGER_TABLE": LEDGER, "DESK_TABLE": DESK,
        "JOBS_QUEUE_URL": f"{url}/queue",
    }


@contextmanager
def functions(store_url: str):
    """All functions that a command can reach; yields the address of `chat`."""
    port = free_port()
    lambda_url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.enter_context(running("lambda", [
            ROOT / "target/ci/emulators/bin/cargo-lambda", "lambda", "watch", "--only-lambda-apis",
            "--invoke-address", "127.0.0.1", "--invoke-port", port,
        ], environment()))
        wait_for("the Lambda runtime", accepts(port))

        def start(name: str, **more: str):
            env = environment(
                AWS_LAMBDA_RUNTIME_API=f"{lambda_url}/.rt/{name}", AWS_LAMBDA_FUNCTION_NAME=name,
                AWS_LAMBDA_FUNCTION_MEMORY_SIZE="256", AWS_LAMBDA_FUNCTION_VERSION="1", **more,
            )
            stack.enter_context(running(name, [program.bootstrap(name)], env))

        for name in FUNCTIONS:
            start(name, **of_store(store_url))
        asked = {f"{name.upper()}_FUNCTION": name for name in FUNCTIONS}
        start("chat_worker", AWS_ENDPOINT_URL=lambda_url, **asked)
        start(
            "chat", AWS_ENDPOINT_URL=lambda_url, SLACK_SIGNING_SECRET=slack.SECRET,
            CHAT_WORKER_FUNCTION="chat_worker", **asked,
        )
        yield f"{lambda_url}/lambda-url/chat/slack/commands"


def forged(form: str) -> dict[str, dict[str, str]]:
    """Headers that must not be believed, by what is wrong with them."""
    good = slack.signed(form)
    signature = good["X-Slack-Signature"]
    now = time.time()
    return {
        "another secret": slack.signed(form, secret="0" * 32),
        "another body": slack.signed(form + "0"),
        "301 s old": slack.signed(form, at=now - 301),
        "from the future": slack.signed(form, at=now + 330),
        "no signature": {k: v for k, v in good.items() if k != "X-Slack-Signature"},
        "no time": {k: v for k, v in good.items() if k != "X-Slack-Request-Timestamp"},
        "empty signature": good | {"X-Slack-Signature": ""},
        "no version": good | {"X-Slack-Signature": signature.removeprefix("v0=")},
        # The HTTP API hands a repeated header on as one, with a comma between.
        "doubled signature": good | {"X-Slack-Signature": f"{signature},{signature}"},
        "doubled, one forged": good | {"X-Slack-Signature": f"v0={'0' * 64},{signature}"},
        "doubled time": good | {"X-Slack-Request-Timestamp": ",".join(
            [good["X-Slack-Request-Timestamp"]] * 2)},
    }


def main() -> int:
    """Runs it all; the figures go to standard output."""
    with store() as store_url, functions(store_url) as chat_url:
        tables = Tables(store_url, LEDGER, DESK)
        before = tables.totals("acme", "mms")
        form = slack.body("/addcredit mms acme 500")

        for wrong, headers in forged(form).items():
            reply = slack.post(chat_url, form, headers)
            assert reply.status == 401, f"{wrong}: {reply}"
        assert tables.totals("acme", "mms") == before, "a forged request changed something"
        print(f"runtime: {len(forged(form))} forged requests refused with 401, nothing changed")

        began = time.monotonic()
        headers = slack.signed(form)
        reply = slack.post(chat_url, form, headers)
        took_ms = (time.monotonic() - began) * 1000
        reply.expect("✅ Added 500 MMS credits to ACME Ltd")
        after = tables.totals("acme", "mms")
        assert after.balance == before.balance + 500, (before, after, reply)
        assert after.entries == before.entries + 1, (before, after, reply)
        for balance in (before.balance, after.balance):
            assert f"{balance:,}" in reply.body, f"{balance:,} is not in {reply.body}"
        print(f"runtime: /addcredit mms acme 500: {before.balance:,} → {after.balance:,}, "
              f"first call {took_ms:.0f} ms")

        again = slack.post(chat_url, form, headers)
        again.expect("✅ Added 500 MMS credits to ACME Ltd")
        assert "answered before" in again.body, again
        assert tables.totals("acme", "mms") == after, "the same interaction was done twice"
        print("runtime: the same interaction again: answered, nothing changed")

        for line, begins in ANSWERED.items():
            slack.say(chat_url, line).expect(begins)
        print(f"runtime: one command for each of {', '.join(FUNCTIONS)} answered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
