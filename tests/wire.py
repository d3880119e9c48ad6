"""The app's server as a process, and a reader without a browser: what goes over the wire, raw."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parent.parent


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Server:
    """`streamlit run` of one script on a free port, with this process's environment."""

    def __init__(self, script: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script)]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        self._wait()

    def get(
        self, path: str, token: str = "", method: str = "GET", body: str = "", **headers: str
    ) -> Answer:
        """One request; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Cookie"] = f"loan_session={token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def stop(self) -> int:
        """Asks the server to end, and gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _wait(self) -> None:
        until = time.monotonic() + 40
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get("/_stcore/health").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {self.log.read_text()[-2000:]}")


@contextmanager
def serving(script: str, folder: Path) -> Iterator[Server]:
    """A server that has ended when the block has."""
    server = Server(script, folder / "server.log")
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


class Reader:
    """One WebSocket, as one tab of a browser holds it."""

    def __init__(self, server: Server, token: str = "", session: str = "", **headers: str) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Cookie"] = f"loan_session={token}"
        self.held = connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            subprotocols=["streamlit", "x", session] if session else ["streamlit"],  # type: ignore
            additional_headers=sent,
            max_size=None,
        )
        self.socket = self.held.__enter__()
        self.session = ""
        self.messages: list[ForwardMsg] = []
        self.state = BackMsg()

    def open(self, page: str = "", query: str = "") -> bytes:
        """Runs a page from its address; everything that the server sent for it."""
        self.state.rerun_script.page_name = page
        self.state.rerun_script.query_string = query
        return self.rerun()

    def rerun(self, until_finished: bool = True) -> bytes:
        """Asks for one run, and takes what comes until it is finished."""
        self.socket.send(self.state.SerializeToString())
        self.messages, raw = [], b""
        while until_finished:
            data = self.receive()
            message = ForwardMsg.FromString(data)
            self.messages.append(message)
            raw += data
            if message.HasField("new_session") and message.new_session.HasField("initialize"):
                self.session = message.new_session.initialize.session_id
            if message.HasField("script_finished"):
                break
        return raw

    def receive(self, timeout: float = 30) -> bytes:
        """The server's next message; raises TimeoutError."""
        data = self.socket.recv(timeout=timeout)
        assert isinstance(data, bytes)
        return data

    def sign_in(self, name: str, password: str) -> bytes:
        """Fills the form that the last run drew."""
        form = [element for element in self.elements() if element.HasField("text_input")]
        for element, text in zip(form, (name, password), strict=True):
            self._set(element.text_input.id).string_value = text
        self.press("Sign in")
        return self.rerun()

    def press(self, label: str) -> None:
        """Presses a button in the next run."""
        buttons = (e.button for e in self.elements() if e.HasField("button"))
        self._set(next(b.id for b in buttons if b.label == label)).trigger_value = True

    def elements(self) -> list:
        """What the last run drew."""
        deltas = (m.delta for m in self.messages if m.HasField("delta"))
        return [delta.new_element for delta in deltas if delta.HasField("new_element")]

    def close(self) -> None:
        """Closes the tab."""
        self.held.__exit__(None, None, None)

    def _set(self, widget: str):
        states = self.state.rerun_script.widget_states.widgets
        return next((s for s in states if s.id == widget), None) or states.add(id=widget)


def environment(**values: str) -> dict[str, str]:
    """This process's environment with a few values changed."""
    return {**os.environ, **values}
