"""Slack's side: what it posts when somebody types, presses, chooses or fills in, signed by Slack's
own SDK; and what its messages and forms hold."""

import itertools
import json
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from wire import Answer, Door

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, USER, CHANNEL = "T0001", "U2147483697", "C2147483705"
IDENTITY = f"slack:{TEAM}:{USER}"
# Who owns the desk: the one who types in Slack, and the one who types the sample.
OWNERS = f"{IDENTITY},local:owner"

COMMANDS, INTERACTIONS, OPTIONS = "/slack/commands", "/slack/interactions", "/slack/options"
FORM = "application/x-www-form-urlencoded"
# An address that nobody asks: what is answered at once needs none.
NOWHERE = "https://hooks.slack.com/commands/1234/5678"

_moments = itertools.count(1)


@dataclass(frozen=True)
class Message:
    """A message of the desk as Slack has it."""

    body: dict
    channel: str = CHANNEL
    # Only one person sees it.
    private: bool = False

    @property
    def text(self) -> str:
        """What is seen where there are no blocks: its mark and headline first."""
        return self.body["text"]

    def button(self, label: str) -> dict:
        """The button with these words."""
        elements = [e for block in self.body["blocks"] for e in block.get("elements", ())]
        found = [e for e in elements if e["type"] == "button" and e["text"]["text"] == label]
        assert found, f"no [{label}] on {self.body}"
        return found[0]


def read(answer: Answer) -> Message:
    """The message that a slash command was answered with."""
    assert answer.status == 200, answer
    return message(json.loads(answer.body))


def message(body: dict) -> Message:
    """A message that is an answer, or was posted to a response address."""
    return Message(body, private=body["response_type"] == "ephemeral")


def expect(answer: Answer, begins: str) -> Message:
    """Holds a reply to a beginning: a mark says that it was done, a no has none."""
    said = read(answer)
    assert said.text.startswith(begins), f"not “{begins}…”: {answer}"
    return said


def body(line: str, channel: str = CHANNEL, reply_to: str = NOWHERE) -> str:
    """The form that Slack posts when `line` is typed, each time as a new interaction."""
    command, _, text = line.partition(" ")
    return urlencode({
        "team_id": TEAM, "team_domain": "example",
        "channel_id": channel, "channel_name": "desk",
        "user_id": USER, "user_name": "steve",
        "command": command, "text": text,
        "api_app_id": "A123456",
        "trigger_id": f"13345224609.738474920.{uuid.uuid4().hex}",
        "response_url": reply_to,
    })


def signed(form: str, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers of `form`, signed `at` that time (now, if not said)."""
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=form)
    return {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }


def believed(form: str, headers: dict[str, str]) -> bool:
    """Whether Slack's own SDK takes a request for Slack's."""
    try:
        return SignatureVerifier(SECRET).is_valid_request(form, headers)
    except ValueError:
        return False


def forged(form: str) -> dict[str, dict[str, str]]:
    """Headers that must not be believed, by what is wrong with them."""
    good = signed(form)
    signature, timestamp = good["X-Slack-Signature"], good["X-Slack-Request-Timestamp"]
    now = time.time()
    return {
        "another secret": signed(form, secret="0" * 32),
        "another body": signed(form + "0"),
        "301 s old": signed(form, at=now - 301),
        "from the future": signed(form, at=now + 330),
        "no signature": {k: v for k, v in good.items() if k != "X-Slack-Signature"},
        "no time": {k: v for k, v in good.items() if k != "X-Slack-Request-Timestamp"},
        "neither": {"Content-Type": FORM},
        "empty signature": good | {"X-Slack-Signature": ""},
        "no version": good | {"X-Slack-Signature": signature.removeprefix("v0=")},
        "time is a word": good | {"X-Slack-Request-Timestamp": "abc"},
        "time with a sign": good | {"X-Slack-Request-Timestamp": f"+{timestamp}"},
        # The HTTP API hands a repeated header on as one, with a comma between.
        "doubled signature": good | {"X-Slack-Signature": f"{signature},{signature}"},
        "doubled, one forged": good | {"X-Slack-Signature": f"v0={'0' * 64},{signature}"},
        "doubled time": good | {"X-Slack-Request-Timestamp": f"{timestamp},{timestamp}"},
    }


def say(door: Door, line: str, channel: str = CHANNEL, reply_to: str = NOWHERE) -> Answer:
    """Types `line` in Slack."""
    form = body(line, channel, reply_to)
    return door.post(COMMANDS, form.encode(), signed(form))


def send(door: Door, path: str, payload: dict) -> Answer:
    """Posts the payload of an interaction."""
    form = urlencode({"payload": json.dumps(payload)})
    return door.post(path, form.encode(), signed(form))


def _of_user(kind: str, **more) -> dict:
    """What every payload says of who did something."""
    return {
        "type": kind, "token": "unused", "api_app_id": "A123456", "enterprise": None,
        "is_enterprise_install": False, "team": {"id": TEAM, "domain": "example"},
        "user": {"id": USER, "username": "steve", "name": "steve", "team_id": TEAM},
        "trigger_id": f"13345224609.738474920.{uuid.uuid4().hex}",
    } | more


def press(message: Message, label: str, reply_to: str) -> dict:
    """The payload of a press on a button, by the words on it."""
    button, moment = message.button(label), next(_moments)
    return _of_user(
        "block_actions", state={"values": {}}, response_url=reply_to,
        channel={"id": message.channel, "name": "desk"},
        container={
            "type": "message", "message_ts": f"1700000000.{moment:06}",
            "channel_id": message.channel, "is_ephemeral": message.private,
        },
        actions=[{
            "type": "button", "block_id": "b", "action_ts": f"1700000001.{moment:06}",
            "action_id": button["action_id"], "text": button["text"], "value": button["value"],
        }],
    )


def fill(view: dict, values: dict[str, str]) -> dict:
    """The payload of a form that was filled in and sent."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    state = {
        block["block_id"]: {block["element"]["action_id"]: {
            "type": block["element"]["type"], "value": values.get(block["block_id"]),
        }}
        for block in inputs
    }
    return _of_user("view_submission", response_urls=[], view={
        "id": f"V{uuid.uuid4().hex[:10]}", "team_id": TEAM, "type": "modal",
        "hash": "156772938.1827394", "blocks": view["blocks"], "state": {"values": state},
        "callback_id": view["callback_id"], "private_metadata": view["private_metadata"],
    })


def suggest(of: str, typed: str) -> dict:
    """The payload of what somebody types into a select."""
    return _of_user(
        "block_suggestion", action_id=of, block_id=of, value=typed,
        container={"type": "view", "view_id": "V1"},
    )
