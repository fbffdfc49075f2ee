"""The functions' own programs under an emulated Lambda runtime: a command that Slack's SDK has
signed goes to `chat`, `chat` invokes `credits` through the AWS SDK, and the store changes. What is
forged, broken or wrapped in another event of AWS's goes to `chat` as well.

The programs are those of the test profile. The store is `creditdesk store`, over HTTP; the
runtime is cargo-lambda's, which also makes the Lambda event out of the HTTP request.
"""

import re
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import discord
import doors
import events
import logs
import program
import slack
from desk import Tables
from server import ROOT, accepts, environment, free_port, running, wait_for
from wire import Door

LEDGER, DESK = "ledger", "desk"
FUNCTIONS = ("credits", "clients", "invoices", "permissions")

# One command for each function, and how its answer begins.
ANSWERED = {
    "/balance acme": "ACME Ltd", "/client view acme": "ACME Ltd",
    "/price show": "", "/whoami": "You are steve",
}


@dataclass(frozen=True)
class Store:
    """The embedded store: its address, and the access key id that each request must name."""

    url: str
    key: str


@contextmanager
def store():
    """The embedded store, filled with the sample."""
    env = environment(LEDGER_TABLE=LEDGER, DESK_TABLE=DESK, CREDITDESK_OWNERS=slack.OWNERS)
    command = [ROOT / "target/debug/creditdesk", "store", "--port", "0", "--demo"]
    with running("store", command, env) as log:
        printed = re.compile(r"store listening on (\S+)\naccess key id (\S+)\n")
        match = wait_for("the store", lambda: printed.search(log.read_text()))
        yield Store(url=match[1], key=match[2])


def of_store(embedded: Store) -> dict[str, str]:
    """What tells a function of the embedded store. There is no queue: hints are lost, as they may."""
    return {
        "AWS_ENDPOINT_URL": embedded.url, "AWS_ACCESS_KEY_ID": embedded.key,
        "LEDGER_TABLE": LEDGER, "DESK_TABLE": DESK, "JOBS_QUEUE_URL": f"{embedded.url}/queue",
    }


@contextmanager
def functions(embedded: Store):
    """All functions that a command can reach; yields the address of their runtime."""
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
                AWS_LAMBDA_FUNCTION_MEMORY_SIZE="256", AWS_LAMBDA_FUNCTION_VERSION="1",
                AWS_LAMBDA_LOG_FORMAT="JSON", AWS_LAMBDA_LOG_LEVEL="WARN", **more,
            )
            stack.enter_context(running(name, [program.bootstrap(name)], env))

        for name in FUNCTIONS:
            start(name, **of_store(embedded))
        asked = {f"{name.upper()}_FUNCTION": name for name in FUNCTIONS}
        start("chat_worker", AWS_ENDPOINT_URL=lambda_url, **asked)
        start(
            "chat", AWS_ENDPOINT_URL=lambda_url, SLACK_SIGNING_SECRET=slack.SECRET,
            DISCORD_PUBLIC_KEY=discord.PUBLIC_KEY, DISCORD_APPLICATION_ID=discord.APPLICATION,
            DISCORD_GUILDS=discord.GUILD, CHAT_WORKER_FUNCTION="chat_worker", **asked,
        )
        yield lambda_url


def main() -> int:
    """Runs it all; the figures go to standard output."""
    with store() as embedded, functions(embedded) as lambda_url:
        tables = Tables(embedded.url, LEDGER, DESK, embedded.key)
        door = Door(f"{lambda_url}/lambda-url/chat")
        before = tables.totals("acme", "mms")

        refused = doors.refuse(door)
        answered = doors.knock(door)
        wrapped = events.wrap(f"{lambda_url}/2015-03-31/functions/chat/invocations")
        assert tables.totals("acme", "mms") == before, "a forged request changed something"
        print(f"runtime: {refused} forged requests refused with 401, nothing changed")
        print(f"runtime: {answered} odd requests answered as they should be")
        print(f"runtime: {wrapped} events of {len(events.SHAPES)} shapes read")

        form = slack.body("/addcredit mms acme 500")
        headers = slack.signed(form)
        answer = door.post(slack.COMMANDS, form.encode(), headers)
        slack.expect(answer, "✅ Added 500 MMS credits to ACME Ltd")
        after = tables.totals("acme", "mms")
        assert after.balance == before.balance + 500, (before, after, answer)
        assert after.entries == before.entries + 1, (before, after, answer)
        for balance in (before.balance, after.balance):
            assert f"{balance:,}" in answer.body, f"{balance:,} is not in {answer.body}"
        print(f"runtime: /addcredit mms acme 500: {before.balance:,} → {after.balance:,}, "
              f"first call {answer.took_ms:.0f} ms")

        again = door.post(slack.COMMANDS, form.encode(), headers)
        slack.expect(again, "✅ Added 500 MMS credits to ACME Ltd")
        assert "it was done once" in again.body, again
        assert tables.totals("acme", "mms") == after, "the same interaction was done twice"
        print("runtime: the same interaction again: answered, nothing changed")

        # There is no queue, so that `credits` has had something to log.
        logs.of_request("credits", "no hint")
        written = sum(len(logs.lines(name)) for name in (*FUNCTIONS, "chat", "chat_worker"))
        print(f"runtime: {written} log lines have time and level, a request's its id and operation")

        for line, begins in ANSWERED.items():
            slack.expect(slack.say(door, line), begins)
        print(f"runtime: one command for each of {', '.join(FUNCTIONS)} answered")
        print(f"runtime: the slowest answer took {door.slowest_ms:.0f} ms ({door.slowest})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
