import pickle

import pytest

from zhengxie_nlp import errors


def subclasses():
    return [errors.ZhengxieError, *errors.ZhengxieError.__subclasses__()]


@pytest.mark.parametrize("kind", subclasses())
def test_error_survives_pickling_whole(kind):
    error = kind("ZX104", "0xB5 is not utf-8", where="a.txt, byte 7", hint="Pass encoding=…")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.code, again.problem, again.where, again.hint) == (
        error.code,
        error.problem,
        error.where,
        error.hint,
    )
    assert str(again) == "[ZX104] a.txt, byte 7: 0xB5 is not utf-8. Pass encoding=…"


def test_error_leaves_out_what_is_not_given():
    assert str(errors.ReadError("ZX106", "the file is empty")) == "[ZX106] the file is empty."


def test_error_refuses_an_unknown_code():
    with pytest.raises(ValueError, match="ZX999"):
        errors.ZhengxieError("ZX999", "anything")
