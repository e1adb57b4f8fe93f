"""Words: the dictionary that the segmenter is given, and what its cuts cover."""

import warnings

from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.text import words
from zhengxie_nlp.text.words import cut


def test_the_dictionary_is_the_one_that_jieba_makes():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        cells = file.read().decode("utf-8").split()
    made = words._prefix_dictionary(cells[0::3], list(map(int, cells[1::3])))
    assert made == tokenizer.gen_pfdict(tokenizer.get_dict_file())


@given(st.text(alphabet="建立委员工作室三会一课12.5%，。“”《》\n a", max_size=40))
def test_cut_covers_every_character_once(text):
    found = cut(text, 0, len(text))
    edges = [0, *(word.end for word in found)]
    assert [word.start for word in found] == edges[:-1]
    assert edges[-1] == len(text)
