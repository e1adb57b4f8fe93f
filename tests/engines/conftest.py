"""A small HanLP component, trained on our corpora within the session: none can be downloaded in a test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Workers share the cores: a thread each is faster than all of them asking for every core.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def hanlp_model(tmp_path_factory) -> Path:
    """Return a folder with a component for words and one for names, saved by HanLP."""
    pytest.importorskip("hanlp", reason="the extra [hanlp] is not installed")
    from filelock import FileLock

    folder = tmp_path_factory.getbasetemp().parent / "hanlp"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            command = [sys.executable, "tools/train_hanlp.py", "corpora/speeches", "-o", str(folder)]
            options = ["--epochs", "8", "--characters", "24000"]
            done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
            (folder / "done").touch()
    return folder
