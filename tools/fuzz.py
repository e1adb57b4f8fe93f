"""Attacks the library with inputs of many classes and counts what it survives.

Usage: ``python tools/fuzz.py [--inputs 5000] [--minutes 20] [--seed 1] [--classes …] [--keep FOLDER]``.

An input is survived when the library gives a Document that holds together (its Refs read back, its JSON comes
back the same) or refuses it by a coded error, within the time allowed. Anything else, another exception first
of all, is a failure: its seed is printed, and with ``--keep`` the input is written into a folder. The same
seed makes the same inputs. What was found here stands as a case in the tests.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from zhengxie_nlp.annotation.brat import read_brat
from zhengxie_nlp.annotation.label_studio import read_label_studio
from zhengxie_nlp.cli import main as main_command
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.protocol import Blob, Options
from zhengxie_nlp.reading.sources import unfold
from zhengxie_nlp.records import Document
from zhengxie_nlp.text.segmenters.jieba_words import read_userdict

ROOT = Path(__file__).resolve().parents[1]
#: An input of these sizes may take this many seconds of the processor.
LONGEST = 20.0
CHARACTERS = (
    "一二三四五六七八九十百千万亿两半0123456789０１２%％年月日号时分秒元个次件项名人家户亩"
    "，。；：！？、“”‘’（）《》【】〔〕—…·- \n\t是要第其首先次再最后建立健全完善机制制度办法清单平台"
    "政协委员市县区会议开展举办调研提案协商"
)
STRANGE = (
    *("\u200b", "\u202e", "\u200f", "\ufeff", "\u0301", "\U0001f600", "\U00020000", "\ue000", "\ufffe"),
    *("\x00", "\x1b[31m", "\r\n", "\u2028", "\x85", "①", "⒈", "㈠", "Ⅷ", "⼀", "𠀀"),
    *("<script>", "</p>", "=HYPERLINK(1)", "\\u0000"),
)
WORDS = (
    "一、",
    "（一）",
    "1.",
    "一是",
    "首先，",
    "三会一课",
    "“1+7”",
    "2023年9月",
    "40多次",
    "3.5亿元",
    "建立制度，",
    "每年",
)
MONSTERS = ("一" * 50, "万亿" * 20, "-" * 9 + "1", "1/0", "0.0.0", "１２,3４", "3.5.7亿", "半半")
FRAMES = ("共{}元。", "增长{}%。", "{}年{}月{}日开会。", "每{}次。", "“{}”工程。", "{}至{}个。", "{}分之{}。")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16", "big5")
MARKS = (
    b"",
    b"",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"%PDF-1.4\n",
    b"{\\rtf1",
    b"\xd0\xcf\x11\xe0",
)
MEMBERS = ("a.txt", "../b.txt", "/c.txt", "发言.txt", "d\n.txt", "e.docx", "word/document.xml", "x" * 200)
VALUES = (None, -1, 10**9, "", "x", [], {}, [[5, 2]], True, 1e308, "2020-13-45")
ENTRIES = (
    "政协 10 n",
    "词 99999999999999999999999 n",
    "  ",
    "\x00 1",
    "a b c d",
    "新词",
    "词 -1",
    "\ufeff词",
)

NAMES = (
    *(
        "a#.txt",
        "发言#.txt",
        "b#.json",
        "c#.ann",
        "d#.jsonl",
        "gbk\udcb0\udca1#.txt",
        "e\n#.txt",
        "\x1b[31m#.txt",
    ),
    *("-f#", "x" * 250 + "#", "=1+1#.csv", "%s#.html", "f#.spacy", "#.zip", "g#.docx", "\u202e#.txt"),
)
COMMANDS = (
    *(
        "extract",
        "extract",
        "extract",
        "explain",
        "evaluate",
        "convert",
        "schema",
        "export",
        "merge",
        "compare",
    ),
    *("page", "apply", "batch", "serve", "train", "view", "--version", "--help", "nothing", "--lang=zh"),
)
RUNNING = frozenset({"batch", "serve", "train", "view"})
OPTIONS = (
    *("-o", "--output", "-f", "--format", "-e", "--encoding", "--at", "-m", "--min-confidence", "--userdict"),
    *(
        "--errors",
        "--to",
        "--types",
        "--lang",
        "--text-column",
        "--split",
        "--floors",
        "--resume",
        "--nothing",
    ),
)
OPTION_VALUES = (
    *("json", "jsonl", "summary", "utf-8", "punycode", "utf-16", "0", "-1", "9" * 30, "nan", "inf", "1e-400"),
    *(
        "strict",
        "replace",
        "brat",
        "label-studio",
        "csv",
        "xlsx",
        "sqlite",
        "zh",
        "en",
        "",
        "\x00",
        "\x1b[2J",
    ),
)

Maker = Callable[[random.Random], object]
Check = Callable[[object], None]


def soup(chance: random.Random) -> str:
    """Return a text of signs, words and strange characters."""
    made: list[str] = []
    for _ in range(chance.randrange(1, 60)):
        kind = chance.random()
        if kind < 0.5:
            made.append("".join(chance.choice(CHARACTERS) for _ in range(chance.randrange(1, 12))))
        elif kind < 0.8:
            made.append(chance.choice(WORDS))
        else:
            made.append(chance.choice(STRANGE))
    return "".join(made)


def repeated(chance: random.Random) -> str:
    """Return one piece over and over."""
    piece = chance.choice(
        [*WORDS, *STRANGE, "“", "（", "《", "\n", "　", "九", "，", soup(chance)[:6] or "一"]
    )
    return piece * chance.randrange(1, 3000)


def recombined(chance: random.Random) -> str:
    """Return lines of our own corpus in another order, cut and joined."""
    texts = sorted((ROOT / "corpora" / "speeches" / "text").glob("*.txt"))
    lines = [
        line for path in chance.sample(texts, 3) for line in path.read_text(encoding="utf-8").split("\n")
    ]
    chance.shuffle(lines)
    kept = lines[: chance.randrange(1, 20)]
    return chance.choice(["\n", "", "　　", "\r\n", "\n\n"]).join(
        line[chance.randrange(3) :] for line in kept
    )


def number(chance: random.Random) -> str:
    """Return a sentence with a number no one would write."""
    monster = chance.choice([*MONSTERS, "9" * chance.randrange(1, 400)])
    frame = chance.choice(FRAMES)
    return frame.replace("{}", monster)


def mangled_bytes(chance: random.Random) -> bytes:
    """Return bytes of a text in some encoding, cut, changed, or behind a mark that lies."""
    text = recombined(chance)[:2000]
    raw = bytearray(text.encode(chance.choice(ENCODINGS), errors="ignore"))
    for _ in range(chance.randrange(4)):
        if raw:
            raw[chance.randrange(len(raw))] = chance.randrange(256)
    mark = chance.choice(MARKS)
    return mark + bytes(raw[: chance.randrange(len(raw) + 1)])


def mangled_archive(chance: random.Random) -> bytes:
    """Return a zip with strange names, of which some bytes are changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice(MEMBERS)
            archive.writestr(f"{chance.randrange(99)}{name}", mangled_bytes(chance))
    raw = bytearray(packed.getvalue())
    for _ in range(chance.randrange(3)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def lying_json(chance: random.Random) -> str:
    """Return the JSON of a Document in which one value is another."""
    whole = json.loads(_sample())
    place: object = whole
    for _ in range(chance.randrange(1, 7)):
        if isinstance(place, dict) and place:
            key = chance.choice(sorted(place))
            inner = place[key]
            if not isinstance(inner, dict | list) or chance.random() < 0.2:
                place[key] = chance.choice(VALUES)
                break
            place = inner
        elif isinstance(place, list) and place:
            place = place[chance.randrange(len(place))]
    text = json.dumps(whole, ensure_ascii=chance.random() < 0.5)
    return text[: chance.randrange(len(text))] if chance.random() < 0.1 else text


def lying_export(chance: random.Random) -> str:
    """Return an export of Label Studio with values that do not fit."""
    start, end = chance.choice([0, -3, 5, 10**9, None, "1"]), chance.choice([2, 0, -1, 10**12])
    value = {"start": start, "end": end, "labels": ["Time"]}
    kind = chance.choice(["labels", "choices", "relation", 3])
    result = {"id": "a", "type": kind, "value": value, "from_name": "label"}
    data = {"text": "今年开展活动。", "name": chance.choice(["a", "../a", None, 5])}
    return json.dumps([{"data": data, "annotations": [{"result": [result]}]}])


def lying_marks(chance: random.Random) -> str:
    """Return an .ann file of brat with lines that do not fit."""
    spans = chance.choice(["0 2", "5 1", "0 999", "0 2;1 9", "a b", "-1 3", ""])
    mark = f"T1\t{chance.choice(['Time', 'Nothing', ''])} {spans}\t今年"
    return f"{mark}\nA1\tstart T{chance.randrange(3)} x\nR1\ttime Arg1:T1 Arg2:T9\n"


def dictionary(chance: random.Random) -> bytes:
    """Return a user dictionary with lines that do not fit."""
    lines = "\n".join(chance.choice(ENTRIES) for _ in range(5))
    return lines.encode(chance.choice(["utf-8", "gb18030", "utf-16"]))


class Call(NamedTuple):
    """A call of the command line: its arguments, the files that lie there, and what stdin gives."""

    arguments: tuple[str, ...]
    files: dict[str, bytes]
    given: bytes


def call(chance: random.Random) -> Call:
    """Return a call with strange file names, options that do not fit, and bytes of any kind."""
    names = [
        chance.choice(NAMES).replace("#", str(chance.randrange(9))) for _ in range(chance.randrange(1, 4))
    ]
    contents = (mangled_bytes, lambda one: recombined(one).encode(), lambda one: lying_json(one).encode())
    files = {name: chance.choice(contents)(chance)[:4000] for name in names}
    command = chance.choice(COMMANDS)
    places = [*names, *("-", ".", "nowhere", "out", "", "/dev/null", "a\nb", "../outside", "\udcb0\udca1")]
    arguments = [command, *(chance.choice(places) for _ in range(chance.randrange(1, 5)))]
    for _ in range(chance.randrange(4)):
        option = chance.choice(OPTIONS)
        value = chance.choice(places if option in ("-o", "--output", "-m", "--userdict") else OPTION_VALUES)
        arguments += [f"{option}={value}"] if chance.random() < 0.2 else [option, value]
    if command in RUNNING:
        # What runs workers or does not end by itself is only tried as wrong usage.
        arguments.append("--no-such-option")
    return Call(
        tuple(arguments), files, chance.choice([b"", mangled_bytes(chance), lying_json(chance).encode()])
    )


_PIPELINE = Pipeline()


def _sample() -> str:
    path = sorted((ROOT / "corpora" / "speeches" / "gold").glob("*.json"))[0]
    return path.read_text(encoding="utf-8")


def of_text(given: object) -> None:
    """Extract a text; the Document holds together and comes back from its JSON."""
    document = _PIPELINE.extract(str(given))
    if Document.parse(document.model_dump_json()) != document:
        raise AssertionError("the JSON does not come back the same")


def of_bytes(given: object) -> None:
    """Read bytes as a file of any format, and extract what is in it."""
    assert isinstance(given, bytes)
    for found in unfold(Blob(given, "input.txt", "input", "input.txt"), Options(ocr=False)):
        if hasattr(found, "text"):
            Document.parse(_PIPELINE.analyze_file(found).document.model_dump_json())


def of_dictionary(given: object) -> None:
    """Read a user dictionary and cut with it."""
    assert isinstance(given, bytes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        path.write_bytes(given)
        read_userdict(path)


def of_call(given: object) -> None:
    """Run the command line in a folder of its own: a status of ours, no traceback, no input changed."""
    assert isinstance(given, Call)
    before = Path.cwd()
    kept = sys.argv, sys.stdin, sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "inner"
        folder.mkdir()
        for name, content in given.files.items():
            (folder / name).write_bytes(content)
        os.chdir(folder)
        told = io.BytesIO()
        sys.argv = ["zhengxie", *given.arguments]
        sys.stdin = io.TextIOWrapper(io.BytesIO(given.given))
        errors = io.TextIOWrapper(told)
        sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), errors
        status: object = None
        try:
            main_command()
        except SystemExit as ended:
            status = ended.code
        finally:
            sys.argv, sys.stdin, sys.stdout, sys.stderr = kept
            os.chdir(before)
        errors.flush()
        _check_call(given, status, told.getvalue(), folder)


def _check_call(given: Call, status: object, told: bytes, folder: Path) -> None:
    if status not in (0, None, 1, 2, 3):
        raise AssertionError(f"status {status!r}")
    if b"Traceback" in told or b"\x1b" in told:
        raise AssertionError(f"on standard error: {told[-100:]!r}")
    outputs = {
        word for at, word in enumerate(given.arguments) if given.arguments[at - 1] in ("-o", "--output")
    }
    outputs |= {word.partition("=")[2] for word in given.arguments if word.startswith(("-o=", "--output="))}
    for name, content in given.files.items():
        # A file may be the goal that the user names, and is then replaced, unless it is read too.
        if (folder / name).read_bytes() != content and (
            name not in outputs or given.arguments.count(name) > 1
        ):
            raise AssertionError(f"{name!r} was changed")
    if {path.name for path in folder.parent.iterdir()} - {"inner", "outside"}:
        raise AssertionError("something was written outside")


CLASSES: dict[str, tuple[Maker, Check, int]] = {
    "text": (soup, of_text, 8),
    "repeats": (repeated, of_text, 4),
    "recombined": (recombined, of_text, 6),
    "numbers": (number, of_text, 8),
    "bytes": (mangled_bytes, of_bytes, 8),
    "archives": (mangled_archive, of_bytes, 4),
    "documents": (lying_json, lambda given: Document.parse(str(given)) and None, 6),
    "label-studio": (lying_export, lambda given: read_label_studio(str(given), where="x") and None, 4),
    "brat": (lying_marks, lambda given: read_brat("今年开展活动。", str(given), name="x") and None, 4),
    "dictionaries": (dictionary, of_dictionary, 2),
    "command line": (call, of_call, 8),
}


def attack(name: str, seed: str) -> str:
    """Try one input; return why it was not survived, or nothing."""
    maker, check, _ = CLASSES[name]
    given = maker(random.Random(seed))
    began = time.process_time()
    try:
        check(given)
    except ZhengxieError:
        pass
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:120]}"
    took = time.process_time() - began
    return f"took {took:.0f} s" if took > LONGEST else ""


