"""HanLP: what its components say is found again in the text, and used."""

import sys

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import SettingsError
from zhengxie_nlp.pipeline import Settings
from zhengxie_nlp.text.segmenters.hanlp_words import meaning, read_output
from zhengxie_nlp.text.segmenters.parsed import ParsedSegmenter, sentence_starts
from zhengxie_nlp.text.segmenters.words import Argument, Name, Word
from zhengxie_nlp.text.source_text import Span

SENTENCE = "青禾社举办惠民讲座2场。"
#: As HanLP's multi-task components give it for this sentence: words, tags, names, roles, dependencies.
OUTPUT = {
    "tok/fine": ["青禾社", "举办", "惠民", "讲座", "2", "场", "。"],
    "pos/ctb": ["NR", "VV", "JJ", "NN", "CD", "M", "PU"],
    "ner/msra": [("青禾社", "ORGANIZATION", 0, 1)],
    "srl": [[("青禾社", "ARG0", 0, 1), ("举办", "PRED", 1, 2), ("惠民讲座", "ARG1", 2, 4)]],
    "dep": [(2, "nsubj"), (0, "root"), (4, "amod"), (2, "dobj"), (6, "nummod"), (4, "range"), (2, "punct")],
}


@pytest.mark.parametrize(
    ("sentence", "words", "expected"),
    [
        ("开展活动。", ["开展", "活动", "。"], ["开展", "活动", "。"]),
        ("开展 活动 。", ["开展", "活动", "。"], ["开展", " ", "活动", " ", "。"]),
        ("开 展活动", ["开展", "活动"], ["开 展", "活动"]),
        ("“两个”确立", ['"', "两个", '"', "确立"], ["“", "两个", "”", "确立"]),
        ("开展活动", [], ["开", "展", "活", "动"]),
        ("开展活动", ["开展"], ["开展", "活", "动"]),
        ("", [], []),
    ],
)
def test_read_output_finds_words_again(sentence, words, expected):
    parse = read_output(sentence, {"tok": words})
    assert [sentence[word.start : word.end] for word in parse.words] == expected


def test_read_output_takes_names_roles_and_dependencies():
    parse = read_output(SENTENCE, OUTPUT)
    assert parse.words[:3] == (Word(0, 3, "n"), Word(3, 5, "v"), Word(5, 7, "a"))
    assert parse.names == (Name("organization", Span(0, 3)),)
    verb = Span(3, 5)
    roles, dependents = parse.arguments[:2], parse.arguments[2:]
    assert roles == ((verb, Argument("actor", Span(0, 3))), (verb, Argument("object", Span(5, 9))))
    assert dependents == ((verb, Argument("actor", Span(0, 3))), (verb, Argument("object", Span(5, 11))))


def test_a_component_that_tags_characters_counts_names_in_characters():
    output = {"tok": ["石棠", "侨服"], "characters": list("石棠侨服"), "chunks": [("侨服", "nt", 2, 4)]}
    assert read_output("石棠 侨服", output).names == (Name("organization", Span(3, 5)),)


@pytest.mark.parametrize(
    ("use", "label", "expected"),
    [
        ("tag", "NN", "n"), ("tag", "NR-SHORT", "n"), ("tag", "DEG", ""), ("tag", "nz", "n"),
        ("tag", "M", "m"),
        ("name", "PERSON", "person"), ("name", "GPE", "place"), ("name", "DATE", ""),
        ("role", "ARG1", "object"), ("role", "ARGM-TMP", ""), ("relation", "nsubj:pass", "actor"),
    ],
)  # fmt: skip
def test_meaning_of_labels(use, label, expected):
    assert meaning(use, label) == expected


def test_a_long_sentence_is_parsed_in_pieces_and_words_are_cut_at_the_edges_asked_for():
    text = "甲" * 450 + "。乙"
    assert sentence_starts(text) == [0, 200, 400, 451, 452]
    segmenter = ParsedSegmenter(lambda sentence: read_output(sentence, {"tok": [sentence]}))
    assert segmenter.cut(text, 100, 452) == [
        Word(100, 200, "x"), Word(200, 400, "x"), Word(400, 451, "x"), Word(451, 452, "x"),
    ]  # fmt: skip


def initiative(pipeline, text=SENTENCE):
    return next(record for record in pipeline.extract(text).records if record.type == "initiative")


