"""The compiled programs, as Lambda gets them."""

import io
import subprocess
import zipfile
from pathlib import Path

from server import ROOT

BOOTSTRAPS = ROOT / "target" / "ci" / "bootstraps"


def bootstrap(name: str, profile: str = "debug") -> Path:
    """The program without its symbols, under the name that the Lambda runtime starts."""
    stripped = BOOTSTRAPS / profile / name / "bootstrap"
    stripped.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["strip", "-o", stripped, ROOT / "target" / profile / name], check=True, timeout=60
    )
    return stripped


def package(program: Path, level: int = 9) -> bytes:
    """The zip file that is uploaded."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, program.read_bytes(), compresslevel=level)
    return packed.getvalue()
