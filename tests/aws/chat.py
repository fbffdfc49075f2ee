"""What staff do in Discord and Slack, through the deployed functions: commands, buttons, forms,
completions, late replies and announcements. The platforms' own APIs are played on loopback, and what
the desk tells them there is what is seen.
"""

import json
import re
import time
from dataclasses import dataclass, field

import discord
import slack
from desk import Tables
from platforms import BEHIND, CHANNEL, DIRECT, METHOD, ORIGINAL, UPLOAD, Platforms
from server import wait_for
from warden import Warden
from wire import Door

# Where approvals are asked for; nobody types there.
APPROVALS = "C0APPROVALS"
# Longer than a platform is let wait, shorter than a function may take.
SLOW_S = 2.2
SLACK_PATIENCE_MS = 3_000
OPS = re.compile("op_[0-9a-z]{16}")


@dataclass
class Scene:
    """The deployed desk and the platforms around it."""

    door: Door
    platforms: Platforms
    tables: Tables
    # Before the store of `credits`.
    credits: Warden
    # How many answers came later, because the machine is slow.
    late: int = 0
    # The operations that were committed in Slack; each is to be announced once there are channels.
    committed: list[str] = field(default_factory=list)

    def balance(self, kind: str) -> int:
        """What ACME has."""
        return self.tables.totals("acme", kind).balance

    def says(self, line: str, begins: str) -> slack.Message:
        """What is seen in Slack when `line` is typed: at once, or later where the machine is slow."""
        url = self.platforms.hook()
        answer = slack.say(self.door, line, reply_to=url)
        if answer.status == 200 and not answer.body:
            self.late += 1
            said = slack.message(self.platforms.wait_at_hook(url)[0])
        else:
            said = slack.read(answer)
        assert said.text.startswith(begins), f"not “{begins}…”: {line}: {said}"
        if said.text.startswith("✅"):
            self.committed += OPS.findall(said.text)[-1:]
        return said

    def confirms(self, line: str, begins: str) -> slack.Message:
        """As `says`, for a line that asks first, and is confirmed."""
        asked = self.says(line, "❓ Please confirm")
        return self.says(f"/confirm {op_of(json.dumps(asked.body))}", begins)

    def runs(self, did: dict, begins: str, private: bool = False) -> discord.Message:
        """What is seen in Discord after an interaction: in place of the message with the button, if
        only its reader sees that, else as a message of its own; at once, or later."""
        instead = did.get("message", {}).get("flags") == 64
        shown = discord.send(self.door, did)
        if shown.type in (4, 7):
            assert shown.type == (7 if instead else 4), shown
            said = shown.message
            assert instead or said.private == private, shown
        else:
            assert shown.type == (6 if instead else 5), shown
            self.late += 1
            where = ORIGINAL if instead or private else BEHIND
            body = self.platforms.wait(where, re.escape(shown.token), lambda _: True)
            said = discord.Message(body, private)
        assert said.text.startswith(begins), f"not “{begins}…”: {said}"
        return said

    def presses(self, message: slack.Message, label: str, many: int = 1) -> list[dict]:
        """Presses a button in Slack; what is then posted to its response address."""
        url = self.platforms.hook()
        answer = slack.send(self.door, slack.INTERACTIONS, slack.press(message, label, url))
        assert (answer.status, answer.body) == (200, ""), f"a press is only taken: {answer}"
        return self.platforms.wait_at_hook(url, many)

    def asked_for_approval(self, op: str) -> slack.Message:
        """What stands in Slack's channel for approvals about a plan."""
        def about(body: dict) -> bool:
            return body["channel"] == APPROVALS and op in body["blocks"]

        body = self.platforms.wait(METHOD, "chat.postMessage", about)
        said = {"text": body["text"], "blocks": json.loads(body["blocks"])}
        return slack.Message(said, APPROVALS)

    def announced(self, op: str, begins: str):
        """Waits for what stands in Discord's channel for writes about an operation."""
        def about(body: dict) -> bool:
            return body["nonce"].startswith(op) and discord.Message(body).text.startswith(begins)

        self.platforms.wait(CHANNEL, discord.OPS_CHANNEL, about, timeout_s=60)


def op_of(text: str) -> str:
    """The operation that a text names; of a question the one that it asks to confirm."""
    asked = text.partition("/confirm ")[2]
    return (OPS.match(asked) or OPS.search(text))[0]


def linked(scene: Scene):
    """Those who type in Discord become staff members: two, because one may change only so much in a
    minute."""
    for user, name in ((discord.USER, "Dora"), (discord.OTHER, "Eve")):
        line = f"/role grant discord:{discord.GUILD}:{user} support {name}"
        scene.confirms(line, f"✅ {name}")


