"""A first deploy by README's section alone: its commands, in its order, in a bare virtual environment
and a fresh copy of the project, against an emulated account. Each step is timed.

`sam build` takes minutes a function, so it is run only with the argument `build`; otherwise the
functions that are built already are put where `sam build` would put them. `cargo run` is the program
that is built already.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
import tomllib
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from samtranslator.yaml_helper import yaml_parse

import deployment
import discord
import program
import slack
import template
from desk import Tables, client
from platforms import DISCORD_TOKEN, SLACK_TOKEN, playing
from server import ROOT, environment, wait_for
from wire import Door

PROJECT = ROOT / "target" / "ci" / "first"
STACK = "creditdesk"

# What the README asks a person to write into samconfig.toml, before each of the two deploys.
FIRST = {
    '"MailFrom=desk@example.com"': f'"MailFrom={deployment.SENDER}"',
    '"Owners=slack:T0123ABC:U0456DEF"': f'"Owners={slack.IDENTITY}"',
}
SECOND = {
    '# "Slack': '"Slack', '# "Discord': '"Discord',
    "<64 hexadecimal digits>": discord.PUBLIC_KEY, "<id>": discord.APPLICATION,
    "<server id>\",": f"{discord.GUILD}\",",
}
# What the platforms give, under the names of README's sections about them.
SECRETS = {
    "SLACK_SIGNING_SECRET": slack.SECRET, "SLACK_BOT_TOKEN": SLACK_TOKEN,
    "DISCORD_BOT_TOKEN": DISCORD_TOKEN,
}

# Owners that are somebody, and texts that name nobody whom a platform could send.
OWNERS = (
    "slack:T0123ABC:U0456DEF", "slack:E0123ABC:W0456DEF", "discord:900000000000000001:900000000000000101",
    "aws:123456789012:desk-admin", "slack:T1:U1,aws:123456789012:ops", "slack:T1:U1, slack:T1:U2",
)
NOT_OWNERS = (
    "", "dana", "local:owner", "slack:T1", "slack:#general:U1", "slack:T1:@dana", "slack:t1:u1",
    "discord:My Server:dana#1234", "discord:1:2", "aws:1234:role", "aws:123456789012:",
    "slack:T1:U1,", "slack:T1:U1 slack:T1:U2", "slack:T1:U1;slack:T1:U2", "slack:T1:U1,dana",
)

# The longest that the code of each function can take, in seconds, by its own limits: reads of four
# tries of 2 s, commits of 10 s, calls of 20 s, effects of 15 s, a sweep's patience of 40 s.
LONGEST_S = {
    "chat": 5, "chat_worker": 100, "credits": 65, "clients": 65, "invoices": 65, "permissions": 65,
    "mail": 150, "sweep": 80, "billing_webhook": 5, "access": 25,
}


def blocks() -> list[list[str]]:
    """The commands of README's section about deploying, block by block."""
    section = (ROOT / "README.md").read_text().split("\n## Deploy\n")[1].split("\n## ")[0]
    found = re.findall(r"^ *```sh\n(.*?)^ *```$", section, re.M | re.S)
    return [textwrap.dedent(block).splitlines() for block in found]


