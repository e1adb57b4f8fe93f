"""The service over HTTP: what it answers and refuses, and that nobody waits for another's large request."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.records import Document

from .conftest import Served

TEXT = "云浦市政协机关\n\n一、抓学习\n\n一是健全学习制度。今年以来，举办读书分享会12场。\n"


def send(url, data=None, **headers):
    """Send a request; return its status, body and headers."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, names), timeout=120) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def port_of(service):
    """Return the port on which the service listens."""
    return int(service.url.rpartition(":")[2])


def form(*files):
    """Return a multipart body with these files, and its type."""
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    return b"".join(parts) + b"--xx--\r\n", "multipart/form-data; boundary=xx"


def test_extract_gives_the_document_of_python(service):
    body = json.dumps({"text": TEXT, "id": "speech"}).encode()
    status, answer, headers = send(f"{service.url}/extract", body, Content_Type="application/json")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert answer.decode() == Pipeline().extract(TEXT, source_id="speech").model_dump_json()


def test_extract_takes_a_file_in_any_encoding(service):
    body, kind = form(("发言.txt", TEXT.encode("gb18030")))
    status, answer, _ = send(f"{service.url}/extract", body, Content_Type=kind)
    document = Document.parse(answer)
    assert (status, document.text, document.source.encoding) == (200, TEXT, "gb18030")


def test_extract_takes_a_raw_text_and_gives_evidence(service):
    url = f"{service.url}/extract?evidence=true&name=a.txt"
    _, answer, _ = send(url, TEXT.encode(), Content_Type="text/plain; charset=utf-8")
    said = json.loads(answer)
    quantity = next(one for one in said["document"]["records"] if one["type"] == "quantity")
    assert [name for name, _ in said["evidence"][quantity["id"]]["parts"]]


def test_batch_answers_a_line_a_document_in_order_and_goes_on_after_an_error(service):
    body, kind = form(
        ("a.txt", TEXT.encode()), ("b.txt", b"\x00\x01\x02" * 30), ("c.txt", "开展活动40多次。".encode())
    )
    status, answer, headers = send(f"{service.url}/batch", body, Content_Type=kind)
    lines = [json.loads(line) for line in answer.splitlines()]
    assert (status, headers["Content-Type"]) == (200, "application/x-ndjson")
    assert [line.get("text") for line in lines] == [TEXT, None, "开展活动40多次。"]
    assert (lines[1]["id"], lines[1]["error"]["code"]) == ("b.txt", "ZX105")


