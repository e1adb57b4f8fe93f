"""What the documentation says is run: examples print what they say they print, and names exist."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhengxie_nlp.cli import app
from zhengxie_nlp.errors import CODES

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def examples():
    for page in PAGES:
        for number, block in enumerate(_PYTHON.findall(page.read_text(encoding="utf-8")), start=1):
            yield pytest.param(block, id=f"{page.name}-{number}")


@pytest.mark.filterwarnings("ignore::UserWarning:jieba")  # of pkg_resources, which jieba asks for
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("block", list(examples()))
def test_example_prints_what_it_says(block):
    """After each print stands its output as a comment, in the line or in the lines below."""
    needed = re.findall(r"^(?:import|from) (spacy|hanlp|pandas)", block, re.MULTILINE)
    for extra in needed:
        pytest.importorskip(extra, reason=f"the extra [{extra}] is not installed")
    said = [match[1].strip() for match in re.finditer(r"(?:^|\s)# (.+)$", block, re.MULTILINE)]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, "example", "exec"), {})
    assert printed.getvalue().splitlines() == said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_shows_every_command(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"zhengxie {command.callback.__name__}" in text


def test_help_of_every_command_is_printed():
    for command in app.registered_commands:
        done = CliRunner().invoke(app, [command.callback.__name__, "--help"])
        assert done.exit_code == 0


def test_every_error_code_is_used():
    files = (file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    # Of errors.py all but the list itself.
    source = "\n".join(text.partition("class ZhengxieError")[2] or text for text in files)
    unused = [code for code in CODES if f'"{code}"' not in source]
    assert unused == []


def test_architecture_lists_every_diagnostic_and_no_other():
    """The page's table of diagnostics is the set of codes that the stages can give."""
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    given = set(re.findall(r'(?:Note\(\s*|_report\(builder, marker, )"([a-z_]+)"', source))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", page.split("## Doubt")[1].split("##")[0], re.MULTILINE))
    assert given == listed


def test_every_test_that_the_page_of_promises_names_is_there():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", page))
    assert len(named) > 40
    assert [name for name in sorted(named) if f"def {name}(" not in written] == []
    assert [path for path in re.findall(r"`(tests/[^`]*)`", page) if not (ROOT / path).exists()] == []
    # Every item of both lists has its row.
    assert all(f"| B{number} " in page for number in range(1, 11))
    assert all(f"| A{number} " in page for number in range(1, 18))