def copy():
    """A fresh copy of the project: what is under version control, as it is now."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (PROJECT / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, PROJECT / name)


def edit(changes: dict[str, str]):
    """Writes into samconfig.toml, in the part of the default stage, what the README asks for."""
    path = PROJECT / "samconfig.toml"
    default, trial = path.read_text().split("[trial.build", 1)
    for before, after in changes.items():
        assert before in default, f"samconfig.toml lacks {before}"
        default = default.replace(before, after)
    path.write_text(f"{default}[trial.build{trial}")


def prebuilt():
    """What `sam build` would leave, from the programs that are built."""
    config = tomllib.loads((PROJECT / "samconfig.toml").read_text())["default"]["build"]["parameters"]
    built = PROJECT / config["build_dir"]
    source = yaml_parse((PROJECT / config["template_file"]).read_text())
    for name, resource in source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            (built / name).mkdir(parents=True)
            shutil.copy2(program.bootstrap(binary), built / name / "bootstrap")
            resource["Properties"]["CodeUri"] = name
    (built / "template.yaml").write_text(json.dumps(source))


@contextmanager
def timed(step: str):
    """Says how long a step took."""
    began = time.monotonic()
    yield
    print(f"first deploy: {step}: {time.monotonic() - began:.0f} s", flush=True)


def run(lines: list[str], url: str, build: bool, **more: str):
    """Runs a block of the README in the copy, in its virtual environment once that is made."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHON", "VIRTUAL_ENV"))}
    env = own | environment(AWS_ENDPOINT_URL=url, SAM_CLI_TELEMETRY="0", **SECRETS, **more)
    for line in lines:
        active = PROJECT / ".venv/bin/activate"
        command = line.replace("cargo run --", str(ROOT / "target/debug/creditdesk"))
        script = f". {active}\n{command}" if active.exists() else command
        with timed(line):
            if line == "sam build" and not build:
                prebuilt()
                continue
            done = subprocess.run(
                ["bash", "-euc", script], cwd=PROJECT, env=env, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=7200, check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def stack(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """Outputs and parameters of the stack."""
    made, = client("cloudformation", url).describe_stacks(StackName=STACK)["Stacks"]
    assert made["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), made
    outputs = {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}
    return outputs, {p["ParameterKey"]: p["ParameterValue"] for p in made["Parameters"]}


def rules():
    """What the template and the settings of the build say, finding by finding."""
    source = yaml_parse((ROOT / "infra/template.yaml").read_text())
    resources = source["Resources"]
    pattern = re.compile(source["Parameters"]["Owners"]["AllowedPattern"])
    for text in OWNERS:
        assert pattern.fullmatch(text), f"Owners refuses {text!r}"
    for text in NOT_OWNERS:
        assert not pattern.fullmatch(text), f"Owners accepts {text!r}"
    print(f"first deploy: Owners accepts {len(OWNERS)} lists of identities, refuses {len(NOT_OWNERS)} texts")

    for table in (r for r in resources.values() if r["Type"] == "AWS::DynamoDB::Table"):
        assert table["DeletionPolicy"] == "RetainExceptOnCreate", table
        assert table["UpdateReplacePolicy"] == "Retain", table
    print("first deploy: tables are retained, except when their creation fails")

    globally = source["Globals"]["Function"]
    functions = template.functions(source)
    assert len(globally["Architectures"]) == 1 and "Architecture" not in source["Parameters"]
    assert not [name for name, function in functions.items() if "Architectures" in function]
    print("first deploy: one place names the processor")

    timeouts = {name: f.get("Timeout", globally["Timeout"]) for name, f in functions.items()}
    assert LONGEST_S.keys() == timeouts.keys(), timeouts
    for name, longest in LONGEST_S.items():
        assert timeouts[name] > longest, f"{name} may take {longest} s and has {timeouts[name]} s"
    print(f"first deploy: time-outs above the code's longest: {json.dumps(timeouts)}")

    jobs = functions["mail"]["Events"]["Jobs"]["Properties"]
    assert jobs["BatchSize"] == 1, jobs
    visible = resources["JobsQueue"]["Properties"]["VisibilityTimeout"]
    assert visible == 6 * timeouts["mail"], visible
    sender = json.dumps(resources["MailRole"])
    assert ":identity/*" in sender and ":configuration-set/*" in sender, "SES"
    print("first deploy: mail takes one job at a time, and may use a configuration set")

    settings = tomllib.loads((ROOT / "CargoLambda.toml").read_text())
    assert settings["build"]["disable_optimizations"] is True, settings
    print("first deploy: cargo-lambda keeps the project's own profile")


def answers(url: str, outputs: dict[str, str], on: bool):
    """Slack is off before its secret is stored, and on after the second deploy."""
    door = Door(url, urlsplit(outputs["Url"]).netloc)
    form = slack.body("/whoami")
    if on:
        # A first call may start slowly, and is then answered elsewhere.
        def named() -> bool:
            answer = slack.say(door, "/whoami")
            return answer.status == 200 and ", an owner" in answer.body

        wait_for("the owner's /whoami", named)
        return
    answer = door.post(slack.COMMANDS, form.encode(), slack.signed(form))
    assert answer.status == 401 and "Slack is off" in answer.body, answer


def main(build: bool) -> int:
    """Deploys as the README says, and checks what came of it."""
    rules()
    copy()
    prepare, first, secrets, again, register = blocks()
    began = time.monotonic()
    with deployment.account() as url:
        run(prepare, url, build)
        client("ses", url).verify_email_identity(EmailAddress=deployment.SENDER)
        edit(FIRST)
        run(first, url, build)
        outputs, _ = stack(url)
        request = Request(f"{url}/healthz", headers={"Host": urlsplit(outputs["Url"]).netloc})
        assert urlopen(request, timeout=30).read() == b"ok"
        answers(url, outputs, on=False)

        run(secrets, url, build)
        for name in ("slack-signing-secret", "slack-bot-token", "discord-bot-token"):
            kept = client("secretsmanager", url).get_secret_value(SecretId=f"creditdesk/{name}")
            assert kept["SecretString"] in SECRETS.values(), f"{name} is no plain string"
        edit(SECOND)
        run(again, url, build)
        outputs, parameters = stack(url)
        tables = Tables(url, outputs["LedgerTable"], outputs["DeskTable"])
        assert wait_for("the first sweep", tables.owners, timeout_s=150) == [1]
        with playing() as platforms:
            run(register, url, build, DISCORD_APPLICATION_ID=discord.APPLICATION,
                DISCORD_API_BASE=platforms.environment()["DISCORD_API_BASE"])
            assert platforms.registered and not platforms.strange, platforms.strange
            print(f"first deploy: {len(platforms.registered)} commands registered at Discord")
        answers(url, outputs, on=True)
        print(f"first deploy: from nothing to /whoami: {time.monotonic() - began:.0f} s")

        run(again, url, build)
        outputs, kept = stack(url)
        assert kept == parameters and kept["SlackSecret"] and kept["DiscordPublicKey"], (kept, parameters)
        answers(url, outputs, on=True)
        print(f"first deploy: a later deploy kept all {len(kept)} parameters, and Slack is on")
    return 0


if __name__ == "__main__":
    sys.exit(main(build=sys.argv[1:] == ["build"]))