def main() -> None:
    """Attack with so many inputs, and print the table of classes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--classes", nargs="+", default=list(CLASSES), choices=list(CLASSES))
    parser.add_argument("--keep", type=Path, help="write what was not survived into this folder")
    asked = parser.parse_args()
    shares = [name for name in asked.classes for _ in range(CLASSES[name][2])]
    tried = dict.fromkeys(asked.classes, 0)
    failures: dict[str, list[str]] = {name: [] for name in asked.classes}
    end = time.monotonic() + 60 * asked.minutes
    for number_ in range(asked.inputs):
        if time.monotonic() > end:
            break
        name, seed = shares[number_ % len(shares)], f"{asked.seed}/{number_}"
        tried[name] += 1
        why = attack(name, seed)
        if why:
            failures[name].append(f"{seed}: {why}")
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                given = repr(CLASSES[name][0](random.Random(seed)))
                (asked.keep / f"{name}-{number_}").write_text(given, encoding="utf-8")
    print(f"{'class':<14}{'tried':>8}{'survived':>10}")
    for name in asked.classes:
        print(f"{name:<14}{tried[name]:>8}{tried[name] - len(failures[name]):>10}")
    print(f"{'all':<14}{sum(tried.values()):>8}{sum(tried.values()) - sum(map(len, failures.values())):>10}")
    for name, lines in failures.items():
        print("".join(f"  [{name}] {line}\n" for line in lines[:10]), end="")
    sys.exit(any(failures.values()))


if __name__ == "__main__":
    main()
