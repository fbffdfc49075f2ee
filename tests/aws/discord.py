"""Discord's side: what it posts when somebody runs a command, types, presses or fills in, signed by
the library that Discord's own check of signatures is made of, and held against that check."""

import contextlib
import io
import itertools
import json
import time
from dataclasses import dataclass

from discord_interactions import InteractionResponseFlags, InteractionType, verify_key
from nacl.signing import SigningKey

from wire import Answer, Door

KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = KEY.verify_key.encode().hex()
APPLICATION, GUILD, CHANNEL = "900000000000000003", "900000000000000001", "900000000000000002"
# Where the desk says what was done; nobody types there.
OPS_CHANNEL = "900000000000000004"
# Two who type.
USER, OTHER = "900000000000000101", "900000000000000102"

INTERACTIONS = "/discord/interactions"
# The beginning of Discord's ids, in milliseconds.
EPOCH_MS = 1_420_070_400_000

PING = b'{"type":1}'

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Message:
    """A message of the desk as Discord has it."""

    body: dict
    # Only one person sees it.
    private: bool = False

    @property
    def text(self) -> str:
        """All that can be read on it."""
        embeds = self.body.get("embeds") or ()
        below = [embed.get("description", "") for embed in embeds]
        footers = [embed.get("footer", {}).get("text", "") for embed in embeds]
        return "\n".join([self.body.get("content") or "", *below, *footers])

    def button(self, label: str) -> dict:
        """The button with these words."""
        elements = [e for row in self.body["components"] for e in row["components"]]
        found = [e for e in elements if e["type"] == 2 and e["label"] == label]
        assert found, f"no [{label}] on {self.body}"
        return found[0]


@dataclass(frozen=True)
class Shown:
    """How an interaction was answered."""

    type: int
    data: dict
    # Of the interaction: what a late reply comes with.
    token: str

    @property
    def message(self) -> Message:
        """The message, where the answer is one."""
        flags = self.data.get("flags", 0)
        return Message(self.data, bool(flags & InteractionResponseFlags.EPHEMERAL))


def snowflake(age_s: float = 0.0) -> str:
    """An id that was made so long ago."""
    made_ms = int((time.time() - age_s) * 1000) - EPOCH_MS
    return str((made_ms << 22) + next(_numbers))


def signed(body: bytes, at: float | None = None, key: SigningKey = KEY) -> dict[str, str]:
    """The headers of a body, signed `at` that time (now, if not said)."""
    timestamp = str(int(time.time() if at is None else at))
    return {
        "Content-Type": "application/json",
        "X-Signature-Timestamp": timestamp,
        "X-Signature-Ed25519": key.sign(timestamp.encode() + body).signature.hex(),
    }


def believed(body: bytes, headers: dict[str, str]) -> bool:
    """Whether Discord's own check takes a request for Discord's; it looks at no time."""
    # It prints why not.
    with contextlib.redirect_stdout(io.StringIO()):
        return verify_key(
            body, headers.get("X-Signature-Ed25519", ""), headers.get("X-Signature-Timestamp", ""),
            PUBLIC_KEY,
        )


def forged(body: bytes) -> dict[str, dict[str, str]]:
    """Headers that must not be believed, by what is wrong with them."""
    good = signed(body)
    signature, timestamp = good["X-Signature-Ed25519"], good["X-Signature-Timestamp"]
    now = time.time()
    return {
        "another key": signed(body, key=SigningKey(bytes(32))),
        "another body": signed(body + b" "),
        "301 s old": signed(body, at=now - 301),
        "from the future": signed(body, at=now + 330),
        "no signature": {k: v for k, v in good.items() if k != "X-Signature-Ed25519"},
        "no time": {k: v for k, v in good.items() if k != "X-Signature-Timestamp"},
        "neither": {"Content-Type": "application/json"},
        "empty signature": good | {"X-Signature-Ed25519": ""},
        "zeros": good | {"X-Signature-Ed25519": "0" * 128},
        "cut off": good | {"X-Signature-Ed25519": signature[:64]},
        "another time": good | {"X-Signature-Timestamp": str(int(timestamp) - 1)},
        "time is a word": good | {"X-Signature-Timestamp": "abc"},
        # The HTTP API hands a repeated header on as one, with a comma between.
        "doubled signature": good | {"X-Signature-Ed25519": f"{signature},{signature}"},
        "doubled time": good | {"X-Signature-Timestamp": f"{timestamp},{timestamp}"},
    }