def a_receipt_is_taken_back_in_discord(scene: Scene):
    """PING; a command with typed options; its receipt's button, the question and its answer."""
    answer = scene.door.post(discord.INTERACTIONS, discord.PING, discord.signed(discord.PING))
    assert (answer.status, json.loads(answer.body)) == (200, {"type": 1}), answer
    assert answer.headers["content-type"] == "application/json", answer.headers

    before = scene.balance("mms")
    add = discord.command("addcredit mms", client="acme", amount=520, reason="by Discord")
    receipt = scene.runs(add, "✅ Added 520 MMS credits to ACME Ltd")
    assert scene.balance("mms") == before + 520
    undo = discord.press(receipt, "Undo")
    asked = scene.runs(undo, "❓ Please confirm: take back", private=True)
    assert scene.balance("mms") == before + 520, "a question changes nothing"
    confirm = discord.press(asked, "Confirm")
    scene.runs(confirm, "✅ Took back")
    assert scene.balance("mms") == before
    # The same interaction may come again.
    scene.runs(confirm, "✅ Took back")
    assert scene.balance("mms") == before


def options_are_completed_in_discord(scene: Scene):
    """What is typed into an option is completed with clients."""
    def offered() -> dict[str, str]:
        shown = discord.send(scene.door, discord.typing("addcredit mms", "client", "ac"))
        assert shown.type == 8, shown
        return {choice["name"]: choice["value"] for choice in shown.data["choices"]}

    # What cannot be had in time is not offered.
    labels = wait_for("completions", offered)
    assert labels.get("ACME Ltd · c_2") == "c_2", labels
    stranger = discord.by("900000000000000666", discord.typing("addcredit mms", "client", "ac"))
    assert discord.send(scene.door, stranger).data == {"choices": []}, "nobody knows this one"


def what_is_late_in_discord_is_delivered(scene: Scene):
    """An interaction of which nothing of the three seconds is left is promised, and carried out by
    the worker; also through Discord's race, in which the place is not known yet."""
    before = scene.balance("sms")
    scene.platforms.races = 2
    add = discord.command("addcredit sms", age_s=1.9, client="acme", amount=31)
    promise = discord.send(scene.door, add)
    assert (promise.type, promise.data) == (5, {"flags": 64}), promise

    def place_of(promise: discord.Shown, begins: str, where: re.Pattern) -> discord.Message:
        body = scene.platforms.wait(where, re.escape(promise.token), lambda _: True)
        message = discord.Message(body, private=where is ORIGINAL)
        assert message.text.startswith(begins), body
        return message

    place_of(promise, "✅ Added 31 SMS credits", ORIGINAL)
    receipt = place_of(promise, "✅ Added 31 SMS credits", BEHIND)
    assert scene.platforms.raced == 2 and scene.balance("sms") == before + 31

    # Late presses too: that on a receipt is promised, that on a question leaves it where it is.
    promise = discord.send(scene.door, discord.press(receipt, "Undo", age_s=1.9))
    assert promise.type == 5, promise
    asked = place_of(promise, "❓ Please confirm: take back", ORIGINAL)
    promise = discord.send(scene.door, discord.press(asked, "Confirm", age_s=1.9))
    assert promise.type == 6, promise
    place_of(promise, "✅ Took back", ORIGINAL)
    assert scene.balance("sms") == before

    # With a tenth of a second left it may be begun here, and is then ended by the worker: once.
    add = discord.command("addcredit sms", age_s=1.7, client="acme", amount=32)
    shown = discord.send(scene.door, add)
    if shown.type == 5:
        place_of(shown, "✅ Added 32 SMS credits", BEHIND)
    else:
        assert shown.type == 4 and shown.message.text.startswith("✅ Added 32 SMS credits"), shown
    assert scene.balance("sms") == before + 32
    print(f"chat: with 100 ms left the front end answered with type {shown.type}")


def a_receipt_is_taken_back_in_slack(scene: Scene):
    """A command, its receipt's button, the question and its answer at their response addresses."""
    before = scene.balance("mms")
    line = "/addcredit mms acme 540 by Slack"
    receipt = scene.says(line, "✅ Added 540 MMS credits to ACME Ltd")
    assert not receipt.private and scene.balance("mms") == before + 540
    said, = scene.presses(receipt, "Undo")
    assert said["text"].startswith("❓ Please confirm: take back"), said
    assert said["response_type"] == "ephemeral" and not said["replace_original"], said
    assert scene.balance("mms") == before + 540, "a question changes nothing"
    # Everybody sees the receipt, so the question goes and the receipt is a message of its own.
    said, gone = scene.presses(slack.Message(said, private=True), "Confirm", many=2)
    assert said["text"].startswith("✅ Took back") and said["response_type"] == "in_channel", said
    assert gone == {"delete_original": True}
    assert scene.balance("mms") == before


