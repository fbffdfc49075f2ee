"""Judges the export for accountants by beancount: the journals of the sample and of a simulated month are
accepted, and refused with the sign of any one amount changed.

journal.py <program> <folder of journals>
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from beancount import loader

POSTING = re.compile(r"^  \S+ (-?)([0-9.]+) [A-Z]+$")
MOST = 60


def faults(text: str) -> list[str]:
    """What beancount says against a journal."""
    _, errors, _ = loader.load_string(text)
    return [error.message for error in errors]


def flipped(text: str):
    """The journal with the sign of one amount changed, for up to `MOST` amounts spread over it."""
    lines = text.splitlines()
    places = [at for at, line in enumerate(lines) if POSTING.match(line)]
    for at in places[:: max(1, len(places) // MOST)]:
        sign = lambda found: found[0].replace(f" {found[1]}{found[2]} ", f" {'' if found[1] else '-'}{found[2]} ")
        yield at, "\n".join([*lines[:at], POSTING.sub(sign, lines[at]), *lines[at + 1 :], ""])


def main() -> int:
    program, folder = sys.argv[1:]
    journals = {path.name: path for path in sorted(Path(folder).glob("*.beancount"))}
    with tempfile.TemporaryDirectory() as directory:
        data = ["--data", f"{directory}/desk"]
        subprocess.run([program, *data, "demo"], check=True, stdout=subprocess.DEVNULL)
        sample = Path(directory, "sample.beancount")
        subprocess.run([program, *data, "export", "--format", "beancount", "--out", sample], check=True)
        journals["the sample"] = sample
        wrong = refused = 0
        for name, path in journals.items():
            checked = subprocess.run([str(Path(sys.executable).with_name("bean-check")), path], capture_output=True, text=True)
            if checked.returncode != 0:
                wrong += 1
                print(f"{name} is refused: {checked.stderr or checked.stdout}")
            for at, text in flipped(path.read_text()):
                if faults(text):
                    refused += 1
                else:
                    wrong += 1
                    print(f"{name} is accepted with another sign in line {at + 1}")
    print(f"journals: {len(journals)} accepted, {refused} with a wrong sign refused, {wrong} judged wrongly")
    return int(wrong > 0 or len(journals) < 3)


if __name__ == "__main__":
    sys.exit(main())
