"""The whole way of a text, and what holds for any text at all."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import zhengxie_nlp
from zhengxie_nlp.errors import DataError, ReadError, SettingsError
from zhengxie_nlp.initiatives.tense import Deeds
from zhengxie_nlp.pipeline import INPUTS, STAGES, Pipeline, Settings, Stage, check_stages
from zhengxie_nlp.reading.files import text_file
from zhengxie_nlp.records import Document, Ref, read_back
from zhengxie_nlp.streaming import document_json
from zhengxie_nlp.text.source_text import Span

#: Characters that rules look at: any order of them must be survived.
_PIECES = st.sampled_from(
    [
        "一",
        "二",
        "三",
        "是",
        "要",
        "、",
        "。",
        "，",
        "；",
        "：",
        "（",
        "）",
        "“",
        "”",
        "《",
        "》",
        "第",
        "章",
        "1",
        "2",
        ".",
        ")",
        "①",
        "年",
        "月",
        "日",
        "每",
        "个",
        "次",
        "多",
        "余",
        "万",
        "亿",
        "%",
        "元",
        "近",
        "以来",
        "政协",
        "机关",
        "市",
        "首先",
        "其次",
        "最后",
        "百分之",
        "分之",
        "十",
        "百",
        "两",
        "半",
        "几",
        "成",
        "倍",
        "三会一课",
        "一是",
        "二是",
        "一、",
        "（一）",
        "1．",
        "\n",
        "\r\n",
        "\u3000",
        "\x0c",
        "-",
        "3",
        "-",
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=60).map("".join))


def refs_of(document):
    """Yield every Ref of a Document, wherever it stands."""

    def walk(value):
        if isinstance(value, Ref):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from walk(one)
        elif hasattr(value, "model_fields_set"):
            for name in type(value).model_fields:
                yield from walk(getattr(value, name))

    yield from walk(document)


@given(_TEXTS)
@example("")
@example("\n\n")
@example("一是" * 300)
@example("“" * 300)
@example("1" * 5000)
@example("、" * 300)
@example("一、\n（一）\n1.\n①\n一是" * 40)
def test_any_text_gives_a_document_whose_refs_read_back(text):
    document = Pipeline().extract(text)
    assert document.text == text
    for ref in refs_of(document):
        assert read_back(text, ref) == ref.text
    assert Document.parse(document.model_dump_json()) == document
    assert Pipeline().extract(text).model_dump_json() == document.model_dump_json()


@given(_TEXTS)
def test_records_keep_to_reading_order_and_share_no_characters(text):
    records = Pipeline().extract(text).records
    taken = set()
    for record in records:
        if record.type in ("mechanism", "initiative"):
            continue  # phrases and clauses hold other records
        if record.rule in ("time_events/event", "times/congress"):
            continue  # so does the name of an event: 自1998年确立|12所|试点学校以来, 全国|两会|期间
        characters = {at for start, end in record.ref.fragments for at in range(start, end)}
        assert taken.isdisjoint(characters)
        taken |= characters
    assert len({record.id for record in records}) == len(records)


def test_extract_refuses_lone_surrogates_with_their_place():
    with pytest.raises(ReadError, match=r"\[ZX109\] text, character 2: U\+D800"):
        zhengxie_nlp.extract("一是\ud800")


def test_settings_leave_out_record_types():
    text = "今年以来，开展活动40多次。"
    only = Pipeline(Settings(records=("time",))).extract(text)
    assert [record.type for record in only.records] == ["time"]


def test_settings_leave_out_categories():
    document = Pipeline(Settings(model=None)).extract("一、健全学习制度。每周学习一次。")
    assert document.speeches[0].nodes[0].category is None


def test_pipeline_takes_a_model_by_path():
    ours = Path(__file__).resolve().parents[1] / "models" / "zhengxie"
    text = "一、健全学习制度。每周学习一次。"
    assert Pipeline(model=ours).extract(text) == Pipeline().extract(text)
    with pytest.raises(DataError, match="ZX303"):
        Pipeline(model=ours.parent / "nowhere").extract(text)


def test_settings_refuse_what_they_do_not_know():
    with pytest.raises(SettingsError, match="speed"):
        Settings(speed="high")


def test_check_stages_accepts_the_pipeline():
    check_stages(STAGES)


def test_check_stages_names_what_is_missing():
    late = Stage("late", ("quantities",), ("sum",), len)
    with pytest.raises(SettingsError, match="stage “late”: nothing before this stage provides quantities"):
        check_stages([late, *STAGES])


def test_every_stage_is_of_use():
    """What a stage assigns is required by a later one, or is the result."""
    used = {name for stage in STAGES for name in stage.requires} | {"analysis"}
    assert {name for stage in STAGES for name in stage.assigns} <= used
    assert set(INPUTS) <= used


def test_import_opens_no_file_and_loads_no_heavy_module():
    probe = (
        "import sys; before = set(sys.modules); import zhengxie_nlp; "
        "loaded = set(sys.modules) - before; "
        "print([name for name in loaded if name.split('.')[0] in "
        "('pydantic', 'jieba', 'sklearn', 'numpy', 'typer', 'charset_normalizer')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_initiatives_name_the_records_inside_of_them():
    document = Pipeline().extract("今年以来，建立委员联络机制3项，走访企业40多家。")
    by_id = {record.id: record for record in document.records}
    built, visited = (record for record in document.records if record.type == "initiative")
    assert [by_id[name].ref.text for name in built.quantities] == ["3项"]
    assert [by_id[name].ref.text for name in built.mechanisms] == ["委员联络机制"]
    assert [by_id[name].ref.text for name in visited.quantities] == ["40多家"]
    assert visited.mechanisms == ()
    assert {by_id[name].ref.text for one in (built, visited) for name in one.time} == {"今年以来"}


@given(_TEXTS)
def test_initiatives_name_only_records_that_exist(text):
    document = Pipeline().extract(text)
    kinds = {record.id: record.type for record in document.records}
    for record in document.records:
        if record.type == "initiative":
            assert {kinds[name] for name in record.quantities} <= {"quantity"}
            assert {kinds[name] for name in record.mechanisms} <= {"mechanism"}
            assert {kinds[name] for name in record.time} <= {"time"}


def test_min_confidence_leaves_out_what_is_less_sure_and_what_points_to_it():
    text = "云浦市政协机关\n\n一、抓实学习\n\n一是健全学习制度。今年以来，办读书会12场，参加1200余人次。\n"
    every = Pipeline().extract(text)
    line = sorted(record.confidence for record in every.records)[len(every.records) // 2]
    some = Pipeline(Settings(min_confidence=line)).extract(text)
    assert 0 < len(some.records) < len(every.records)
    assert all(record.confidence >= line for record in some.records)
    assert [(one.type, one.ref) for one in some.records] == [
        (one.type, one.ref) for one in every.records if one.confidence >= line
    ]
    ids = {record.id for record in some.records}
    for record in some.records:
        if record.type == "initiative":
            assert {*record.quantities, *record.mechanisms, *record.time} <= ids


def test_min_confidence_forces_no_category_on_text_of_another_kind():
    recipe = "一、红烧豆腐\n\n豆腐切块焯水，锅里放油，下姜片煎香，加半碗清水焖五分钟。\n"
    sure = Pipeline(Settings(min_confidence=0.5)).extract(recipe)
    assert [node.category for speech in sure.speeches for node in speech.nodes] == [None]
    with pytest.raises(SettingsError, match="min_confidence"):
        Settings(min_confidence=1.5)


_VOLUME = """发言材料汇编

