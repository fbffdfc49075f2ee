"""The log lines of the functions, as Lambda's own reader needs them: one JSON object a line, with
time and level; and whatever a request logged, with its request id and its operation."""

import json
from datetime import datetime

from server import LOGS

LEVELS = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}


def lines(function: str) -> list[dict]:
    """The lines that a function has written, each with time and level."""
    written = [json.loads(line) for line in (LOGS / f"{function}.log").read_text().splitlines()]
    for line in written:
        assert line["level"] in LEVELS, line
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() is not None, line
        assert line["message"], line
    return written


def of_request(function: str, message: str) -> dict:
    """The first line with this message; it names its request and its operation."""
    line = next((line for line in lines(function) if line["message"].startswith(message)), None)
    assert line, f"{function} has not logged “{message}”"
    spans = {key: value for span in line["spans"] for key, value in span.items()}
    assert spans.get("requestId") and spans.get("op", "").startswith("op_"), line
    return line