def test_batch_takes_many_texts(service):
    texts = [{"id": f"t{at}", "text": f"开展活动{at}次。"} for at in range(1, 16)]
    body = json.dumps({"texts": texts}).encode()
    _, answer, _ = send(f"{service.url}/batch", body, Content_Type="application/json")
    assert [json.loads(line)["source"]["id"] for line in answer.splitlines()] == [one["id"] for one in texts]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"x" * 1_500_001, "text/plain", 413, "ZX701"),
        (b"x", "image/png", 415, "ZX702"),
        (b"\x00\x01\x02\x03" * 50, "application/octet-stream", 415, "ZX105"),
        (b"{", "application/json", 422, "ZX703"),
        (b'{"texts": 3}', "application/json", 422, "ZX703"),
        (b'{"text": 3}', "application/json", 422, "ZX703"),
        (b"[" * 100_000, "application/json", 422, "ZX703"),
        (b'{"text": "\\ud800"}', "application/json", 422, "ZX703"),
        (b"", "text/plain", 422, "ZX106"),
        (b"nothing", "multipart/form-data", 422, "ZX703"),
        (b"--xx--\r\n", "multipart/form-data; boundary=xx", 422, "ZX703"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_our_code(service, body, kind, status, code):
    got, answer, _ = send(f"{service.url}/extract", body, Content_Type=kind)
    error = json.loads(answer)["error"]
    assert (got, error["code"]) == (status, code)
    assert error["problem"]


def test_too_many_documents_at_once_are_refused(service):
    body = json.dumps({"texts": [{"text": "一"}] * 21}).encode()
    status, answer, _ = send(f"{service.url}/batch", body, Content_Type="application/json")
    assert (status, json.loads(answer)["error"]["code"]) == (413, "ZX701")


def test_a_client_that_sends_on_gets_the_answer_all_the_same(service):
    # All is sent before the answer is read: with a connection that ends early this is a broken pipe.
    with socket.create_connection(("127.0.0.1", port_of(service)), timeout=60) as line:
        line.sendall(b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n")
        line.sendall(b"Connection: close\r\nContent-Length: 4000000\r\n\r\n")
        for _ in range(40):
            line.sendall(b"x" * 100_000)
            time.sleep(0.005)
        assert line.recv(12) == b"HTTP/1.1 413"


def test_a_client_that_waits_to_be_asked_is_not_asked_for_what_is_refused(service):
    with socket.create_connection(("127.0.0.1", port_of(service)), timeout=60) as line:
        line.sendall(b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n")
        line.sendall(b"Expect: 100-continue\r\nContent-Length: 4000000\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 413"


def test_a_body_without_a_length_is_cut_off_at_the_limit(service):
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=60)
    with closing(connection):
        connection.request(
            "POST", "/extract", body=iter([b"x" * 400_000] * 4), headers={"Content-Type": "text/plain"}
        )
        assert connection.getresponse().status == 413


def test_another_name_is_refused(service):
    status, answer, _ = send(f"{service.url}/healthz", Host="evil.example")
    assert (status, json.loads(answer)["error"]["code"]) == (421, "ZX705")


def test_health_and_metrics(service):
    assert json.loads(send(f"{service.url}/healthz")[1])["status"] == "ok"
    send(f"{service.url}/extract", TEXT.encode(), Content_Type="text/plain")
    text = send(f"{service.url}/metrics")[1].decode()
    assert 'zhengxie_requests_total{path="/extract",status="200"}' in text
    assert "云浦" not in text


def test_the_reference_needs_no_network_and_no_script(service):
    _, answer, headers = send(f"{service.url}/docs")
    html = answer.decode()
    assert "<script" not in html
    assert "//cdn" not in html
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for path in json.loads(send(f"{service.url}/openapi.json")[1])["paths"]:
        assert path in html


def test_a_small_request_does_not_wait_for_large_ones(service):
    """Two requests that keep a worker busy for long, and a small one: it is there before they are."""
    line = "一是健全学习制度。今年以来，举办读书分享会12场，参加委员1200余人次。\n"
    large = (line * 3_600).encode()
    done = []

    def run(data, name):
        send(f"{service.url}/extract", data, Content_Type="text/plain")
        done.append(name)

    threads = [threading.Thread(target=run, args=(large, f"large{at}")) for at in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    small = [threading.Thread(target=run, args=(TEXT.encode(), "small")) for _ in range(3)]
    for thread in (*small, *threads):
        if thread in small:
            thread.start()
    for thread in (*small, *threads):
        thread.join()
    assert done[:3] == ["small"] * 3


def test_a_document_that_takes_too_long_is_ended_and_others_go_on():
    from zhengxie_nlp.running.workers import Limits
    from zhengxie_nlp.serving.app import ServeSettings

    with Served(ServeSettings(limits=Limits(seconds=3))) as served:
        send(f"{served.url}/extract", TEXT.encode(), Content_Type="text/plain")
        long = ("一是健全学习制度。今年以来，举办读书分享会12场。\n" * 100_000).encode()
        status, answer, _ = send(f"{served.url}/extract", long, Content_Type="text/plain")
        assert (status, json.loads(answer)["error"]["code"]) == (504, "ZX601")
        assert send(f"{served.url}/extract", TEXT.encode(), Content_Type="text/plain")[0] == 200


def test_more_requests_than_allowed_are_turned_away():
    from zhengxie_nlp.serving.app import ServeSettings

    with Served(ServeSettings(max_requests=1)) as served:
        slow = ("一是健全学习制度。今年以来，举办读书分享会12场。\n" * 2_000).encode()
        thread = threading.Thread(
            target=send, args=(f"{served.url}/extract", slow), kwargs={"Content_Type": "text/plain"}
        )
        thread.start()
        for _ in range(500):
            if b"requests_in_flight 1" in send(f"{served.url}/metrics")[1]:
                break
            time.sleep(0.02)
        status, answer, headers = send(f"{served.url}/extract", TEXT.encode(), Content_Type="text/plain")
        assert (status, json.loads(answer)["error"]["code"], headers["Retry-After"]) == (503, "ZX704", "2")
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_service_that_is_told_to_stop_just_stops(sent, status):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "zhengxie_nlp", "serve", "--port", str(port), "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                break
            time.sleep(0.1)
        process.send_signal(sent)
        _, told = process.communicate(timeout=60)
    assert process.returncode == status
    assert b"Broken off" not in told
    assert b"Traceback" not in told
