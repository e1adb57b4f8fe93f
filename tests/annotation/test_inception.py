"""What INCEpTION is given is UIMA CAS JSON: offsets in UTF-16 units, a layer a type."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.annotation.inception import inception_layers, write_inception
from zhengxie_nlp.record_types import RECORD_TYPES

TEXT = "𠮷林县政协今年举办讲座12场，健全学习制度。"


@pytest.fixture(scope="module")
def document():
    return Pipeline().extract(TEXT)


def test_every_record_is_an_annotation_on_its_characters(document):
    made = json.loads(write_inception(document))
    units = TEXT.encode("utf-16-le")
    said = [
        (one["%TYPE"].rpartition(".")[2], units[2 * one["begin"] : 2 * one["end"]].decode("utf-16-le"))
        for one in made["%FEATURE_STRUCTURES"]
        if one["%TYPE"].startswith("webanno.custom.")
    ]
    assert said == [(type(record).__name__, record.ref.text) for record in document.records]
    assert made["%FEATURE_STRUCTURES"][0]["sofaString"] == TEXT


def test_layers_have_every_type_and_every_feature_used(document):
    names = {"u": "http://uima.apache.org/resourceSpecifier"}
    types = ElementTree.fromstring(inception_layers()).findall(".//u:typeDescription", names)
    features = {
        one.findtext("u:name", namespaces=names): {
            f.text for f in one.findall(".//u:featureDescription/u:name", names)
        }
        for one in types
    }
    assert len(features) == len(RECORD_TYPES)
    for one in json.loads(write_inception(document))["%FEATURE_STRUCTURES"][2:]:
        used = set(one) - {"%ID", "%TYPE", "@sofa", "begin", "end"}
        assert used <= features[one["%TYPE"]]


def test_cassis_reads_it(document):
    """The reference reader for Python, where it is installed."""
    cassis = pytest.importorskip("cassis", reason="dkpro-cassis is not installed")
    cas = cassis.load_cas_from_json(write_inception(document))
    texts = [one.get_covered_text() for one in cas.select("webanno.custom.Quantity")]
    assert texts == [record.ref.text for record in document.records if record.type == "quantity"]
