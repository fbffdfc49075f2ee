"""HTTP as a chat platform speaks it: one request, one answer, and how long it took."""

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str
    # Names in lower case.
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    took_ms: float = 0.0


@dataclass
class Door:
    """Where the desk is asked: its address, the host name that it is known by if the address is not
    that, and what is counted there."""

    url: str
    host: str | None = None
    refused: int = 0
    slowest_ms: float = 0.0
    slowest: str = ""

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Posts a body as it is."""
        to = urlsplit(self.url)
        connection = http.client.HTTPConnection(to.hostname, to.port, timeout=60)
        began = time.monotonic()
        try:
            connection.request(
                "POST", to.path + path, body,
                headers | ({"Host": self.host} if self.host else {}),
            )
            answer = connection.getresponse()
            read = answer.read().decode()
        finally:
            connection.close()
        took_ms = (time.monotonic() - began) * 1000
        named = {name.lower(): value for name, value in answer.getheaders()}
        self.refused += answer.status == 401
        if took_ms > self.slowest_ms:
            self.slowest_ms, self.slowest = took_ms, path
        return Answer(answer.status, read, named, took_ms)
