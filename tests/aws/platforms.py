"""Discord's and Slack's own APIs, as far as the desk uses them: a server on loopback that keeps what
it is told and answers as they do.

Nobody gets in without the token that stands in the secret. What the desk asks for and is not played
here is kept apart: there must be none of it.
"""

import email
import json
import re
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import discord
from server import wait_for

DISCORD, SLACK = "/discord/api/v10", "/slack/api"
HOOKS, UPLOADS = "/slack/hooks", "/slack/uploads"
DISCORD_TOKEN, SLACK_TOKEN = "discord-bot-token", "xoxb-slack-bot-token"
FORM = "application/x-www-form-urlencoded"
# Slack's direct messages between the desk and whoever types.
DIRECT = "D0DIRECT"

# Discord's places: where a promised reply goes, what follows it, a channel, and the commands.
ORIGINAL = re.compile(f"PATCH {DISCORD}/webhooks/{discord.APPLICATION}/([^/]+)/messages/@original")
BEHIND = re.compile(f"POST {DISCORD}/webhooks/{discord.APPLICATION}/([^/]+)")
CHANNEL = re.compile(f"POST {DISCORD}/channels/([0-9]+)/messages")
COMMANDS = re.compile(f"(GET|PUT) {DISCORD}/applications/{discord.APPLICATION}/commands")
METHOD = re.compile(f"POST {SLACK}/([a-zA-Z.]+)")
HOOK = re.compile(f"POST ({HOOKS}/[0-9a-f]+)")
UPLOAD = re.compile(f"POST {UPLOADS}/([0-9a-f]+)")


@dataclass(frozen=True)
class Told:
    """Something that the desk told a platform."""

    place: str
    body: dict
    # By name.
    files: dict[str, bytes]


def read(media: str, raw: bytes) -> tuple[dict, dict[str, bytes]]:
    """What a body says, and the files that go with it."""
    if not raw:
        return {}, {}
    if media.startswith(FORM):
        return {name: values[0] for name, values in parse_qs(raw.decode()).items()}, {}
    if media == "application/octet-stream":
        return {}, {"upload": raw}
    if not media.startswith("multipart/form-data"):
        return json.loads(raw), {}
    whole = email.message_from_bytes(f"Content-Type: {media}\r\n\r\n".encode() + raw)
    parts = {part.get_param("name", header="content-disposition"): part
             for part in whole.get_payload()}
    body = json.loads(parts.pop("payload_json").get_payload(decode=True))
    files = {part.get_filename(): part.get_payload(decode=True) for part in parts.values()}
    listed = [file["filename"] for file in body["attachments"]]
    if listed != list(files):
        raise ValueError(f"{listed} are named, and {list(files)} are there")
    return body, files


class Platforms:
    """Both platforms at an address."""

    def __init__(self):
        self.taken: list[Told] = []
        self.strange: list[str] = []
        # The commands that are registered at Discord.
        self.registered: list[dict] = []
        # How often a place that was promised just now is not known yet.
        self.races = 0
        self.raced = 0
        self.lock = threading.Lock()
        platforms = self

        class Handler(BaseHTTPRequestHandler):
            """One connection of a function."""

            protocol_version = "HTTP/1.1"

            def answer(self):
                """Keeps what was told, and answers."""
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, said = platforms.hear(f"{self.command} {self.path}", self.headers, body)
                raw = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                """Says nothing: what matters is kept."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def environment(self) -> dict[str, str]:
        """What tells a function that the platforms are here."""
        return {
            "DISCORD_API_BASE": self.url + DISCORD, "SLACK_API_BASE": self.url + SLACK,
        }

    def hook(self) -> str:
        """A new response address of Slack's."""
        return f"{self.url}{HOOKS}/{uuid.uuid4().hex}"

    def hear(self, place: str, headers, raw: bytes) -> tuple[int, dict]:
        """The answer to a request, which is kept."""
        with self.lock:
            media = headers.get("Content-Type", "")
            form = media.startswith(FORM)
            try:
                body, files = read(media, raw)
            except ValueError:
                self.strange.append(f"{place}: {media} cannot be read")
                return 400, {"message": "cannot be read"}
            bearer = headers.get("Authorization", "")
            if place.partition(" ")[2].startswith(DISCORD):
                if not headers.get("User-Agent", "").startswith("DiscordBot ("):
                    self.strange.append(f"{place}: no agent of Discord's")
                return self.discord(place, bearer, Told(place, body, files))
            if METHOD.fullmatch(place) and form:
                if bearer != f"Bearer {SLACK_TOKEN}":
                    self.strange.append(f"{place}: not let in")
                    return 200, {"ok": False, "error": "invalid_auth"}
                self.taken.append(Told(place, body, {}))
                # What any of the methods says.
                return 200, {
                    "ok": True, "ts": "1700000002.000001", "view": {"id": "V1"},
                    "channel": {"id": DIRECT}, "file_id": "F1",
                    "upload_url": f"{self.url}{UPLOADS}/{uuid.uuid4().hex}",
                }
            if (HOOK.fullmatch(place) or UPLOAD.fullmatch(place)) and not bearer:
                self.taken.append(Told(place, body, files))
                return 200, {"ok": True}
            self.strange.append(place)
            return 404, {"message": "404: Not Found", "code": 0}

    def discord(self, place: str, bearer: str, told: Told) -> tuple[int, dict | list]:
        """Discord's part."""
        if ORIGINAL.fullmatch(place) or BEHIND.fullmatch(place):
            if self.races:
                self.races -= 1
                self.raced += 1
                return 404, {"message": "Unknown Webhook", "code": 10015}
        elif not (CHANNEL.fullmatch(place) or COMMANDS.fullmatch(place)):
            self.strange.append(place)
            return 404, {"message": "404: Not Found", "code": 0}
        elif bearer != f"Bot {DISCORD_TOKEN}":
            self.strange.append(f"{place}: not let in")
            return 401, {"message": "401: Unauthorized", "code": 0}
        self.taken.append(told)
        if COMMANDS.fullmatch(place):
            self.registered = told.body or self.registered
            return 200, self.registered
        return 200, {"id": discord.snowflake()}

    def told(self, where: re.Pattern, what: str = ".*") -> list[dict]:
        """What was told at a place; `what` is the part of it that is named in the pattern."""
        return [told.body for told in self.at(where, what)]

    def at(self, where: re.Pattern, what: str) -> list[Told]:
        """The same with files."""
        with self.lock:
            matches = ((where.fullmatch(told.place), told) for told in self.taken)
            return [told for match, told in matches if match and re.fullmatch(what, match[1])]

    def at_hook(self, url: str) -> list[dict]:
        """What was posted to a response address."""
        return self.told(HOOK, url.removeprefix(self.url))

    def wait_at_hook(self, url: str, many: int = 1) -> list[dict]:
        """What was posted to a response address, once so many messages are there."""
        wait_for(f"{many} at the response address", lambda: len(self.at_hook(url)) >= many)
        return self.at_hook(url)

    def wait(self, where: re.Pattern, what: str, holds, timeout_s: float = 30) -> dict:
        """The first at a place of which something holds, once it is there."""
        return wait_for(f"{what} at {where.pattern}", lambda: next(
            (body for body in self.told(where, what) if holds(body)), None), timeout_s)


@contextmanager
def playing():
    """Both platforms at work while the block runs."""
    platforms = Platforms()
    thread = threading.Thread(target=platforms.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platforms
    finally:
        platforms.server.shutdown()
        platforms.server.server_close()