健全联络机制 服务委员履职
青禾市政协

一、健全委员联络机制。今年以来，走访委员40多人。
三、开展“三送”活动12次。

办好院坝议事 解决身边小事
云浦县政协

一是在6个镇街设立院坝议事点21个。第3条。
"""


@pytest.mark.parametrize("longest", [1, 70, 10_000])
def test_a_text_read_in_parts_is_one_document(longest):
    analysis = Pipeline(Settings(longest_part=longest)).analyze(_VOLUME)
    document = analysis.document
    assert len(analysis.parts) == (1 if longest > len(_VOLUME) else 2)
    assert document == Pipeline(Settings(longest_part=longest)).extract(_VOLUME)
    assert document.title is not None
    assert document.title.text == "发言材料汇编"
    assert [speech.id for speech in document.speeches] == ["s1", "s2"]
    assert [int(record.id[1:]) for record in document.records] == list(range(1, len(document.records) + 1))
    assert len(document.records) == sum(len(part.kept) for part in analysis.parts)
    for record in document.records:
        assert read_back(document.text, record.ref) == record.ref.text
    assert "missing_ordinal" in {note.code for note in document.diagnostics}


def test_parts_find_what_the_whole_finds():
    found = [
        [(record.type, record.ref, record.speech, record.node) for record in document.records]
        for document in (Pipeline(Settings(longest_part=longest)).extract(_VOLUME) for longest in (1, 10_000))
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 8


def test_a_document_in_memory_says_what_it_leaves_unread():
    text = "建立联络机制，开展活动12次。" * 60
    small = Settings(longest_part=100, longest_speech=100, most_records=20)
    document = Pipeline(small).extract(text)
    (left,) = [note for note in document.diagnostics if note.code == "left_unread"]
    assert 20 <= len(document.records) < 60
    at = left.ref.fragments[0][0]
    assert max(record.ref.fragments[-1][1] for record in document.records) <= at
    assert f"{len(text) - at:,} characters follow" in left.message
    assert Document.parse(document.model_dump_json()) == document
    # Written as it is read, nothing is left out, and neither is it by a Document that has room.
    written = b"".join(document_json(Pipeline(small).read(text_file(text, source_id="text"))))
    roomy = Pipeline(small.model_copy(update={"most_records": 10_000})).extract(text)
    assert Document.parse(written) == roomy
    assert len(roomy.records) > len(document.records)
    assert {"long_speech"} <= {note.code for note in roomy.diagnostics}


def test_many_paragraphs_are_asked_for_once_a_speech():
    # A passage that is looked up anew for each clause made a speech of many short lines quadratic.
    deeds = Deeds.__new__(Deeds)
    asked = []

    class Counted(list):
        def __getitem__(self, at):
            asked.append(at)
            return super().__getitem__(at)

    deeds.text, deeds.spans, deeds._speeches = "一" * 9, Counted([Span(0, 4), Span(5, 9)]), {}
    clause = SimpleNamespace(speech=SimpleNamespace(id="s1", paragraphs=(0, 1)))
    assert [deeds._speech(clause) for _ in range(5)] == [Span(0, 9)] * 5
    assert len(asked) == 2


def test_what_is_said_behind_a_speaker_named_in_the_paragraph_is_read():
    text = (
        "云浦市政协读书活动座谈会发言摘登\n\n全市读书活动推进会在云浦召开，几位主席介绍了做法。\n\n"
        "岭东区政协主席温国兴说，去年全区建立委员读书点36个，今年以来举办读书会12场。\n\n"
        "怀溪县政协主席罗启文说，全县建立读书成果转化机制。\n"
    )
    document = Pipeline().extract(text)
    assert "温国兴" in {speech.speaker.text for speech in document.speeches if speech.speaker is not None}
    assert {"去年", "今年以来"} <= {one.ref.text for one in document.records if one.type == "time"}
    assert {"36个", "12场"} <= {one.ref.text for one in document.records if one.type == "quantity"}
