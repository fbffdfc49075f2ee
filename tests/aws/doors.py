"""What the desk's doors answer to whoever knocks: to forged requests of both platforms, and to good
ones that are odd. Both platforms' own checks say what they think of the same requests.
"""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import discord
import slack
from wire import Door

# Discord's own check looks at no time, so it lets these in; the desk does not.
UNTIMED = {"301 s old", "from the future"}
LARGE = 256 * 1024 + 1


def json_of(did: dict) -> bytes:
    """An interaction as it is posted."""
    return json.dumps(did).encode()


def refuse(door: Door) -> int:
    """Whatever is forged is refused on every path; how much that was."""
    refused = 0
    slack_form = slack.body("/addcredit mms acme 500")
    for path in (slack.COMMANDS, slack.INTERACTIONS, slack.OPTIONS):
        for wrong, headers in slack.forged(slack_form).items():
            assert not slack.believed(slack_form, headers), f"{wrong}: Slack would believe it"
            answer = door.post(path, slack_form.encode(), headers)
            assert answer.status == 401, f"{path}, {wrong}: {answer}"
            refused += 1
    add = json_of(discord.command("addcredit mms", client="acme", amount=500))
    for body in (add, discord.PING):
        for wrong, headers in discord.forged(body).items():
            believed = discord.believed(body, headers)
            assert believed == (wrong in UNTIMED), f"{wrong}: Discord would say {believed}"
            answer = door.post(discord.INTERACTIONS, body, headers)
            assert answer.status == 401, f"Discord, {wrong}: {answer}"
            refused += 1
    return refused


@dataclass(frozen=True)
class Knock:
    """A request, and what is to come back."""

    what: str
    path: str
    body: bytes
    headers: dict[str, str] = field(repr=False)
    status: int
    says: str = ""


def of_slack() -> Iterator[Knock]:
    """What Slack's doors are to answer, the table of bad input line by line; each is made when it is asked
    for, because a command that is some seconds old is handed over."""
    def signed(body: bytes, media: str = slack.FORM, **signing) -> dict[str, str]:
        return slack.signed(body.decode(), **signing) | {"Content-Type": media}

    help_form = slack.body("/desk help").encode()
    unknown = slack.body("/adcredit mms acme 500").encode()
    unsigned = {"Content-Type": slack.FORM}
    asked = b'{"token":"x","challenge":"3eZbrw1aB10F","type":"url_verification"}'
    as_json = "application/json"
    yield Knock("good", slack.COMMANDS, help_form, signed(help_form), 200, "lists every command with its parameters")
    yield Knock("just not too old", slack.COMMANDS, help_form, signed(help_form, at=time.time() - 290), 200)
    yield Knock("just not too early", slack.COMMANDS, help_form, signed(help_form, at=time.time() + 290), 200)
    yield Knock("unknown command", slack.COMMANDS, unknown, signed(unknown), 200, "Did you mean addcredit?")
    for path in (slack.COMMANDS, slack.INTERACTIONS, slack.OPTIONS):
        def at(what: str, body: bytes, headers: dict[str, str], status: int, says: str = "",
               path: str = path) -> Knock:
            return Knock(f"{path}, {what}", path, body, headers, status, says)

        large = b"filler=" + b"x" * (LARGE - len("filler="))
        no_json = b"payload=%7B"
        yield from [
            at("another media type", b"{}", signed(b"{}", as_json), 415),
            at("another media type, unsigned", b"{}", {"Content-Type": as_json}, 401),
            at("nothing", b"", signed(b""), 400),
            at("nothing, unsigned", b"", unsigned, 401),
            at("no JSON", no_json, signed(no_json), 400),
            at("no JSON, unsigned", no_json, unsigned, 401),
            at("too large", large, signed(large), 413),
            at("too large, unsigned", large, unsigned, 413),
            at("ssl_check, unsigned", b"ssl_check=1&token=x", unsigned, 200),
            at("url_verification", asked, signed(asked, as_json), 200,
               '{"challenge":"3eZbrw1aB10F"}'),
            at("url_verification, forged", asked, signed(asked, as_json, secret="0" * 32), 401),
        ]


def of_discord() -> Iterator[Knock]:
    """What Discord's door is to answer; each is made when it is asked for, because an interaction that
    is some seconds old is answered otherwise."""
    def raw(what: str, body: bytes, headers: dict[str, str], status: int, says: str = "") -> Knock:
        return Knock(f"Discord, {what}", discord.INTERACTIONS, body, headers, status, says)

    def ping(what: str, **signing) -> Knock:
        return raw(what, discord.PING, discord.signed(discord.PING, **signing), 200, '{"type":1}')

    def helped(what: str, says: str, media: str = "application/json", status: int = 200,
               **changed) -> Knock:
        body = json_of(discord.command("help", what="addcredit mms") | changed)
        return raw(what, body, discord.signed(body) | {"Content-Type": media}, status, says)

    yield ping("PING")
    yield ping("just not too old", at=time.time() - 290)
    yield ping("just not too early", at=time.time() + 290)
    capitals = discord.signed(discord.PING)
    capitals["X-Signature-Ed25519"] = capitals["X-Signature-Ed25519"].upper()
    yield raw("in capitals", discord.PING, capitals, 200)

    yield helped("good", "Add MMS credits")
    unknown = json_of(discord.command("adcredit mms", client="acme", amount=500))
    yield raw("unknown command", unknown, discord.signed(unknown), 200, "Did you mean addcredit")
    yield helped("a type of the future", "I cannot read what Discord sent", type=99)
    yield helped("direct message", "members of its server", member=None, user={"id": discord.USER})
    yield helped("another server", "does not work in this server", guild_id="1")
    yield helped("another application", "does not work in this server", application_id="1")

    yield helped("another media type", "", media="text/plain", status=415)
    unsigned = {"Content-Type": "text/plain"}
    yield raw("another media type, unsigned", discord.PING, unsigned, 401)
    unsigned = {"Content-Type": "application/json"}
    for what, body, status in (("nothing", b"", 400), ("no JSON", b"{", 400)):
        yield raw(what, body, discord.signed(body), status)
        yield raw(f"{what}, unsigned", body, unsigned, 401)
    large = b" " * LARGE
    yield raw("too large", large, discord.signed(large), 413)
    yield raw("too large, unsigned", large, unsigned, 413)


def knock(door: Door) -> int:
    """Every request of the two lists is answered as it says; how many these are."""
    knocks = 0
    for one in itertools.chain(of_slack(), of_discord()):
        knocks += 1
        answer = door.post(one.path, one.body, one.headers)
        assert answer.status == one.status and one.says in answer.body, f"{one}: {answer}"
    return knocks
