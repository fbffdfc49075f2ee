"""Judges how the desk read generated bank statements, by the readers `camt053` and `mt940` of PyPI.

Each file of the folder has beside it what the desk read of it. Days, amounts with their directions,
references, parties and texts must be those of the independent reader. A batch is one entry there and
several lines here. One line changed in each file must be a fault: that shows that the judge is awake.

statements.py <folder>
"""

import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import camt053
import mt940


def bare(text: str | None) -> str:
    """A text without spaces: banks break lines inside words."""
    return "".join((text or "").split())


def ours(lines: list[dict]) -> list[dict]:
    """The desk's lines as entries: the payments of a batch share the reference before its slash."""
    entries: dict[str, dict] = {}
    for line in lines:
        sign = 1 if line["flow"] == "in" else -1
        reference = line["bank_reference"].split("/")[0]
        entry = entries.setdefault(reference, {"amount": 0, "payments": 0})
        entry["amount"] += Decimal(sign * line["amount"]["minor"]) / 100
        entry["payments"] += 1
        entry |= {
            "day": line["booked_on"],
            "currency": line["amount"]["currency"],
            "reference": reference,
            "reversal": line["is_reversal"],
            "ids": line["references"],
            "party": line["party"],
            "account": line["party_account"],
            "text": bare(line["text"]),
        }
    return list(entries.values())


def camt_faults(text: str, read: dict) -> list[str]:
    """What `camt053` reads otherwise."""
    (statement,) = camt053.parse_document(text).statements
    faults = []
    for status, lines in (("BOOK", read["lines"]), ("PDNG", read["pending"])):
        theirs = [entry for entry in statement.entries if entry.status == status]
        entries = ours(lines)
        if len(theirs) != len(entries):
            faults.append(f"{len(entries)} entries {status}, not {len(theirs)}")
        for mine, entry in zip(entries, theirs):
            sign = 1 if entry.credit_debit_indicator == "CRDT" else -1
            details = entry.details
            expected = {
                "amount": sign * Decimal(entry.amount),
                "payments": len(details),
                "day": entry.booking_date,
                "currency": entry.currency,
                "reference": entry.account_servicer_ref,
                "reversal": entry.reversal_indicator,
                "ids": [details[0].end_to_end_id],
                "party": details[0].counterparty_name,
                "account": details[0].counterparty_account,
            }
            faults += [
                f"{mine['reference']}: {key} is {mine[key]!r}, not {value!r}"
                for key, value in expected.items()
                if mine[key] != value
            ]
    return faults


def mt940_faults(text: str, read: dict) -> list[str]:
    """What `mt940` reads otherwise. The end of a message is no line of its grammar."""
    text = re.sub(r"^-\r?$", "", text, flags=re.MULTILINE)
    (statement,) = mt940.parse_statements(text, options=mt940.Options.all())
    theirs = [entry.data for entry in statement]
    entries = ours(read["lines"])
    faults = []
    if len(theirs) != len(entries):
        faults.append(f"{len(entries)} entries, not {len(theirs)}")
    for mine, entry in zip(entries, theirs):
        expected = {
            "amount": entry["amount"].amount,
            "day": str(entry["entry_date"]),
            "currency": entry["currency"],
            "reference": entry["bank_reference"],
            "reversal": entry["status"].startswith("R"),
            "ids": [entry["customer_reference"]],
            "party": entry.get("applicant_name") or "",
            "account": entry.get("applicant_iban") or "",
            "text": bare(entry.get("purpose") or entry.get("transaction_details")),
        }
        faults += [
            f"{mine['reference']}: {key} is {mine[key]!r}, not {value!r}"
            for key, value in expected.items()
            if mine[key] != value
        ]
    return faults


def main() -> None:
    counts = {".xml": 0, ".sta": 0}
    wrong = 0
    for path in sorted(Path(sys.argv[1]).glob("*.*")):
        if path.suffix not in counts:
            continue
        judge = camt_faults if path.suffix == ".xml" else mt940_faults
        text = path.read_bytes().decode()
        read = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
        faults = judge(text, read)
        for fault in faults:
            print(f"{path.name}: {fault}")
        wrong += len(faults)
        counts[path.suffix] += len(read["lines"]) + len(read["pending"])
        read["lines"][0]["amount"]["minor"] += 1
        assert judge(text, read), f"{path.name}: a wrong amount is not noticed"
    assert all(counts.values()), f"nothing to judge: {counts}"
    print(f"statements: {counts['.xml']} lines of CAMT.053, {counts['.sta']} of MT940, {wrong} faults")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
