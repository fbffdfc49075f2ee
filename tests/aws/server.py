"""Servers that a driver starts: each on loopback, each ended by the driver that started it."""

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "target" / "ci" / "logs"

# What the emulators accept as an account. Set apart from the caller's own environment, so that
# no driver can ever reach a real one. The region is the one in which `creditdesk fill` signs.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without anything of AWS's, with the emulators' credentials."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | CREDENTIALS | more


@contextmanager
def running(name: str, command: list, env: dict[str, str], cwd: Path = ROOT):
    """Runs `command` while the block runs; yields its log file.

    The process leads a group of its own, so that whatever it starts in turn ends with it.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(timeout=10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def wait_for(what: str, probe, timeout_s: float = 30):
    """The first true answer of `probe`, asked again until the time is up."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            if answer := probe():
                return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not after {timeout_s:g} s")


def accepts(port: int):
    """A probe: somebody listens on the port."""
    def probe() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    return probe