def interaction(kind: int, data: dict, age_s: float = 0.0, **more) -> dict:
    """An interaction of the one who types, begun so long ago."""
    number = snowflake(age_s)
    return {
        "id": number, "application_id": APPLICATION, "type": kind, "token": f"token-{number}",
        "version": 1, "context": 0, "data": data,
        "guild_id": GUILD, "guild": {"id": GUILD, "features": [], "locale": "en-US"},
        "channel_id": CHANNEL, "channel": {"id": CHANNEL, "type": 0, "name": "billing-ops"},
        "app_permissions": "2248473465835073", "attachment_size_limit": 10_485_760,
        "authorizing_integration_owners": {"0": GUILD}, "entitlements": [],
        "locale": "en-GB", "guild_locale": "en-US",
        "member": {
            "user": {
                "id": USER, "username": "dora", "global_name": "Dora", "discriminator": "0",
                "avatar": None, "public_flags": 0,
            },
            "roles": ["77"], "nick": None, "avatar": None, "deaf": False, "mute": False,
            "flags": 0, "pending": False, "permissions": "2248473465835073",
            "joined_at": "2026-01-05T09:00:00.000000+00:00",
        },
    } | more


def by(user: str, did: dict) -> dict:
    """The same, done by somebody else."""
    did["member"]["user"]["id"] = user
    return did


def _data(words: str, options: list[dict]) -> dict:
    """The data of a command: its words stand in each other."""
    first, *rest = words.split()
    for depth, word in enumerate(reversed(rest)):
        options = [{"type": 2 if depth else 1, "name": word, "options": options}]
    return {"id": "12", "name": first, "type": 1, "guild_id": GUILD, "options": options}


def _option(name: str, value) -> dict:
    """An option with its type."""
    kind = 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3
    return {"name": name, "type": kind, "value": value}


def command(words: str, age_s: float = 0.0, **options) -> dict:
    """Somebody runs a command."""
    listed = [_option(name, value) for name, value in options.items()]
    return interaction(InteractionType.APPLICATION_COMMAND, _data(words, listed), age_s)


def typing(words: str, name: str, typed: str) -> dict:
    """Somebody types into an option."""
    data = _data(words, [{"name": name, "type": 3, "value": typed, "focused": True}])
    return interaction(InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, data)


def _whole(message: Message) -> dict:
    """A message with what Discord sends along."""
    return {
        "id": "555", "channel_id": CHANNEL, "type": 20, "tts": False, "pinned": False,
        "author": {"id": APPLICATION, "username": "creditdesk", "bot": True, "avatar": None},
        "timestamp": "2026-11-23T10:00:00.000000+00:00", "edited_timestamp": None,
        "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [],
        "flags": InteractionResponseFlags.EPHEMERAL if message.private else 0,
    } | {name: message.body.get(name) for name in ("content", "embeds", "components")}


def press(message: Message, label: str, age_s: float = 0.0) -> dict:
    """Somebody presses a button, by the words on it."""
    data = {"component_type": 2, "custom_id": message.button(label)["custom_id"]}
    return interaction(
        InteractionType.MESSAGE_COMPONENT, data, age_s, message=_whole(message)
    )


def fill(message: Message, form: dict, values: dict[str, str]) -> dict:
    """Somebody sends the form that a button of a message opened."""
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        for name, value in values.items()
    ]
    data = {"custom_id": form["custom_id"], "components": fields}
    return interaction(InteractionType.MODAL_SUBMIT, data, message=_whole(message))


def send(door: Door, did: dict) -> Shown:
    """Posts an interaction; how it was answered."""
    body = json.dumps(did).encode()
    headers = signed(body)
    assert believed(body, headers), "Discord would not believe this"
    answer = door.post(INTERACTIONS, body, headers)
    assert answer.status == 200, answer
    assert answer.headers["content-type"].startswith("application/json"), answer.headers
    shown = json.loads(answer.body)
    return Shown(shown["type"], shown.get("data", {}), did["token"])