def selects_offer_clients_in_slack(scene: Scene):
    """What is typed into a select of a form is completed."""
    def offered() -> dict[str, str]:
        answer = slack.send(scene.door, slack.OPTIONS, slack.suggest("client", "ac"))
        assert answer.status == 200, answer
        options = json.loads(answer.body)["options"]
        return {option["text"]["text"]: option["value"] for option in options}

    wait_for("completions", lambda: offered().get("ACME Ltd · c_2") == "c_2")


def what_is_late_in_slack_is_delivered(scene: Scene):
    """While the store is slow a command is only taken; the worker does it, and answers."""
    before = scene.balance("sms")
    url = scene.platforms.hook()
    scene.credits.slow_s = SLOW_S
    try:
        answer = slack.say(scene.door, "/addcredit sms acme 33", reply_to=url)
    finally:
        scene.credits.slow_s = 0.0
    assert (answer.status, answer.body) == (200, ""), answer
    assert answer.took_ms < SLACK_PATIENCE_MS, f"Slack has given up: {answer.took_ms:.0f} ms"
    said, = scene.platforms.wait_at_hook(url)
    assert said["text"].startswith("✅ Added 33 SMS credits"), said
    assert scene.balance("sms") == before + 33, "it was begun twice, and done once"
    print(f"chat: with a store that takes {SLOW_S} s, Slack was answered within "
          f"{answer.took_ms:.0f} ms")


def a_file_goes_to_whoever_asked_in_slack(scene: Scene):
    """A file is uploaded into the direct messages of the one who asked for it."""
    url = scene.platforms.hook()
    answer = slack.say(scene.door, "/statement acme csv", reply_to=url)
    assert (answer.status, answer.body) == (200, ""), answer
    said, = scene.platforms.wait_at_hook(url)
    assert said["text"].startswith("Statement of ACME Ltd"), said
    uploaded, = scene.platforms.at(UPLOAD, ".*")
    assert uploaded.files["upload"].startswith("\ufeffentry,at,op,".encode()), uploaded
    shared, = scene.platforms.told(METHOD, re.escape("files.completeUploadExternal"))
    assert shared["channel_id"] == DIRECT, shared


def writes_are_announced_where_they_were_not_seen(scene: Scene):
    """The desk is told its channels; from then on what is committed in either platform stands in
    Discord's, and there the receipt is for whoever typed."""
    assert not scene.platforms.told(CHANNEL), "announced, and nobody has said where"
    for line in (
        f"/settings channels ops discord:{discord.GUILD}:{discord.OPS_CHANNEL}",
        f"/settings channels approvals <#{APPROVALS}|approvals>",
    ):
        scene.says(line, "✅ Changed the settings")
    scene.committed.clear()
    add = discord.by(discord.OTHER, discord.command("addcredit sms", client="acme", amount=36))
    receipt = scene.runs(add, "✅ Added 36 SMS credits", private=True)
    scene.announced(op_of(receipt.text), "✅ Added 36 SMS credits to ACME Ltd")
    receipt = scene.says("/addcredit sms acme 37", "✅ Added 37 SMS")
    assert not receipt.private, receipt
    scene.announced(op_of(receipt.text), "✅ Added 37 SMS credits to ACME Ltd")


def asked_in_discord(scene: Scene, amount: int) -> tuple[str, slack.Message]:
    """A plan of Discord's support that waits for an approval; what Slack's channel sees of it."""
    add = discord.command("addcredit sms", client="acme", amount=amount)
    asked = scene.runs(discord.by(discord.OTHER, add), "❓ Please confirm", private=True)
    scene.runs(discord.by(discord.OTHER, discord.press(asked, "Confirm")), "🔐 ")
    op = op_of(json.dumps(asked.body))
    return op, scene.asked_for_approval(op)


def a_plan_of_discord_is_approved_in_slack(scene: Scene):
    """What support may not do alone is asked for in the other platform, and approved by a button."""
    before = scene.balance("sms")
    op, asks = asked_in_discord(scene, 40_000)
    assert asks.text.startswith("🔐 Eve asks to add 40,000 SMS credits"), asks
    assert scene.balance("sms") == before
    said = scene.presses(asks, "Approve")[0]
    assert said["text"].startswith("✅ Added 40,000 SMS credits"), said
    assert scene.balance("sms") == before + 40_000
    scene.announced(op_of(said["text"]), "✅ Added 40,000 SMS credits")


