"""The template, deployed to an emulated account: what people do in Slack and Discord goes through the
deployed HTTP API, `chat`, the functions that it asks, both tables, the schedule, the queue, `mail` and
`chat_worker`, and comes back at the platforms' own APIs, which are played on loopback.

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

import billing
import chat
import discord
import doors
import privileges
import program
import slack
import template
from desk import Tables, client
from platforms import DISCORD_TOKEN, SLACK_TOKEN, Platforms, playing
from server import CREDENTIALS, ROOT, environment, free_port, running, wait_for
from warden import Warden, guarding
from wire import Door

STACK = "creditdesk"
SENDER = "desk@example.com"
# By the parameter of the template that names each.
SECRETS = {
    "SlackSecret": ("creditdesk/slack", slack.SECRET),
    "SlackBotSecret": ("creditdesk/slack-bot", SLACK_TOKEN),
    "DiscordBotSecret": ("creditdesk/discord-bot", DISCORD_TOKEN),
    "BillingWebhookSecret": ("creditdesk/billing", billing.SECRET),
}
# These speak to the platforms.
SPEAKING = ("chat", "chat_worker")


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


def deploy(url: str, wardens: dict[str, Warden], platforms: Platforms) -> dict[str, str]:
    """Makes the stack from the template and today's programs; its outputs.

    Each function finds DynamoDB behind the warden of its role, and the platforms on loopback.
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
        variables = function["Environment"]["Variables"]
        variables["AWS_ENDPOINT_URL_DYNAMODB"] = wardens[name].url
        if "CREDITDESK_OWNERS" in variables:
            # The terminal, which types the sample; the template lets no such identity in.
            variables["CREDITDESK_OWNERS"] = slack.OWNERS
        if name in SPEAKING:
            variables |= platforms.environment()
    for name, secret in SECRETS.values():
        client("secretsmanager", url).create_secret(Name=name, SecretString=secret)
    client("ses", url).verify_email_identity(EmailAddress=SENDER)

    formation = client("cloudformation", url)
    parameters = {
        "MailFrom": SENDER, "Owners": slack.IDENTITY, "TableProtection": "false",
        "DiscordPublicKey": discord.PUBLIC_KEY, "DiscordApplicationId": discord.APPLICATION,
        "DiscordGuilds": discord.GUILD,
    } | {parameter: name for parameter, (name, _) in SECRETS.items()}
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


def guarded(door: Door, tables: Tables):
    """Nothing gets in that the platforms did not sign, and what is odd is answered."""
    before = [tables.totals("acme", kind) for kind in ("sms", "mms")]
    refused, answered = doors.refuse(door), doors.knock(door)
    after = [tables.totals("acme", kind) for kind in ("sms", "mms")]
    assert after == before, "a forged request changed something"
    print(f"deployment: {refused} forged requests refused with 401, nothing changed; "
          f"{answered} odd ones answered as they should be")


def add(scene: chat.Scene) -> slack.Message:
    """Credits are added by a command."""
    line = "/addcredit mms acme 500"
    before = scene.tables.totals("acme", "mms")
    receipt = scene.says(line, "✅ Added 500 MMS credits to ACME Ltd")
    after = scene.tables.totals("acme", "mms")
    assert after.balance == before.balance + 500, (before, after, receipt)
    for balance in (before.balance, after.balance):
        assert f"{balance:,}" in receipt.text, f"{balance:,} is not in {receipt.text}"
    print(f"deployment: {line}: {before.balance:,} → {after.balance:,}")
    return receipt


