"""Mail (.eml) and saved web pages (.mht): the body, and the files that hang on it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final, cast

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.html import extract_html
from zhengxie_nlp.reading.names import readable_path
from zhengxie_nlp.reading.plain import read_plain
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, Unread, beyond

MAIL: Final = "a mail (.eml) or a saved web page (.mht)"
_HEADER: Final = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Content-Type|Delivered-To|X-[\w-]+)"
    rb":[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD: Final = 8192
#: So many known headers make a mail.
_ENOUGH: Final = 2


def read_mail(blob: Blob, options: Options) -> Iterator[Extracted | Blob | Unread]:
    """Give the text of a mail, then the files that hang on it, in their order."""
    message = email.message_from_bytes(blob.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        text = _body(cast(EmailMessage, body), blob, options)
        if text is not None:
            yield text
    for number, part in enumerate(message.iter_attachments(), start=1):
        if number > options.limits.members:
            limit = options.limits.members
            raise beyond(blob.where, "too many files hang on it", "members", limit)
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and part.get_content_maintype() not in ("image", "audio", "video"):
            name = readable_path(part.get_filename() or f"{number}").replace("/", "_")
            yield blob.inside(name, data)


def _body(part: EmailMessage, blob: Blob, options: Options) -> Extracted | None:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return None
    charset = part.get_content_charset()
    inner = Blob(data, blob.name, blob.id, blob.path, blob.encoding)
    if part.get_content_subtype() == "html":
        return extract_html(inner, _known(charset))
    for encoding in (blob.encoding or _known(charset), None):
        try:
            return next(read_plain(Blob(data, blob.name, blob.id, blob.path, encoding), options))
        except ReadError:
            # Mail that says it is in one encoding and is in another: let it be found.
            if encoding is None:
                raise
    return None


def _known(charset: str | None) -> str | None:
    try:
        "".encode(charset or "")
    except (LookupError, UnicodeError):
        return None
    return charset


def _is_mail(blob: Blob) -> bool:
    head = blob.data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return _HEADER.match(block) is not None and len(_HEADER.findall(block)) >= _ENOUGH


EML: Final = Format(
    "eml", MAIL, "message/rfc822", (".eml", ".mht", ".mhtml"), "document", _is_mail, read_mail
)
