"""Judges who the desk took typed names for, by a linear scan with Python's own case folding.

Each line of the file has the clients of a desk, the home country, a typed text, and the outcome of a change
of that client: whether the text was whole or followed by other text, whether it was done or refused, for
whom, and whether the desk asked who was meant. Lines that must be faults show that the judge is awake.

names.py <file of lines>
"""

import json
import re
import sys
import unicodedata

WORDS_MAX = 8


def exact(text: str) -> str:
    """The text without letter case."""
    folded = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def number(text: str, home: str | None) -> str | None:
    """A telephone number in E.164, if the text is one; of the countries only Britain is a home here."""
    bare = re.sub(r"^tel:", "", text.strip(), flags=re.IGNORECASE).replace("(0)", "").strip()
    digits = re.sub(r"[ ()./+-]", "", bare)
    if not re.fullmatch(r"[0-9]{4,}", digits) or "+" in bare[1:]:
        return None
    if bare.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    national = digits.lstrip("0")
    return f"+44{national}" if home == "GB" and re.fullmatch(r"7[0-9]{9}", national) else None


def certain(text: str, desk: dict) -> dict[str, str]:
    """The clients that the whole text belongs to, each with the best particular that it is."""
    clients = desk["clients"]
    text = text.strip()
    if re.fullmatch(r"c_[1-9][0-9]*", text, flags=re.IGNORECASE):
        return {one["id"]: "id" for one in clients if one["id"] == text.lower()}
    mobile = number(text, desk["home"])
    found = {}
    for one in clients:
        for by in ("login", "name", "email"):
            if exact(one[by]) == exact(text):
                found.setdefault(one["id"], by)
        if mobile and one["mobile"] == mobile:
            found.setdefault(one["id"], "mobile")
    return found


def begins_others(text: str, client: str, desk: dict) -> bool:
    """Whether a whole name is the beginning of another client's; one letter only where it is a word."""
    name = exact(text)
    others = [exact(one["name"]) for one in desk["clients"] if one["id"] != client]
    longer = [other for other in others if other != name and other.startswith(name)]
    return any(len(name) > 1 or other[1] == " " or ord(name) > 0x2E7F for other in longer)


def fault(desk: dict, line: dict) -> str | None:
    """What is wrong with an outcome."""
    words = line["typed"].split()
    if line["undivided"]:
        heads = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, min(len(words), WORDS_MAX) + 1)]
    else:
        heads = [(line["typed"], "")]
    known = [(head, rest, certain(head, desk)) for head, rest in heads]
    known = [(head, rest, owners) for head, rest, owners in known if owners]
    done = line["status"] == "ok"
    if not known:
        return "changed without a question, though nothing was typed whole" if done and not line["asks"] else None
    head, rest, owners = known[-1]
    everybody = set().union(*(owners for _, _, owners in known))
    if len(everybody) > 1:
        return "several are certain, and there was no list" if line["code"] != "ambiguous" else None
    (client, by), = owners.items()
    if line["undivided"] and not rest:
        return None
    asks = by == "name" and begins_others(head, client, desk)
    if not done:
        return f"certain for {client} by its {by}, and refused as {line['code']}"
    if line["client"] != client:
        return f"certain for {client} by its {by}, and taken for {line['client']}"
    if line["asks"] != asks:
        return f"certain for {client} by its {by}: the question is {line['asks']}"
    if line["undivided"] and line["behind"] != rest:
        return f"the text behind “{head}” is “{rest}”, not “{line['behind']}”"
    return None


def is_awake() -> bool:
    """Whether the judge sees what is wrong."""
    two = [("c_2", "acme", "Acme Ltd"), ("c_3", "mob", "Acme Mobile")]
    clients = [{"id": i, "login": l, "name": n, "email": f"{l}@x.example", "mobile": None} for i, l, n in two]
    desk = {"home": None, "clients": clients}
    right = {"typed": "ACME LTD", "undivided": False, "status": "ok", "code": "dry_run", "client": "c_2",
             "asks": False, "behind": ""}
    tail = right | {"typed": "mob late", "undivided": True, "client": "c_3", "behind": "late"}
    wrong = [right | {"client": "c_3"}, right | {"asks": True}, right | {"typed": "acm"},
             right | {"status": "refused", "code": "unknown_client"}, tail | {"behind": "so late"},
             tail | {"typed": "acme mobile late", "behind": "late"}]
    return not any(fault(desk, line) for line in (right, tail)) and all(fault(desk, line) for line in wrong)


def main() -> None:
    if not is_awake():
        sys.exit("the judge of names sleeps")
    faults, count, wholes = [], 0, 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for text in lines:
            row = json.loads(text)
            if "clients" in row:
                desk = row
                continue
            count += 1
            wholes += bool(certain(row["typed"].split()[0] if row["undivided"] else row["typed"], desk))
            wrong = fault(desk, row)
            if wrong:
                faults.append(f"{row['typed']!r}: {wrong}: {row}\n  {desk}")
    for wrong in faults[:10]:
        print(wrong)
    print(f"names: {count} lines judged, {wholes} of them begin with a whole name, {len(faults)} faults")
    sys.exit(bool(faults) or count == 0)


if __name__ == "__main__":
    main()
