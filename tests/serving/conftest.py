"""One service for all tests of a session, in a thread, on a port of loopback that the system chooses."""

import socket
import threading
import time

import pytest

pytest.importorskip("fastapi", reason="the extra [serve] is not installed")
pytest.importorskip("uvicorn", reason="the extra [serve] is not installed")
pytest.importorskip("python_multipart", reason="the extra [serve] is not installed")


class Served:
    """A service that runs, and its address."""

    def __init__(self, settings):
        import uvicorn

        from zhengxie_nlp.serving.app import create_app

        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        config = uvicorn.Config(create_app(settings), log_level="error", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(timeout=20)
        self.socket.close()


@pytest.fixture(scope="session")
def service():
    from zhengxie_nlp.running.workers import Limits
    from zhengxie_nlp.serving.app import ServeSettings

    settings = ServeSettings(max_bytes=1_500_000, max_files=20, limits=Limits(seconds=60))
    with Served(settings) as served:
        yield served
