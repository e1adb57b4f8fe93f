from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time: a failure can be met again, and CI does not waver.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_gold() -> Path:
    """The folder of real texts with gold, which lies beside the project where one has it."""
    folder = ROOT.parent / "shared" / "gold" / "real"
    if not folder.is_dir():
        pytest.skip("the real gold texts are not ours to publish and lie outside of the project: none here")
    return folder
