"""The template, deployed to an emulated account: a Slack command goes through the deployed HTTP
API, `chat`, `credits`, both tables, the schedule, the queue and `mail`.

The emulator makes the stack with CloudFormation and runs the functions' own programs, those of the
dev profile without their symbols.
"""

import json
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
from server import ROOT, environment, free_port, running, wait_for
from warden import Warden, guarding

STACK = "creditdesk"
SENDER = "desk@example.com"
SECRET_NAME = "creditdesk/slack"


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
    s3.create_bucket(Bucket=template.BUCKET)
    for name, function in template.functions(packaged).items():
        code = program.package(program.bootstrap(name), level=1)
        s3.put_object(Bucket=template.BUCKET, Key=f"{name}.zip", Body=code)
        function["Environment"]["Variables"]["AWS_ENDPOINT_URL_DYNAMODB"] = wardens[name].url
    client("secretsmanager", url).create_secret(Name=SECRET_NAME, SecretString=slack.SECRET)
    client("ses", url).verify_email_identity(EmailAddress=SENDER)

    formation = client("cloudformation", url)
    parameters = {
        "MailFrom": SENDER, "Owners": slack.IDENTITY, "SlackSecret": SECRET_NAME,
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


def fill(url: str, outputs: dict[str, str]):
    """Fills the deployed tables with the sample."""
    env = environment(
        LEDGER_TABLE=outputs["LedgerTable"], DESK_TABLE=outputs["DeskTable"],
        CREDITDESK_OWNERS=slack.IDENTITY,
    )
    subprocess.run(
        [ROOT / "target/debug/creditdesk", "fill", "--endpoint", url],
        env=env, check=True, timeout=120,
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


def add(url: str, outputs: dict[str, str], tables: Tables):
    """Credits are added by a signed command, and by no other."""
    line = "/addcredit mms acme 500"
    before = tables.totals("acme", "mms")
    reply = say(url, outputs, line, secret="0" * 32)
    assert reply.status == 401, reply
    reply = say(url, outputs, line)
    after = tables.totals("acme", "mms")
    assert reply.status == 200, reply
    assert after.balance == before.balance + 500, (before, after, reply)
    for balance in (before.balance, after.balance):
        assert f"{balance:,}" in reply.body, f"{balance:,} is not in {reply.body}"
    print(f"deployment: {line}: {before.balance:,} → {after.balance:,}")


def jobs(url: str, outputs: dict[str, str], tables: Tables):
    """What a commit promised is done by `mail`, and the schedule starts `sweep`."""
    month = f"{datetime.now(UTC):%Y%m}"
    wait_for("the audit line", lambda: tables.audited("1", month))
    reply = say(url, outputs, "/client suspend acme overdue")
    assert reply.status == 200, reply
    mail = wait_for("the mail", lambda: mails(url))[0]
    print(f"deployment: audited; mailed “{mail['Subject']}”")
    wait_for("the schedule", tables.swept, timeout_s=100)
    print("deployment: the schedule has started the sweep")


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
        fill(url, outputs)
        tables = Tables(url, outputs["LedgerTable"], outputs["DeskTable"])

        add(url, outputs, tables)
        jobs(url, outputs, tables)
        for name, warden in wardens.items():
            assert not warden.refused, f"{name} lacks permissions: {dict(warden.refused)}"
        kinds = sum(len(warden.passed) for warden in wardens.values())
        total = sum(warden.passed.total() for warden in wardens.values())
        print(f"deployment: {total} touches of items, of {kinds} kinds, all allowed by the roles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
