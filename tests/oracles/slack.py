"""Judges every message and view that the tests sent to the fake Slack by Slack's own Python models:
each block is read, validated and written back, and must come back the same. Samples that must be
refused show that the judge is awake.

slack.py <folder of payloads>
"""

import json
import sys
from pathlib import Path

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

TEXT = {"type": "plain_text", "text": "x"}
REFUSED = {
    "a section of 3,001 characters": {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
    "26 actions": {"type": "actions", "elements": [
        {"type": "button", "text": TEXT, "action_id": str(n)} for n in range(26)]},
    "a button's label of 76 characters": {"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"}]},
    "a header of 151 characters": {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
    "11 elements of a context": {"type": "context", "elements": [TEXT] * 11},
    "an unknown key": {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"},
}


def without_nothing(value):
    """A value without what the models leave away: nulls and `false`."""
    if isinstance(value, dict):
        kept = {key: without_nothing(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one is not None and one is not False}
    if isinstance(value, list):
        return [without_nothing(one) for one in value]
    return value


def faults(blocks: list) -> list[str]:
    """What the models have against some blocks."""
    try:
        parsed = Block.parse_all(blocks)
        for block in parsed:
            block.validate_json()
        written = [block.to_dict() for block in parsed]
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        return [str(error)]
    if without_nothing(written) != without_nothing(blocks):
        return [f"read and written back it is another: {json.dumps(written)[:300]}"]
    return []


def main(folder: Path) -> int:
    judged, wrong = 0, []
    for path in sorted(folder.glob("*.json")):
        payload = json.loads(path.read_text())
        if path.name.startswith("message"):
            blocks = payload.get("blocks", [])
        elif path.name.startswith("view"):
            view = payload.get("view", payload)
            View(**{key: view[key] for key in ("type", "title", "submit", "close", "blocks") if key in view}).validate_json()
            blocks = view["blocks"]
        else:
            continue
        judged += 1
        wrong += [f"{path.name}: {fault}" for fault in faults(blocks)]
    wrong += [f"taken: {name}" for name, sample in REFUSED.items() if not faults([sample])]
    print(f"slack: {judged} payloads judged, {len(REFUSED)} samples refused")
    if judged < 50:
        wrong.append(f"only {judged} payloads: run the tests first")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
