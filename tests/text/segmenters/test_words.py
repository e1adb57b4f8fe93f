"""Words: both engines cut alike, user dictionaries are heard, and a cut covers every character."""

import runpy
import warnings
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhengxie_nlp
from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.jieba_words import LEAST_COUNT, Entry, JiebaSegmenter, read_userdict
from zhengxie_nlp.text.segmenters.words import Segmenter, cut, tagged, using

SENTENCES = [
    "建立市委书记与委员面对面协商交流机制，每季度召开2次，答复函须经分管领导签发。",
    "累计投入5.6亿元，亩产值1万元以上；发放口罩132万只，带动户均增收３０００元。",
    "“三会一课”制度、“1+7”工作法（试行）……DNA检测、A级景区、T恤、3D打印。",
    "开展活动、加强学习、群众意见较大，𠮷祥物😀和　全角空格",
]


@cache
def engine(name: str) -> JiebaSegmenter:
    return JiebaSegmenter(engine=name)


@cache
def jieba_counts() -> dict[str, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    with jieba.Tokenizer().get_dict_file() as file:
        cells = file.read().decode("utf-8").split()
    return dict(zip(cells[0::3], map(int, cells[1::3]), strict=True))


@pytest.mark.parametrize("text", SENTENCES)
def test_both_engines_cut_and_tag_alike(text):
    assert engine("rust").cut(text, 0, len(text)) == engine("python").cut(text, 0, len(text))


@given(st.lists(st.sampled_from(sorted(jieba_counts())[::7] + list("，。“1２.a β😀𠮷㐀\n")), max_size=12))
def test_both_engines_cut_and_tag_alike_whatever_stands_together(parts):
    text = "".join(parts)
    assert engine("rust").cut(text, 0, len(text)) == engine("python").cut(text, 0, len(text))


def test_counts_of_our_words_are_those_of_jiebas_dictionary():
    counts = jieba_counts()
    for row in read_table("words.tsv"):
        known = counts.get(row["word"], 0)
        assert row["count"] == (str(known) if row["tag"] and known > LEAST_COUNT else ""), row["word"]


@given(st.text(alphabet="建立委员工作室三会一课12.5%，。“”《》\n a", max_size=40))
def test_cut_covers_every_character_once(text):
    found = cut(text, 0, len(text))
    edges = [0, *(word.end for word in found)]
    assert [word.start for word in found] == edges[:-1]
    assert edges[-1] == len(text)


def words_of(segmenter: Segmenter, text: str) -> list[tuple[str, str]]:
    with using(segmenter):
        return [(text[word.start : word.end], word.tag) for word in cut(text, 0, len(text))]


@pytest.mark.parametrize("name", ["rust", "python"])
def test_a_user_dictionary_is_heard(tmp_path, name):
    path = tmp_path / "mine.txt"
    path.write_text("云上协商室 20000 n\n沥青湾\n\n贯彻落 0\n码上议 n\n", encoding="utf-8")
    segmenter = JiebaSegmenter([path], engine=name)
    assert words_of(segmenter, "在云上协商室") == [("在", "p"), ("云上协商室", "n")]
    assert ("沥青湾", "x") in words_of(segmenter, "沥青湾在修")
    assert ("码上议", "n") in words_of(segmenter, "开通码上议")
    assert words_of(engine(name), "码上议") != words_of(segmenter, "码上议")


class Cutter:
    """A segmenter of one's own, which does what it must and no more."""

    def cut(self, text, start, end):
        return engine("rust").cut(text, start, end)

    def arguments(self, text, verb):
        return ()

    def names(self, text, start, end):
        return ()


@given(st.text(alphabet="建立委员工作室开展活动三会一课12.5%，。“”《》\n a", max_size=40))
def test_tagged_gives_the_words_of_cut_as_written(text):
    expected = [(text[word.start : word.end], word.tag) for word in cut(text, 0, len(text))]
    assert tagged(text, 0, len(text)) == expected
    with using(Cutter()):
        assert tagged(text, 0, len(text)) == expected


def test_using_ends_with_its_block():
    before = cut("码上议", 0, 3)
    with using(engine("python")):
        assert cut("码上议", 0, 3) == before
    assert cut("码上议", 0, 3) == before


def test_a_user_dictionary_may_hold_latin_names_with_blanks_as_in_jieba(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("Edu Trust认证 2000\nOpen Data nz\n4G 网 n\n", encoding="utf-8")
    assert read_userdict(path) == [
        Entry("Edu Trust认证", 2000, ""), Entry("Open Data", None, "nz"), Entry("4G 网", None, "n"),
    ]  # fmt: skip
    text = "通过Edu Trust认证工作"
    cuts = [words_of(JiebaSegmenter([path], engine=name), text) for name in ("rust", "python")]
    assert cuts[0] == cuts[1]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("云上 协商 室 3\n".encode(), "line 1: .*no word with a count"),
        (b"\xff\xfe1", "no user dictionary in UTF-8"),
    ],
)
def test_read_userdict_names_what_is_wrong(tmp_path, content, problem):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"ZX301.*mine.txt.*{problem}"):
        read_userdict(path)
    with pytest.raises(DataError, match="ZX301"):
        Pipeline(userdict=path).extract("今年")


def test_the_pipeline_gives_one_document_with_either_engine():
    text = "云浦市政协机关\n\n一、抓实学习\n\n" + "\n".join(SENTENCES)
    documents = [Pipeline(words=words).extract(text) for words in ("jieba", "jieba-python")]
    assert documents[0].model_dump_json() == documents[1].model_dump_json()


def test_the_shipped_user_dictionary_is_up_to_date_and_works_in_plain_jieba():
    tool = Path(__file__).resolve().parents[3] / "tools" / "make_userdict.py"
    made = runpy.run_path(str(tool))
    path = zhengxie_nlp.userdict_path()
    assert path.read_text(encoding="utf-8") == made["userdict"](), "run: python tools/make_userdict.py"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    with path.open("rb") as file:
        tokenizer.load_userdict(file)
    assert "三会一课" in tokenizer.lcut("严格落实三会一课制度", HMM=False)
