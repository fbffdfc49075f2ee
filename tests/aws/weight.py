"""What the release build of `credits` weighs: its zip file, the C library it asks for, the crates
that must be there once, and how long it takes to start, beside a function in Python with boto3.

Both start in AWS's own Lambda runtime emulator, alternately, so that what else the machine does
falls on both; only their ratio is held to a limit.
"""

import json
import re
import statistics
import subprocess
import sys
from urllib.request import Request, urlopen

import program
import slack
from runtime import Store, of_store, store
from server import ROOT, accepts, environment, free_port, running, wait_for

STARTS = 7
# What any function may weigh. The aim for `credits` is 2.5 MB: most of the rest is the SDK, HTTP/2 and TLS.
ZIP_BYTES_MAX = 4_000_000
GLIBC_MAX = (2, 34)
INIT_RATIO_MAX = 0.1

EMULATOR = "samcli/local/rapid/aws-lambda-rie-x86_64"

# Each of these once, in one version; of the others none.
ONCE = ("hyper", "rustls", "ring")
NONE = ("aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys", "aws-sdk-sso", "aws-sdk-ssooidc")


def zip_bytes(bootstrap) -> int:
    """How large the uploaded file is."""
    return len(program.package(bootstrap))


def newest_glibc(bootstrap) -> tuple[int, ...]:
    """The newest version of the C library that the program asks for."""
    symbols = subprocess.run(
        ["objdump", "-T", bootstrap], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    return max(tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_([0-9.]+)", symbols))


def shipped_crates() -> dict[str, set[str]]:
    """Versions by crate of everything that the deployed functions are made of."""
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "-p", "functions", "-p", "bot", "--edges", "normal",
         "--prefix", "none", "--no-dedupe", "--format", "{p}"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=120,
    ).stdout
    crates: dict[str, set[str]] = {}
    for line in tree.splitlines():
        if line:
            name, version = line.split()[:2]
            crates.setdefault(name, set()).add(version)
    return crates


def init_ms(name: str, command: list, event: dict, embedded: Store, cwd=ROOT) -> float:
    """Starts a function, calls it once, and takes its time to initialise from the emulator."""
    emulator, = (ROOT / "target/ci/sam/lib").glob(f"python3.*/site-packages/{EMULATOR}")
    api, front = free_port(), free_port()
    env = environment(
        AWS_LAMBDA_FUNCTION_NAME=name, **of_store(embedded),
    )
    with running(f"init-{name}", [
        emulator, "--log-level", "info", "--runtime-api-address", f"127.0.0.1:{api}",
        "--runtime-interface-emulator-address", f"127.0.0.1:{front}", *command,
    ], env, cwd) as log:
        wait_for("the emulator", accepts(front))
        url = f"http://127.0.0.1:{front}/2015-03-31/functions/function/invocations"
        with urlopen(Request(url, json.dumps(event).encode()), timeout=30) as answer:
            said = json.load(answer)
        assert "errorMessage" not in said, f"{name}: {said}"
        return float(re.search(r"INIT REPORT\(durationMs: ([0-9.]+)", log.read_text())[1])


def inits(bootstrap, embedded: Store) -> tuple[list[float], list[float]]:
    """The times to initialise of `credits` and of the comparison, taken alternately."""
    call = {
        "key": {"source": "slack:T0001", "id": "weight"},
        "by": {"chat": slack.IDENTITY},
        "ask": {"credits": {"balance": {"client": "acme"}}},
    }
    python = [ROOT / "target/ci/emulators/bin/python", "-m", "awslambdaric", "handler.handle"]
    ours, theirs = [], []
    for _ in range(STARTS):
        ours.append(init_ms("credits", [bootstrap], call, embedded))
        theirs.append(init_ms(
            "comparison", python, {"pk": "C#1", "sk": "ACCOUNT"}, embedded,
            cwd=ROOT / "tests/aws/comparison",
        ))
    return ours, theirs


def main() -> int:
    """Weighs, and says which limits do not hold."""
    bootstrap = program.bootstrap("credits", "release")
    too_heavy = []

    size = zip_bytes(bootstrap)
    print(f"weight: zip of credits {size / 1e6:.2f} MB (limit {ZIP_BYTES_MAX / 1e6})")
    if size > ZIP_BYTES_MAX:
        too_heavy.append("the zip file")

    glibc = newest_glibc(bootstrap)
    print(f"weight: newest symbol GLIBC_{'.'.join(map(str, glibc))} "
          f"(limit GLIBC_{'.'.join(map(str, GLIBC_MAX))})")
    if glibc > GLIBC_MAX:
        too_heavy.append("the C library")

    crates = shipped_crates()
    for name in ONCE:
        print(f"weight: {name} {' '.join(sorted(crates.get(name, {'absent'})))}")
    wrong = [n for n in ONCE if len(crates.get(n, ())) != 1] + [n for n in NONE if n in crates]
    if wrong:
        too_heavy.append(f"the crates {', '.join(wrong)}")

    with store() as embedded:
        ours, theirs = inits(bootstrap, embedded)
    ratio = statistics.median(ours) / statistics.median(theirs)
    for name, times in (("credits", ours), ("boto3", theirs)):
        listed = " ".join(f"{t:.0f}" for t in times)
        print(f"weight: init of {name}: median {statistics.median(times):.0f} ms of {listed}")
    print(f"weight: ratio {ratio:.3f} (limit {INIT_RATIO_MAX})")
    if ratio > INIT_RATIO_MAX:
        too_heavy.append("the time to start")

    for what in too_heavy:
        print(f"weight: over the limit: {what}", file=sys.stderr)
    return 1 if too_heavy else 0


if __name__ == "__main__":
    sys.exit(main())
