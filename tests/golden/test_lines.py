"""Golden files: everything that the shipped library makes of some texts, so that no change goes unseen."""

import pytest

from tests.golden.lines import FOLDER, NAMES, made
from zhengxie_nlp import Pipeline


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


@pytest.mark.parametrize("name", NAMES)
def test_the_library_makes_of_a_text_what_it_made_before(name, pipeline):
    before = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    now = made(name, pipeline=pipeline).splitlines()
    gone, new = [line for line in before if line not in now], [line for line in now if line not in before]
    assert now == before, "\n".join(
        ["Is the change meant? Then: make golden, and look at what git diff shows.", *gone, "became", *new]
    )
