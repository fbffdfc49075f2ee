"""Slack's side of a slash command, signed by Slack's own SDK."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, USER = "T0001", "U2147483697"
IDENTITY = f"slack:{TEAM}:{USER}"
# Who owns the desk: the one who types in Slack, and the one who types the sample.
OWNERS = f"{IDENTITY},local:owner"


@dataclass
class Reply:
    """An HTTP answer."""

    status: int
    body: str

    @property
    def text(self) -> str:
        """The first line of what is seen in Slack: its mark and headline."""
        return json.loads(self.body)["text"]

    def expect(self, begins: str):
        """Holds the reply to a beginning: a mark says that it was done, a no has none."""
        assert self.status == 200 and self.text.startswith(begins), f"not “{begins}…”: {self}"


def body(line: str) -> str:
    """The form that Slack posts when `line` is typed, each time as a new interaction."""
    command, _, text = line.partition(" ")
    return urlencode({
        "team_id": TEAM, "team_domain": "example",
        "channel_id": "C2147483705", "channel_name": "desk",
        "user_id": USER, "user_name": "steve",
        "command": command, "text": text,
        "api_app_id": "A123456",
        "trigger_id": f"13345224609.738474920.{uuid.uuid4().hex}",
        "response_url": "https://hooks.slack.com/commands/1234/5678",
    })


def signed(form: str, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers of `form`, signed `at` that time (now, if not said)."""
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=form)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }


def post(url: str, form: str, headers: dict[str, str], host: str | None = None) -> Reply:
    """Posts the form as it is."""
    to = urlsplit(url)
    connection = http.client.HTTPConnection(to.hostname, to.port, timeout=60)
    try:
        connection.request(
            "POST", to.path, form.encode(), headers | ({"Host": host} if host else {})
        )
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode())
    finally:
        connection.close()


def say(url: str, line: str, host: str | None = None) -> Reply:
    """Types `line` in Slack."""
    form = body(line)
    return post(url, form, signed(form), host)
