"""The template, deployed to an emulated account: Slack commands go through the deployed HTTP API,
`chat`, the functions that it asks, both tables, the schedule, the queue and `mail`.

The emulator makes the stack with CloudFormation and runs the functions' own programs, those of the
dev profile without their symbols. Each finds DynamoDB behind the warden of its role; what is done
here needs every leave to write that the roles have, so one that is missing shows, and one too many.
"""

import json
import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit
from urllib.request import urlopen

import privileges
import program
import slack
import template
from desk import Tables, client
from server import CREDENTIALS, ROOT, environment, free_port, running, wait_for
from warden import Warden, guarding

STACK = "creditdesk"
SENDER = "desk@example.com"
SECRET_NAME = "creditdesk/slack"
OP = re.compile("op_[0-9a-z]{16}")

# What the commands here do not come to: a plan that expires is told only where channels are set.
NOT_DRIVEN = {("sweep", "PutItem DeskTable JOB")}


@contextmanager
def account():
    """An emulated account; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Functions get AWS_ENDPOINT_URL from the emulator's own environment.
    env = environment(
        BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port), AWS_ENDPOINT_URL=url,
        IOT_MTLS_ENABLED="0", SFTP_ENABLED="0",
    )
    with running("account", [ROOT / "target/ci/emulators/bin/ministack"], env):
        wait_for("the account", lambda: urlopen(f"{url}/_ministack/ready", timeout=5).read())
        yield url


def deploy(url: str, wardens: dict[str, Warden]) -> dict[str, str]:
    """Makes the stack from the template and today's programs; its outputs.

    Each function finds DynamoDB behind the warden of its role.
    """
    packaged = template.packaged()
    s3 = client("s3", url)
    s3.create_bucket(
        Bucket=template.BUCKET,
        CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_REGION"]},
    )
    for name, function in template.functions(packaged).items():
        code = program.package(program.bootstrap(name), level=1)
        s3.put_object(Bucket=template.BUCKET, Key=f"{name}.zip", Body=code)
        function["Environment"]["Variables"]["AWS_ENDPOINT_URL_DYNAMODB"] = wardens[name].url
    client("secretsmanager", url).create_secret(Name=SECRET_NAME, SecretString=slack.SECRET)
    client("ses", url).verify_email_identity(EmailAddress=SENDER)

    formation = client("cloudformation", url)
    parameters = {
        "MailFrom": SENDER, "Owners": slack.OWNERS, "SlackSecret": SECRET_NAME,
        "TableProtection": "false",
    }
    formation.create_stack(
        StackName=STACK, TemplateBody=json.dumps(packaged),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
    )

    def made():
        stack, = formation.describe_stacks(StackName=STACK)["Stacks"]
        return stack if stack["StackStatus"] != "CREATE_IN_PROGRESS" else None

    stack = wait_for("the stack", made, timeout_s=120)
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    for warden in wardens.values():
        warden.tables.update({outputs[table]: table for table in ("LedgerTable", "DeskTable")})
    return outputs


def begin(url: str, outputs: dict[str, str], tables: Tables):
    """The schedule starts the sweep, which makes the owners; then comes the sample."""
    began = time.monotonic()
    owners = wait_for("the first sweep", tables.owners, timeout_s=150)
    # The sample sets its clock back: it is not to meet a sweep that is still under way.
    wait_for("its end", tables.summed)
    assert owners == [1, 2], owners
    print(f"deployment: the schedule started the sweep, which made {len(owners)} owners, "
          f"after {time.monotonic() - began:.0f} s")
    subprocess.run(
        [ROOT / "target/debug/creditdesk", "fill", "--endpoint", url], check=True, timeout=120,
        env=environment(LEDGER_TABLE=outputs["LedgerTable"], DESK_TABLE=outputs["DeskTable"]),
    )


def mails(url: str) -> list[dict]:
    """The mails that were sent."""
    with urlopen(f"{url}/_ministack/ses/messages", timeout=10) as answer:
        by_account = json.load(answer)["messages"]
    return [mail for mails in by_account.values() for mail in mails]


def say(url: str, outputs: dict[str, str], line: str, **signing) -> slack.Reply:
    """Types `line` in Slack, which posts it to the deployed API."""
    # The API is known by its host name, which here is no real one: it goes into the header.
    host = urlsplit(outputs["Url"]).netloc
    form = slack.body(line)
    return slack.post(f"{url}/slack/commands", form, slack.signed(form, **signing), host)


def add(url: str, outputs: dict[str, str], tables: Tables) -> slack.Reply:
    """Credits are added by a signed command, and by no other."""
    line = "/addcredit mms acme 500"
    before = tables.totals("acme", "mms")
    reply = say(url, outputs, line, secret="0" * 32)
    assert reply.status == 401, reply
    reply = say(url, outputs, line)
    reply.expect("✅ Added 500 MMS credits to ACME Ltd")
    after = tables.totals("acme", "mms")
    assert after.balance == before.balance + 500, (before, after, reply)
    for balance in (before.balance, after.balance):
        assert f"{balance:,}" in reply.body, f"{balance:,} is not in {reply.body}"
    print(f"deployment: {line}: {before.balance:,} → {after.balance:,}")
    return reply


def jobs(url: str, outputs: dict[str, str], tables: Tables, op: str):
    """What a commit promised is done by `mail`; what failed for good is replayed."""
    def mailed(subject: str):
        return next((mail for mail in mails(url) if mail["Subject"] == subject), None)

    month = f"{datetime.now(UTC):%Y%m}"
    wait_for("the audit line", lambda: tables.audited(1, month))
    say(url, outputs, "/client suspend zoes overdue").expect("✅ Suspended")
    mail = wait_for("the mail", lambda: mailed("Your account is suspended"))
    print(f"deployment: audited; mailed “{mail['Subject']}” to {mail['To']}")

    # The mail about an add waits ten minutes; here it has failed by then.
    tables.exhaust(wait_for("the waiting mail", lambda: tables.waiting(op)))
    sweep(url)
    wait_for("the failed job", lambda: "1 job failed for good" in say(
        url, outputs, "/jobs failed").text)
    say(url, outputs, f"/jobs failed replay:{op}").expect(f"✅ {op} is tried again")
    mail = wait_for("the replayed mail", lambda: mailed("500 MMS credits added"))
    print(f"deployment: mailed “{mail['Subject']}” when its failed job was replayed")


def sweep(url: str) -> dict:
    """Starts the sweep, as the schedule does; what it says that it did."""
    answer = client("lambda", url).invoke(FunctionName=f"{STACK}-sweep")
    report = json.load(answer["Payload"])
    assert "FunctionError" not in answer, report
    return report


# One line at least for each kind of write, and how its reply begins. `{op}` is the operation that
# the reply before it named, `{added}` the invoice of the first add.
COMMANDS = (
    ("/client new Delta Print Works hello@deltaprint.example login:deltaprint", "✅ Made Delta"),
    ("/client new Other hello@other.example --dry-run", "🔎 Dry run"),
    ("/client set name deltaprint Delta Print", "✅ Changed the name"),
    ("/client activate deltaprint", "✅ Activated Delta Print"),
    ("/price set sms acme 1:38.00", "✅ Prices are set"),
    ("/settings due 21", "✅ Changed the settings"),
    ("/settings due 28 --dry-run", "🔎 Dry run"),
    ("/addcredit sms acme 900 paid:BACS-30001", "✅ Added 900 SMS credits"),
    ("/addcredit sms acme 70 --dry-run", "🔎 Dry run"),
    ("/addcredit sms deltaprint 100 trial", "❓ Please confirm: add 100 SMS credits"),
    ("/confirm", "✅ Added 100 SMS credits"),
    ("/undo", "❓ Please confirm: take back"),
    ("/confirm", "✅ Took back"),
    ("/deductcredit sms acme 10 typed twice", "❓ Please confirm: deduct 10 SMS credits"),
    ("/deny {op}", "Cancelled"),
    ("/invoice void {added} booked twice", "❓ Please confirm"),
    ("/confirm {op}", "✅ "),
    ("/mms off acme", "✅ MMS is off for ACME Ltd"),
    ("/mms off acme-mobile --dry-run", "🔎 Dry run"),
    ("/mms allow c_1 off", "✅ MMS is off for the platform"),
    ("/mms allow c_1", "✅ MMS is on for the platform"),
    ("/role grant slack:T0001:U0003 support Sam", "✅ Sam"),
    ("/role grant slack:T0001:U0003 owner", "✅ Sam"),
    ("/staff leave Sam to:s_1", "✅ Sam"),
    ("/balance acme", "ACME Ltd"),
    ("/statement acme", "Statement of ACME Ltd"),
    ("/why acme", "How ACME Ltd"),
    ("/invoice list acme", "ACME Ltd"),
    ("/invoice view {added}", "Invoice {added} · void"),
    ("/history", "What was done"),
    ("/pending", "1 plan waits"),
    ("/list clients", "16 clients"),
    ("/role list", "6 staff members"),
    ("/desk status", "Everything is set up"),
    ("/jobs failed", "No job has failed"),
)


def commands(url: str, outputs: dict[str, str], named: dict[str, str]):
    """One command after the other succeeds, whichever function it is for."""
    slowest_ms = 0.0
    for line, begins in COMMANDS:
        began = time.monotonic()
        reply = say(url, outputs, line.format(**named))
        slowest_ms = max(slowest_ms, (time.monotonic() - began) * 1000)
        reply.expect(begins.format(**named))
        if op := OP.search(reply.body):
            named["op"] = op[0]
    print(f"deployment: {len(COMMANDS)} commands succeeded, the slowest in {slowest_ms:.0f} ms")


def night(url: str, outputs: dict[str, str], tables: Tables):
    """A sweep ends plans, closes days, proves the books, freezes what does not fit, sums up."""
    number, entries = tables.number("orchard"), tables.falsify("orchard")
    tables.overdue_plan()
    reports = []

    # The schedule may start one in the same moment, which does a part, or keeps its own rounds.
    def over() -> bool:
        tables.set_back_rounds(10, number, entries)
        reports.append(sweep(url))
        return tables.frozen("orchard") and tables.days("acme") and not tables.waiting_plans()

    wait_for("the night", over)
    say(url, outputs, "/addcredit sms orchard 10").expect("Staff changes of")
    print(f"deployment: swept: {json.dumps(reports[0])}")


def main() -> int:
    """Runs it all; the figures go to standard output."""
    resources = template.deployed()["Resources"]
    with account() as url, ExitStack() as stack:
        wardens = {
            name: stack.enter_context(guarding(privileges.of_function(resources, name), {}, url))
            for name in template.functions(template.packaged())
        }
        began = time.monotonic()
        outputs = deploy(url, wardens)
        print(f"deployment: stack complete in {time.monotonic() - began:.1f} s, zips included")
        tables = Tables(url, outputs["LedgerTable"], outputs["DeskTable"])

        begin(url, outputs, tables)
        added = add(url, outputs, tables).body
        op = OP.search(added)[0]
        jobs(url, outputs, tables, op)
        commands(url, outputs, {"op": op, "added": re.search("INV-[0-9]+-[0-9]+", added)[0]})
        night(url, outputs, tables)
        for name, warden in wardens.items():
            assert not warden.refused, f"{name} lacks permissions: {dict(warden.refused)}"
            unused = [one for one in warden.unused() if (name, one) not in NOT_DRIVEN]
        assert not unused, f"{name} has permissions to spare: {unused}"
        kinds = sum(len(warden.passed) for warden in wardens.values())
        total = sum(warden.passed.total() for warden in wardens.values())
        print(f"deployment: {total} touches of items, of {kinds} kinds, all allowed by the roles; "
              "no leave to write was unused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
