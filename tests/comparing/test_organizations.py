import pytest

from zhengxie_nlp.comparing.organizations import one_form, own_place
from zhengxie_nlp.lexicon.tables import read_table


@pytest.mark.parametrize(
    ("written", "place", "form"),
    [
        ("云浦市政协机关", None, "云浦市政协"),
        ("中国人民政治协商会议云浦市第五届委员会常务委员会", None, "云浦市政协"),
        ("政协云浦市第五届委员会", None, "云浦市政协"),
        ("政协岭东区委员会", None, "岭东区政协"),
        ("“云浦市政协”", None, "云浦市政协"),
        ("云浦市政协提案委员会", None, "云浦市政协提案委员会"),
        ("市政协", "云浦市", "云浦市政协"),
        ("我市政协", "云浦市", "云浦市政协"),
        ("区政协", "云浦市", "区政协"),
        ("市政协", None, "市政协"),
        ("云浦市政府", None, "云浦市人民政府"),
        ("市政府", "云浦市", "云浦市人民政府"),
        ("市委", "云浦市", "云浦市委"),
        ("怀溪县教育局", "怀溪县", "怀溪县教育局"),
        ("何立新", "云浦市", "何立新"),
    ],
)
def test_one_form(written, place, form):
    assert one_form(written, place=place).name == form


def test_every_rule_has_an_example_that_uses_it():
    for row in read_table("organization_forms.tsv"):
        formed = one_form(row["example"], place="云浦市" if row["kind"] == "own" else None)
        assert row["rule"] in formed.rules, row["rule"]


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["市政协", "云浦市政协2023年工作总结"], "云浦市"),
        ([None, "政协清澜自治州第三届委员会"], "清澜自治州"),
        (["全市政协工作要点"], None),
        ([None, "2026年岭东省政府工作报告"], "岭东省"),
        (["委员工作室"], None),
    ],
)
def test_own_place(names, place):
    assert own_place(names) == place