def a_plan_of_discord_is_denied_in_slack(scene: Scene):
    """It is turned down in a form, with a reason; what was asked for does not happen."""
    before = scene.balance("sms")
    op, asks = asked_in_discord(scene, 41_000)
    url = scene.platforms.hook()
    answer = slack.send(scene.door, slack.INTERACTIONS, slack.press(asks, "Deny…", url))
    assert (answer.status, answer.body) == (200, ""), answer
    view = scene.platforms.wait(METHOD, "views.open", lambda body: op in body["view"])["view"]
    sent = slack.fill(json.loads(view), {"reason": "call the client first"})
    answer = slack.send(scene.door, slack.INTERACTIONS, sent)
    assert (answer.status, answer.body) == (200, ""), answer
    said = scene.platforms.wait_at_hook(url)[0]
    assert said["text"].startswith("Denied: ") and "call the client first" in said["text"], said
    assert scene.balance("sms") == before


def a_file_follows_in_discord(scene: Scene):
    """A reply that is too long for a message is promised, and comes with a file."""
    promise = discord.send(scene.door, discord.command("help", what="all"))
    assert promise.type == 5, promise
    place = re.escape(promise.token)
    scene.platforms.wait(ORIGINAL, place, lambda body: "All commands" in body["content"])
    files = scene.platforms.at(ORIGINAL, place)[0].files
    assert "/addcredit mms" in files["reply.txt"].decode(), files


def a_form_is_filled_in_discord(scene: Scene):
    """A button opens a form at once, and what is filled in is done."""
    before = scene.balance("sms")
    add = discord.command("addcredit sms", client="acme", amount=34)
    receipt = scene.runs(add, "✅ Added 34 SMS credits")
    form = discord.send(scene.door, discord.press(receipt, "Correct…"))
    assert form.type == 9, form
    filled = discord.fill(receipt, form.data, {"to": "30"})
    asked = scene.runs(filled, "❓ Please confirm", private=True)
    scene.runs(discord.press(asked, "Confirm"), "✅ ")
    assert scene.balance("sms") == before + 30


FLOWS = (
    a_receipt_is_taken_back_in_discord,
    options_are_completed_in_discord,
    what_is_late_in_discord_is_delivered,
    a_file_follows_in_discord,
    a_form_is_filled_in_discord,
    a_receipt_is_taken_back_in_slack,
    selects_offer_clients_in_slack,
    what_is_late_in_slack_is_delivered,
    a_file_goes_to_whoever_asked_in_slack,
    writes_are_announced_where_they_were_not_seen,
    a_plan_of_discord_is_denied_in_slack,
    a_plan_of_discord_is_approved_in_slack,
)


def flow(scene: Scene):
    """One flow after the other."""
    linked(scene)
    slowest_s, slowest = 0.0, ""
    for one in FLOWS:
        began = time.monotonic()
        one(scene)
        if (took_s := time.monotonic() - began) > slowest_s:
            slowest_s, slowest = took_s, one.__name__
    print(f"chat: {len(FLOWS)} flows passed, the slowest, {slowest}, in {slowest_s:.1f} s; "
          f"{scene.late} answers came late unasked")


def told_of_expiry(scene: Scene, plan: str):
    """A plan that has expired is told where it was asked for."""
    message = scene.asked_for_approval(plan)
    assert message.text.startswith("Expired without an answer: "), message


def account(scene: Scene):
    """What the platforms were told, all in all: every write, nothing twice, and nothing that they do
    not know."""
    for op in scene.committed:
        scene.announced(op, "✅")
    assert not scene.platforms.strange, scene.platforms.strange
    nonces = [body["nonce"] for body in scene.platforms.told(CHANNEL, discord.OPS_CHANNEL)]
    # Discord would show only the first of those that have the same.
    twice = {nonce for nonce in nonces if nonces.count(nonce) > 1}
    assert not twice, f"told as the same thing twice: {twice}"
    # The authors of plans that others ended are told where they asked: two approved, one denied.
    ends = [discord.Message(end).text for end in scene.platforms.told(CHANNEL, discord.CHANNEL)]
    assert sorted(end[0] for end in ends) == ["D", "✅", "✅"], ends
    elsewhere = len(scene.platforms.told(CHANNEL)) - len(nonces) - len(ends)
    assert not elsewhere, f"{elsewhere} announcements in channels that nobody named"
    asked = scene.platforms.told(METHOD, re.escape("chat.postMessage"))
    assert {body["channel"] for body in asked} == {APPROVALS}
    print(f"chat: the platforms were told {len(scene.platforms.taken)} things, {len(nonces)} of "
          f"them announcements in Discord and {len(asked)} in Slack; each of the "
          f"{len(scene.committed)} writes of Slack is among them, none strange or twice")
