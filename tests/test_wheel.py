"""What is installed is whole: the wheel holds every module, table, page and model, and nothing else."""

import zipfile
from pathlib import Path

import pytest

from zhengxie_nlp import Document, Pipeline

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(ROOT))
    [path] = builder.build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return zipfile.ZipFile(path)


def files_of(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_models(wheel):
    held = {
        name.removeprefix("zhengxie_nlp/") for name in wheel.namelist() if name.startswith("zhengxie_nlp/")
    }
    wanted = files_of(ROOT / "src" / "zhengxie_nlp") | {
        f"models/{name}" for name in files_of(ROOT / "models")
    }
    assert held == wanted


def test_the_wheel_holds_nothing_but_the_package(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"zhengxie_nlp"}


def test_what_is_in_the_wheel_works_by_itself(wheel, tmp_path):
    """Its models are found inside the package: here they are loaded from where the wheel was unpacked."""
    wheel.extractall(tmp_path)
    text = (ROOT / "corpora" / "speeches" / "text" / "c15.txt").read_text(encoding="utf-8")
    made = Pipeline(model=str(tmp_path / "zhengxie_nlp" / "models" / "zhengxie")).extract(text)
    assert isinstance(made, Document)
    assert made.records == Pipeline().extract(text).records
