"""Figures counted by hand on documents small enough to count them."""

import importlib.util
import json

import pytest

from zhengxie_nlp.evaluation.comparing import report_text
from zhengxie_nlp.evaluation.scoring import Report, Tally, chars, pair, score_documents
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import Document, Marker, Node, NumeralTerm, Quantity, Ref, Source, Speech, Time

TEXT = "一是建立机制。每年开展活动40次，慰问3人。二是学习。"
#       0 1 2       7 8               16


def ref(*fragments):
    return Ref(text="".join(TEXT[a:b] for a, b in fragments), fragments=fragments)


def document(*, nodes=(), records=(), text=TEXT, **fields):
    speeches = (Speech(id="s1", nodes=tuple(nodes)),) if nodes else ()
    return Document(source=Source(id="d"), text=text, speeches=speeches, records=tuple(records), **fields)


def node(at, *, ordinal=1, level=1, heading=None, category=None, body=(), children=()):
    marker = Marker(ref=ref((at, at + 2)), style="shi", kind="point", ordinal=ordinal)
    return Node(
        id=f"n{at}",
        level=level,
        marker=marker,
        heading=heading and ref(heading),
        body=tuple(ref(span) for span in body),
        category=category,
        children=tuple(children),
    )


def quantity(start, end, **fields):
    return Quantity(id=f"q{start}", ref=ref((start, end)), **fields)


def score(gold, found):
    return score_documents([(gold, found)])


def figures(tally):
    return tally.right, tally.found, tally.gold


@pytest.mark.parametrize(
    ("right", "false", "missed", "precision", "recall", "f1"),
    [
        (3, 1, 2, 0.75, 0.6, 2 / 3),
        (0, 0, 0, 1.0, 1.0, 1.0),  # nothing to find, nothing found: all is well
        (0, 0, 4, 0.0, 0.0, 0.0),
        (0, 4, 0, 0.0, 0.0, 0.0),
    ],
)
def test_tally_follows_the_usual_formulas(right, false, missed, precision, recall, f1):
    tally = Tally(right, false, missed)
    assert (tally.precision, tally.recall) == (precision, recall)
    assert tally.f1 == pytest.approx(f1)


def test_pair_takes_the_best_overlap_first():
    gold = [frozenset({1, 2, 3, 4}), frozenset({3, 4, 5})]
    found = [frozenset({3, 4, 5}), frozenset({1, 2, 3})]
    assert pair(gold, found, least=0.5) == [(1, 0), (0, 1)]
    assert pair(gold, found, least=1.0) == [(1, 0)]


def test_chars_leaves_white_space_out():
    assert chars(Ref(text="4 0", fragments=((0, 3),)), "4 0") == {0, 2}
    assert chars(None, "4 0") == frozenset()


def test_score_counts_strict_and_loose_spans():
    gold = document(records=[quantity(14, 17), quantity(20, 22)])
    found = document(records=[quantity(13, 17), quantity(9, 11)])
    report = score(gold, found)
    # [13, 17) shares 3 of 4 characters with [14, 17): loose, not strict; [9, 11) is false; [20, 22) missed.
    assert figures(report.tallies["quantity strict"]) == (0, 2, 2)
    assert figures(report.tallies["quantity loose"]) == (1, 2, 2)
    assert report.errors["quantity"] == [f"d: missed {TEXT[20:22]!r}", f"d: false {TEXT[9:11]!r}"]


def test_score_judges_stated_attributes_of_matched_records_only():
    gold = document(records=[quantity(14, 17, value="40", unit="次", per="年"), quantity(20, 22, value="3")])
    found = document(records=[quantity(14, 17, value="40.0", unit="场", per="年")])
    report = score(gold, found)
    assert report.accuracy("quantity", "value") == 1.0  # 40 and 40.0 are one number
    assert report.accuracy("quantity", "unit") == 0.0
    assert report.accuracy("quantity", "per") == 1.0
    assert report.accuracy("quantity", "bound") is None  # the gold does not state it
    assert figures(report.tallies["quantity strict+value"]) == (0, 1, 2)


def test_score_compares_refs_by_half_of_their_union():
    gold = document(records=[quantity(14, 17, counted=ref((10, 14)))])
    for span, agrees in (((12, 14), True), ((13, 14), False), ((8, 14), True)):
        found = document(records=[quantity(14, 17, counted=ref(span))])
        assert score(gold, found).accuracy("quantity", "counted") == agrees
    assert score(gold, document(records=[quantity(14, 17)])).accuracy("quantity", "counted") == 0


def test_score_wants_all_members_and_no_others():
    def term(*members):
        return NumeralTerm(id="n1", ref=ref((3, 5)), numerals=(2,), members=tuple(ref(m) for m in members))

    gold = document(records=[term((5, 7), (7, 9))])
    for members, agrees in (([(5, 7), (7, 9)], 1), ([(5, 7)], 0), ([(5, 7), (7, 9), (9, 11)], 0), ([], 0)):
        report = score(gold, document(records=[term(*members)]))
        assert report.accuracy("numeral_term", "members") == agrees