@pytest.mark.parametrize("without", [(), ("ner/msra",), ("ner/msra", "srl")])
def test_extractors_use_who_acts(without):
    """The rules do not know that 青禾社 acts; names, roles or dependencies, whatever is given, do."""
    output = {key: value for key, value in OUTPUT.items() if key not in without}
    segmenter = ParsedSegmenter(
        lambda sentence: read_output(sentence, output if "青禾社" in sentence else {})
    )
    rules = Settings(model=None)
    assert initiative(Pipeline(rules)).actor is None
    assert initiative(Pipeline(rules, segmenter=segmenter)).actor.text == "青禾社"
    assert initiative(Pipeline(segmenter=segmenter)).actor.text == "青禾社"


def test_rules_keep_the_object_that_they_found():
    segmenter = ParsedSegmenter(lambda sentence: read_output(sentence, OUTPUT))
    assert initiative(Pipeline(segmenter=segmenter)).object.text == "惠民讲座"


def test_an_organisation_that_only_a_component_knows_names_who_speaks():
    text = "石棠侨服\n\n一是健全学习制度。每月举办讲座2场。\n二是走访企业40家。\n"
    names = {"石棠侨服": [("石棠侨服", "nt", 0, 4)]}
    segmenter = ParsedSegmenter(
        lambda sentence: read_output(
            sentence,
            {
                "tok": list(sentence),
                "characters": list(sentence.strip()),
                "chunks": names.get(sentence.strip(), []),
            },
        )
    )
    assert Pipeline(segmenter=segmenter).extract(text).speeches[0].organization.text == "石棠侨服"
    assert Pipeline().extract(text).speeches[0].organization is None


@pytest.mark.filterwarnings("ignore")
def test_a_component_in_a_folder_gives_words_and_names(hanlp_model):
    from zhengxie_nlp.text.segmenters.hanlp_words import HanlpSegmenter

    segmenter = HanlpSegmenter(hanlp_model)
    text = "云浦市政协机关\n今年以来，开展学习 活动12场。"
    words = segmenter.cut(text, 0, len(text))
    assert "".join(text[word.start : word.end] for word in words) == text
    assert {"v", "n"} <= {word.tag for word in words}
    # How far the name goes, so small a component does not always know; where it begins, it does.
    assert segmenter.names(text, 0, 7)[0].kind == "organization"
    assert segmenter.names(text, 0, 7)[0].span.start == 0


@pytest.mark.filterwarnings("ignore")
def test_documents_go_to_hanlp_and_come_back(hanlp_model):
    from zhengxie_nlp.hanlp_documents import from_hanlp, to_hanlp

    document = Pipeline().extract("今年以来，健全学习制度， 举办讲座12场。\n\n走访企业40家。")
    made = to_hanlp(document)
    assert [" ".join(words) for words in made["tok"]][-1] == "走访 企业 40 家 。"
    assert made["ner/mechanism"][0] == [("学习制度", "institution", 3, 5)]
    assert from_hanlp(made) == document
    bare = {key: made[key] for key in ("tok", "pos")}
    assert [r.ref for r in from_hanlp(bare, text=document.text).records] == [r.ref for r in document.records]


def test_from_hanlp_needs_words():
    from zhengxie_nlp.errors import DocumentError
    from zhengxie_nlp.hanlp_documents import from_hanlp

    with pytest.raises(DocumentError, match="ZX203"):
        from_hanlp({"pos": [["n"]]})


def test_without_hanlp_the_error_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "hanlp", None)
    with pytest.raises(SettingsError, match=r"ZX402.*pip install '.\[hanlp\]'"):
        Pipeline(words="hanlp", hanlp_model=tmp_path).extract("开展活动。")


def test_a_folder_without_component_is_named(tmp_path):
    pytest.importorskip("hanlp", reason="the extra [hanlp] is not installed")
    with pytest.raises(SettingsError, match=r"ZX403.*cannot be loaded"):
        Pipeline(words="hanlp", hanlp_model=tmp_path).extract("开展活动。")


@pytest.mark.parametrize("given", [{"words": "hanlp"}, {"hanlp_model": "x"}])
def test_hanlp_and_its_model_go_together(given):
    with pytest.raises(SettingsError, match="go together"):
        Pipeline(**given)