def jobs(url: str, scene: chat.Scene, op: str):
    """What a commit promised is done by `mail`; what failed for good is replayed."""
    def mailed(subject: str):
        return next((mail for mail in mails(url) if mail["Subject"] == subject), None)

    tables = scene.tables
    month = f"{datetime.now(UTC):%Y%m}"
    wait_for("the audit line", lambda: tables.audited(1, month))
    scene.confirms("/client suspend zoes overdue", "✅ Suspended")
    mail = wait_for("the mail", lambda: mailed("Your account is suspended"))
    print(f"deployment: audited; mailed “{mail['Subject']}” to {mail['To']}")

    # The mail about an add waits ten minutes; here it has failed by then.
    tables.exhaust(wait_for("the waiting mail", lambda: tables.waiting(op)))
    sweep(url)
    wait_for("the failed job", lambda: "1 notice failed" in scene.says(
        "/jobs failed", "").text)
    scene.says(f"/jobs failed replay:{op}", f"✅ {op} is tried again")
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
    ("/client new Delta Print Works hello@deltaprint.example login:deltaprint", "✅ Created Delta"),
    ("/client new Other hello@other.example --dry-run", "🔎 Dry run"),
    ("/client set name deltaprint Delta Print", "✅ Changed the name"),
    ("/client activate deltaprint", "✅ Activated Delta Print"),
    ("/price set sms acme 1:38.00", "✅ SMS prices are set"),
    ("/settings due 21", "❓ Please confirm"),
    ("/confirm {op}", "✅ Changed the settings"),
    ("/settings due 28 --dry-run", "🔎 Dry run"),
    ("/addcredit sms acme 900 paid:BACS-30001", "✅ Added 900 SMS credits"),
    ("/addcredit sms acme 70 --dry-run", "🔎 Dry run"),
    ("/addcredit sms deltaprint 100 first order", "❓ Please confirm: add 100 SMS credits"),
    ("/confirm {op}", "✅ Added 100 SMS credits"),
    ("/undo", "❓ Please confirm: take back"),
    ("/confirm {op}", "✅ Took back"),
    ("/deductcredit sms acme 10 typed twice", "❓ Please confirm: deduct 10 SMS credits"),
    ("/deny {op}", "Cancelled"),
    ("/invoice void {added} booked twice", "❓ Please confirm"),
    ("/confirm {op}", "✅ "),
    ("/mms off acme", "❓ Please confirm"),
    ("/confirm {op}", "✅ MMS is off for ACME Ltd"),
    ("/mms off acme-mobile --dry-run", "🔎 Dry run"),
    ("/mms allow c_1 off", "❓ Please confirm"),
    ("/confirm {op}", "✅ MMS is off for the platform"),
    ("/mms allow c_1", "❓ Please confirm"),
    ("/confirm {op}", "✅ MMS is on for the platform"),
    ("/role grant slack:T0001:U0003 support Sam", "❓ Please confirm"),
    ("/confirm {op}", "✅ Sam"),
    ("/role grant slack:T0001:U0003 owner", "❓ Please confirm"),
    ("/confirm {op}", "✅ Sam"),
    ("/staff leave Sam to:s_1", "❓ Please confirm"),
    ("/confirm {op}", "✅ Sam"),
    ("/price set sms deltaprint 1:4.00", "❓ Please confirm"),
    ("/confirm {op}", "✅ SMS prices are set"),
    ("/balance acme", "ACME Ltd"),
    ("/statement acme", "Statement of ACME Ltd"),
    ("/why acme", "Why ACME Ltd"),
    ("/invoice list acme", "ACME Ltd"),
    ("/invoice view {added}", "Invoice {added} · void"),
    ("/history", "Changes and refusals since"),
    ("/pending", "1 request waits"),
    ("/list clients", "16 clients"),
    ("/role list", "8 staff members"),
    ("/desk status", "Everything is set up"),
    ("/jobs failed", "No email or notice has failed"),
)


def commands(scene: chat.Scene, named: dict[str, str]):
    """One command after the other succeeds, whichever function it is for."""
    slowest_s = 0.0
    for line, begins in COMMANDS:
        began = time.monotonic()
        said = scene.says(line.format(**named), begins.format(**named))
        slowest_s = max(slowest_s, time.monotonic() - began)
        if chat.OPS.search(json.dumps(said.body)):
            named["op"] = chat.op_of(json.dumps(said.body))
    print(f"deployment: {len(COMMANDS)} commands succeeded, the slowest in "
          f"{slowest_s * 1000:.0f} ms")


