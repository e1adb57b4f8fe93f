"""Estimators and models: fitting, calibration, saving, and what is refused when loading."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.errors import DataError, WriteError
from zhengxie_nlp.learning.estimators import (
    Estimator,
    best_temperature,
    calibrated,
    fit_estimator,
    softmax,
    softmax_of_lines,
)
from zhengxie_nlp.learning.grams import Passages
from zhengxie_nlp.learning.model import Model, load_model, read_arrays, save_model

TEXTS = ["举办读书班", "集体学习", "走访群众", "帮办实事", "廉政谈话", "警示教育"] * 3
LABELS = ["learning", "learning", "service", "service", "discipline", "discipline"] * 3


@pytest.fixture(scope="module")
def words() -> Estimator:
    return fit_estimator("text", TEXTS, LABELS)


@pytest.fixture
def folder(tmp_path: Path, words: Estimator) -> Path:
    model = Model("small", {"words": words}, {"documents": ["x01"]}, {"figure": 0.5}, {"least": 0.3})
    return save_model(model, tmp_path / "small", card="# small\n")


def test_fit_estimator_tells_labels_apart(words: Estimator) -> None:
    found = words.probabilities(["警示教育大会", "读书学习"])
    assert [max(one, key=lambda label: one[label]) for one in found] == ["discipline", "learning"]
    assert all(sum(one.values()) == pytest.approx(1) for one in found)


def test_fit_estimator_reads_features_of_all_types() -> None:
    rows = [{"verb": "建立", "quoted": True, "length": 4}, {"verb": "是", "quoted": False, "length": 9}] * 4
    fitted = fit_estimator("features", rows, ["yes", "no"] * 4)
    assert fitted.columns == ("length", "quoted", "verb=建立", "verb=是")
    assert fitted.labels == ("no", "yes")
    assert fitted.probabilities(rows[:1])[0]["yes"] > 0.5


def test_fit_estimator_leaves_out_rare_columns() -> None:
    rows = [{"verb": "建立"}, {"verb": "是"}, {"verb": "建立"}, {"verb": "有"}]
    assert fit_estimator("features", rows, ["yes", "no", "yes", "no"]).columns == ("verb=建立",)


def test_fit_estimator_takes_other_classifiers() -> None:
    from sklearn.naive_bayes import MultinomialNB

    fitted = fit_estimator("text", TEXTS, LABELS, classifier=MultinomialNB())
    assert fitted.probabilities(["集体学习"])[0]["learning"] > 0.4


def test_fit_estimator_refuses_one_label() -> None:
    with pytest.raises(DataError, match="ZX303"):
        fit_estimator("text", ["a", "b"], ["service", "service"])


def test_contributions_name_what_spoke_for_a_label(words: Estimator) -> None:
    found = words.contributions("集体学习", "learning")
    assert found[0][1] >= found[-1][1] > 0
    assert "学习" in [name for name, _ in found]


def test_decide_reads_passages_as_texts(words: Estimator) -> None:
    text = "举办读书班，走访群众5户"
    parts = [(0, 5), (6, 10), (8, 12)]
    found = words.decide(words.read(text), Passages.of(parts))
    assert found.tolist() == words.decisions([text[start:end] for start, end in parts])


def test_decide_on_numbers_adds_up_as_decisions_does() -> None:
    rows = [{"verb": "建立", "quoted": 0.0, "length": 4.5}, {"verb": "是", "quoted": 1.0, "length": 0.1}] * 4
    fitted = fit_estimator("features", rows, ["yes", "no"] * 4)
    numbers = [[1.0, 0.0, 4.5, 7.0], [0.0, 1.0, 0.1, 7.0]]
    found = fitted.decide_on_numbers(["verb=建立", "quoted", "length", "unknown"], numpy.array(numbers))
    assert found.tolist() == fitted.decisions(
        [{"verb": "建立", "length": 4.5}, {"quoted": 1.0, "length": 0.1}]
    )


def test_softmax_of_lines_is_softmax(words: Estimator) -> None:
    decisions = words.decisions(TEXTS)
    found = softmax_of_lines(numpy.array(decisions), temperature=0.7).tolist()
    assert found == [pytest.approx(softmax(row, temperature=0.7)) for row in decisions]


def test_probabilities_of_unknown_and_empty_rows_are_whole(words: Estimator) -> None:
    assert words.probabilities([]) == []
    assert sum(words.probabilities([""])[0].values()) == pytest.approx(1)


def test_best_temperature_cools_and_heats() -> None:
    sure_and_wrong = [[4.0, 0.0], [0.0, 4.0], [4.0, 0.0], [4.0, 0.0]]
    assert best_temperature(sure_and_wrong, [0, 0, 1, 0]) > 1
    assert best_temperature([[0.2, 0.0], [0.0, 0.2]], [0, 1]) < 1
    assert best_temperature([], []) == 1.0


def test_calibrated_keeps_the_order_of_labels(words: Estimator) -> None:
    decisions = words.decisions(TEXTS)
    assert calibrated(words, decisions, LABELS).labels == words.labels


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=6), st.floats(0.2, 7))
def test_softmax_adds_up_to_one(decisions: list[float], temperature: float) -> None:
    assert sum(softmax(decisions, temperature=temperature)) == pytest.approx(1)


def test_load_model_gives_back_what_was_saved(folder: Path, words: Estimator) -> None:
    model = load_model(folder)
    rows = ["读书学习", "走访"]
    assert model.probabilities("words", rows) == words.probabilities(rows)
    assert (model.corpus, model.scores, model.settings) == (
        {"documents": ["x01"]}, {"figure": 0.5}, {"least": 0.3},
    )  # fmt: skip
    assert "words" in model
    assert (folder / "card.md").read_text(encoding="utf-8") == "# small\n"


def test_load_model_decides_as_the_classifier_does(folder: Path) -> None:
    light, whole = load_model(folder), load_model(folder, classifiers=True)
    rows = ["读书学习", "走访5户群众，警示教育", ""]
    estimator = whole.estimator("words")
    assert light.estimator("words").classifier is None
    assert light.probabilities("words", rows) == whole.probabilities("words", rows)
    expected = estimator.classifier.decision_function(estimator.matrix(rows))
    assert estimator.decisions(rows) == pytest.approx(expected, abs=1e-12)


def test_load_model_loads_classifiers_that_are_not_linear(tmp_path: Path) -> None:
    from sklearn.naive_bayes import MultinomialNB

    fitted = fit_estimator("text", TEXTS, LABELS, classifier=MultinomialNB())
    model = load_model(save_model(Model("bayes", {"words": fitted}), tmp_path / "bayes"))
    assert model.probabilities("words", TEXTS) == fitted.probabilities(TEXTS)
    assert not list((tmp_path / "bayes").glob("*.npz"))


def test_save_model_writes_the_same_bytes_again(folder: Path, tmp_path: Path) -> None:
    rows = TEXTS
    again = save_model(Model("small", {"words": fit_estimator("text", rows, LABELS)}), tmp_path / "again")
    for name in ("words.skops", "words.npz"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_save_model_removes_estimators_of_before(folder: Path, words: Estimator) -> None:
    save_model(Model("small", {"other": words}), folder)
    assert [path.name for path in folder.glob("*.skops")] == ["other.skops"]


def test_save_model_refuses_names_that_are_paths(tmp_path: Path, words: Estimator) -> None:
    with pytest.raises(DataError, match="no name for an estimator"):
        save_model(Model("small", {"../words": words}), tmp_path)


@pytest.mark.parametrize("name", ["words.skops", "words.npz"])
def test_load_model_refuses_a_changed_file(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match=r"ZX303.*checksum"):
        load_model(folder)


def test_load_model_refuses_a_missing_file(folder: Path) -> None:
    (folder / "words.skops").unlink()
    with pytest.raises(DataError, match=r"ZX303.*missing"):
        load_model(folder)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": 99}, "format"),
        ({"libraries": {"scikit-learn": "0.18.0"}}, r"trained with scikit-learn 0\.18\.0"),
        ({"estimators": {"words": {}}}, "manifest"),
        ({"estimators": []}, "manifest"),
    ],
)
def test_load_model_refuses_a_manifest_that_does_not_fit(
    folder: Path, change: dict[str, object], problem: str
) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        load_model(folder)


@pytest.mark.parametrize("content", [None, "not json", "[]"])
def test_load_model_refuses_a_folder_without_manifest(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="ZX303"):
        load_model(tmp_path)


def test_load_model_refuses_an_unknown_name() -> None:
    with pytest.raises(DataError, match="ZX303"):
        load_model("no-such-model")


def test_load_model_refuses_what_is_no_estimator(folder: Path) -> None:
    from hashlib import sha256

    content = b"not a zip"
    (folder / "words.npz").write_bytes(content)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["estimators"]["words"]["sha256"]["words.npz"] = sha256(content).hexdigest()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError, match="not an estimator"):
        load_model(folder)


def test_estimator_refuses_what_the_model_lacks(words: Estimator) -> None:
    model = Model("small", {"words": words})
    with pytest.raises(DataError, match="no estimator"):
        model.estimator("category")
    with pytest.raises(DataError, match="apart"):
        model.estimator("words", labels=["yes", "no"])


def test_save_model_touches_nothing_that_it_did_not_make(folder: Path, words: Estimator) -> None:
    (folder / "mine.npz").write_bytes(b"vectors")
    save_model(Model("small", {"other": words}), folder)
    assert (folder / "mine.npz").read_bytes() == b"vectors"


def test_save_model_refuses_a_folder_of_other_files(tmp_path: Path, words: Estimator) -> None:
    (tmp_path / "mine.npz").write_bytes(b"vectors")
    with pytest.raises(WriteError, match="ZX904"):
        save_model(Model("small", {"words": words}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.npz"]


def resigned(folder: Path, name: str, content: bytes) -> None:
    """Put another file into a model and sign for it in the manifest, as an attacker can."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["estimators"][name.split(".", maxsplit=1)[0]]["sha256"][name] = sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def changed_array(folder: Path, name: str, change: Callable[[Any], Any]) -> bytes:
    """Return the weights of an estimator with one array changed."""
    with numpy.load(folder / "words.npz") as arrays:
        parts = {key: change(arrays[key]) if key == name else arrays[key] for key in arrays}
    made = BytesIO()
    numpy.savez(made, **parts)
    return made.getvalue()


@pytest.mark.parametrize(
    ("array", "change", "said"),
    [
        ("coefficients", lambda values: values * numpy.nan, "a weight is no number"),
        ("coefficients", lambda values: values[:, 1:], "weights for"),
        ("intercepts", lambda values: values[:0], "weights for"),
    ],
)
def test_load_model_refuses_weights_that_cannot_be(folder: Path, array: str, change: Any, said: str) -> None:
    resigned(folder, "words.npz", changed_array(folder, array, change))
    with pytest.raises(DataError, match=said):
        load_model(folder)


def test_read_arrays_makes_no_room_for_an_array_that_lies_about_its_size() -> None:
    lie = BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    numpy.lib.format.write_array_header_1_0(lie, header)
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("values.npy", lie.getvalue() + bytes(32))
    with pytest.raises(ValueError, match="do not fit into 32 bytes"):
        read_arrays(made.getvalue())


@pytest.mark.parametrize("libraries", [None, [], {"scikit-learn": None}, "1.9"])
def test_load_model_refuses_a_manifest_without_versions(folder: Path, libraries: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "libraries": libraries}), encoding="utf-8")
    with pytest.raises(DataError, match="ZX303"):
        load_model(folder)
