"""Leaves modules of extras that are not installed out of the run: their examples cannot run."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("spacy") else ["src/zhengxie_nlp/spacy_components.py"]