def overdraft(scene: chat.Scene):
    """A person with the role billing asks for more than that role may give, and an owner approves it:
    the plan is put up and carried out by the function of the clients."""
    scene.says(f"/role grant discord:{discord.GUILD}:{discord.OTHER} billing", "✅ Eve")
    before = {plan["pk"] for plan in scene.tables.waiting_plans()}
    ask = discord.command("client set overdraft", client="acme", kind="sms", amount=200_000)
    scene.runs(discord.by(discord.OTHER, ask), "🔐 Eve asks to change the SMS overdraft",
               private=True)
    op, = {plan["pk"] for plan in scene.tables.waiting_plans()} - before
    scene.says(f"/approve op_{op.removeprefix('PLAN#')}", "✅ Changed the SMS overdraft of ACME Ltd")


def night(url: str, scene: chat.Scene):
    """A sweep ends plans, closes days, proves the books, freezes what does not fit, sums up."""
    tables = scene.tables
    number, entries = tables.number("orchard"), tables.falsify("orchard")
    plan = tables.overdue_plan()
    reports = []

    # The schedule may start one in the same moment, which does a part, or keeps its own rounds.
    def over() -> bool:
        tables.set_back_rounds(10, number, entries)
        reports.append(sweep(url))
        return tables.frozen("orchard") and tables.days("acme") and not tables.waiting_plans()

    wait_for("the night", over)
    scene.says("/addcredit sms orchard 10", "Staff changes of")
    print(f"deployment: swept: {json.dumps(reports[0])}")
    # What one sweep leaves to be told, the next one hints at.
    sweep(url)
    chat.told_of_expiry(scene, plan)


# Items whose operations need a bank's file, a provider's account or days to pass: the tests of the local desk
# run them.
UNTRIED = {"BANK", "BRAND", "CHECKOUT", "LINES", "MONEY", "RECONCILE", "REFUND", "REMINDED"}
UNTRIED_OF = {"invoices": {"C", "PAY"}}


def weigh(wardens: dict[str, Warden]):
    """The roles were enough, and nothing in them was too much."""
    for name, warden in wardens.items():
        assert not warden.refused, f"{name} lacks permissions: {dict(warden.refused)}"
        untried = UNTRIED | UNTRIED_OF.get(name, set())
        unused = [one for one in warden.unused() if one.split()[-1] not in untried]
        assert not unused, f"{name} has permissions to spare: {unused}"
    kinds = sum(len(warden.passed) for warden in wardens.values())
    total = sum(warden.passed.total() for warden in wardens.values())
    print(f"deployment: {total} touches of items, of {kinds} kinds, all allowed by the "
          f"{len(wardens)} roles; no leave to write was unused but for {len(UNTRIED)} items")


def main() -> int:
    """Runs it all; the figures go to standard output."""
    resources = template.deployed()["Resources"]
    with account() as url, playing() as platforms, ExitStack() as stack:
        wardens = {
            name: stack.enter_context(guarding(privileges.of_function(resources, name), {}, url))
            for name in template.functions(template.packaged())
        }
        began = time.monotonic()
        outputs = deploy(url, wardens, platforms)
        print(f"deployment: stack complete in {time.monotonic() - began:.1f} s, zips included")
        tables = Tables(url, outputs["LedgerTable"], outputs["DeskTable"])
        # The API is known by its host name, which here is no real one: it goes into the header.
        door = Door(url, urlsplit(outputs["Url"]).netloc)
        scene = chat.Scene(door, platforms, tables, wardens["credits"])

        begin(url, outputs, tables)
        guarded(door, tables)
        added = add(scene).text
        op = chat.op_of(added)
        jobs(url, scene, op)
        chat.flow(scene)
        commands(scene, {"op": op, "added": re.search("INV-[0-9]+-[0-9]+", added)[0]})
        billing.flow(door, scene, lambda: sweep(url))
        overdraft(scene)
        night(url, scene)
        chat.account(scene)
        weigh(wardens)
        print(f"deployment: {door.refused} requests refused in all; the slowest answer took "
              f"{door.slowest_ms:.0f} ms ({door.slowest})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
