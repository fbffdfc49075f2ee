"""IAM before an emulated DynamoDB: each function's requests pass a warden that knows its role.

No emulator enforces IAM. A warden lets a request through if the statements of the role, in the
words of `privileges`, allow every item it touches, and refuses it as AWS would if not. So a
permission that a function lacks shows here, and not after a deployment.
"""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TRANSACTION = "TransactWriteItems"
WRITES = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def touches(operation: str, body: dict):
    """What a request asks leave for: action, table, partition where one is named, enclosure."""
    def partition(item: dict) -> str:
        return item["pk"]["S"]

    if operation == TRANSACTION:
        for action in body["TransactItems"]:
            (kind, of), = action.items()
            yield WRITES[kind], of["TableName"], partition(of.get("Key") or of["Item"]), operation
    elif operation == "BatchGetItem":
        for table, request in body["RequestItems"].items():
            for key in request["Keys"]:
                yield operation, table, partition(key), None
    elif "Key" in body or "Item" in body:
        yield operation, body["TableName"], partition(body.get("Key") or body["Item"]), None
    else:
        yield operation, body.get("TableName", "*"), "*", None


def applies(words: dict, verb: str, action: str, table: str, partition: str, enclosing) -> bool:
    """Whether a statement speaks of this."""
    def one_of(word: str, value: str) -> bool:
        return any(fnmatchcase(value, pattern) for pattern in words[word])

    return (
        verb in words
        and one_of(verb, f"dynamodb:{action}")
        and one_of("on", table)
        and ("items" not in words or one_of("items", partition))
        and ("inside" not in words or enclosing in words["inside"])
        and ("outside" not in words or enclosing not in words["outside"])
    )


class Warden:
    """Stands before the store at `url` for one role; `tables` are logical names by real ones."""

    def __init__(self, statements: list[dict], tables: dict[str, str], url: str):
        self.statements, self.tables = statements, tables
        self.store = urlsplit(url)
        self.passed, self.refused = Counter(), Counter()
        # How long the store lets every request wait.
        self.slow_s = 0.0
        warden = self

        class Handler(BaseHTTPRequestHandler):
            """One connection of the function."""

            protocol_version = "HTTP/1.1"

            def do_POST(self):
                """Asks for leave, then asks the store."""
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                if not warden.permits(operation, json.loads(raw)):
                    return self.answer(400, json.dumps({
                        "__type": "com.amazon.coral.service#AccessDeniedException",
                        "Message": f"not authorized to perform: dynamodb:{operation}",
                    }).encode())
                time.sleep(warden.slow_s)
                connection = HTTPConnection(warden.store.hostname, warden.store.port, timeout=30)
                try:
                    connection.request("POST", "/", raw, dict(self.headers))
                    answer = connection.getresponse()
                    self.answer(answer.status, answer.read())
                finally:
                    connection.close()

            def answer(self, status: int, body: bytes):
                """Answers the function."""
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    # It has waited long enough, and has gone.
                    self.close_connection = True

            def log_message(self, *_):
                """Says nothing: what matters is counted."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def unused(self) -> list[str]:
        """Leave to write that was given, and of which no use was made."""
        return [
            kind
            for words in self.statements if "may" in words and "items" in words
            for action in words["may"] for table in words["on"] for items in words["items"]
            if (kind := self.kind(action.partition(":")[2], table, items)) not in self.passed
        ]

    @staticmethod
    def kind(action: str, table: str, partition: str) -> str:
        """What is counted together: an action on items of one sort."""
        return f"{action} {table} {partition.split('#')[0]}"

    def permits(self, operation: str, body: dict) -> bool:
        """Whether the role allows all that a request touches; counts what it touches."""
        allowed = True
        for action, table, partition, enclosing in touches(operation, body):
            asked = (action, self.tables.get(table, table), partition, enclosing)
            may = any(applies(words, "may", *asked) for words in self.statements)
            never = any(applies(words, "never", *asked) for words in self.statements)
            kind = self.kind(action, asked[1], partition)
            (self.passed if may and not never else self.refused)[kind] += 1
            allowed = allowed and may and not never
        return allowed


@contextmanager
def guarding(statements: list[dict], tables: dict[str, str], url: str):
    """A warden at work while the block runs."""
    warden = Warden(statements, tables, url)
    thread = threading.Thread(target=warden.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield warden
    finally:
        warden.server.shutdown()
        warden.server.server_close()