def test_score_finds_markers_by_place_and_the_tree_by_parent_and_level():
    gold = document(nodes=[node(0, children=[node(23, ordinal=2, level=2)])])
    same = score(gold, gold)
    assert figures(same.tallies["marker"]) == figures(same.tallies["tree"]) == (2, 2, 2)
    flat = document(nodes=[node(0), node(23, ordinal=3)])
    report = score(gold, flat)
    assert figures(report.tallies["marker"]) == (2, 2, 2)
    assert figures(report.tallies["tree"]) == (1, 2, 2)
    assert report.accuracy("marker", "ordinal") == 0.5


def test_score_compares_headings_of_marked_and_unmarked_nodes_apart():
    plain = Node(id="n", level=1, heading=ref((7, 9)))
    gold = document(nodes=[node(0, heading=(2, 6)), plain])
    report = score(gold, document(nodes=[node(0, heading=(2, 5)), plain]))
    assert figures(report.tallies["heading"]) == (0, 1, 1)
    assert figures(report.tallies["heading unmarked"]) == (1, 1, 1)


def test_score_counts_jumps_and_the_text_of_each_speech():
    first, second = node(0, body=[(7, 18)]), node(23, ordinal=2, body=[(18, 22)])
    gold = document(nodes=[first, second])
    report = score(gold, document(nodes=[node(0, body=[(7, 18), (18, 22)]), node(23, ordinal=2)]))
    # In the gold, 二是 [23, 25) comes before [18, 22): out of [7, 18) forward over it, and back from it.
    assert report.tallies["reading jumps"].missed == 2
    assert report.tallies["reading jumps"].found == 0
    assert report.tallies["speech text"].f1 == 1.0


def test_score_takes_macro_f1_over_the_categories_of_the_gold():
    gold = document(nodes=[node(0, category="service"), node(23, ordinal=2, category="learning")])
    found = document(nodes=[node(0, category="service"), node(23, ordinal=2, category="service")])
    # service: 2·1/(1+2), learning: 0; political and discipline do not occur.
    assert score(gold, found).macro_f1() == pytest.approx((2 / 3 + 0) / 2)
    assert score(document(), document()).macro_f1() is None


def test_score_leaves_out_what_the_gold_does_not_annotate():
    gold = document(not_annotated=("time",))
    found = document(records=[Time(id="t1", ref=ref((7, 9)))])
    assert "time strict" not in score(gold, found).tallies


def test_score_counts_a_missing_extraction_and_one_of_another_text_as_empty():
    gold = document(records=[quantity(14, 17)])
    for found in (None, document(records=[quantity(14, 17)], text=TEXT + "。")):
        assert figures(score(gold, found).tallies["quantity strict"]) == (0, 0, 1)
    assert score(gold, document(text="")).errors["text"]


def test_score_gives_the_same_figures_as_the_common_ruler(real_gold, tmp_path):
    spec = importlib.util.spec_from_file_location("ruler", real_gold.parent / "score.py")
    ruler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ruler)
    pairs = []
    for file in sorted(real_gold.glob("*.json")):
        gold = Document.parse(file.read_bytes())
        found = Pipeline().extract(gold.text)
        (tmp_path / file.name).write_text(found.model_dump_json(), encoding="utf-8")
        pairs.append((gold, found))
    theirs, _ = ruler.score(real_gold, tmp_path)
    ours = score_documents(pairs)
    assert ours.documents == theirs["documents"]
    for name, tally in ours.tallies.items():
        row = theirs[name]
        assert (tally.precision, tally.recall, tally.f1, tally.gold, tally.found) == (
            row["p"], row["r"], row["f1"], row["gold"], row["pred"],
        ), name  # fmt: skip
    for name, row in theirs["attributes"].items():
        kind, attribute = name.rsplit(" ", 1)
        assert ours.accuracy(kind, attribute) == pytest.approx(row["accuracy"]), name
        assert len(ours.attributes[kind, attribute]) == row["n"]
    assert json.dumps(ours.figures())


def test_a_share_of_nothing_is_no_figure():
    report = Report()
    report.tallies["mechanism strict"].add(0, found=0, gold=0)
    report.tallies["time strict"].add(1, found=2, gold=1)
    lines = report_text(report).splitlines()
    (nothing,) = [line for line in lines if line.startswith("mechanism strict")]
    (some,) = [line for line in lines if line.startswith("time strict")]
    assert nothing.split()[2:] == ["–", "–", "–", "0", "0"]
    assert some.split()[2:] == ["0.500", "1.000", "0.667", "1", "2"]
