"""Editors: python-lsp-server, driven by a language client over stdio, shows torchlint's findings through flake8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from tests.conftest import PACKS

SETTINGS = {
    "pylsp": {
        "plugins": {
            "flake8": {"enabled": True},
            "pycodestyle": {"enabled": False},
            "pyflakes": {"enabled": False},
            "mccabe": {"enabled": False},
        }
    }
}


class Client:
    """A language client: JSON-RPC messages with a Content-Length header over the server's standard streams."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(PACKS), "PATH": str(Path(sys.executable).parent)}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "pylsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
        )
        self._messages: Queue[dict[str, Any]] = Queue()
        self._requests = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": {}})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def request(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        return self.wait_for(lambda message: message.get("id") == self._requests)["result"]

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """The next diagnostics that the server publishes for a document."""

        def published(message: dict[str, Any]) -> bool:
            return message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri

        found: list[dict[str, Any]] = self.wait_for(published)["params"]["diagnostics"]
        return found

    def wait_for(self, wanted: Any) -> dict[str, Any]:
        """The next message that fits; fails after a minute."""
        while True:
            try:
                message = self._messages.get(timeout=60)
            except Empty:
                pytest.fail("the language server did not answer")
            if wanted(message):
                return message

    def close(self) -> None:
        """End the server as the protocol wants it."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self._server.wait(timeout=30)

    def _send(self, message: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._server.stdin.flush()

    def _read(self) -> None:
        stream = self._server.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                line = stream.readline()
            self._messages.put(json.loads(stream.read(length)))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path)
    yield client
    client.close()


def test_findings_appear_at_their_place_and_vanish_when_repaired(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "module.py").as_uri()
    text = "def f(x):\n    return '→' + old_call(x)\n"
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    ours = [each for each in client.diagnostics(uri) if each["code"].startswith("TL")]
    assert [(each["code"], each["source"], each["range"]["start"]) for each in ours] == [
        ("TLX901", "flake8", {"line": 1, "character": 17})
    ]
    assert "old_call() is now new_call()" in ours[0]["message"]
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text.replace("old_", "new_")}]}
    client.notify("textDocument/didChange", change)
    assert not [each for each in client.diagnostics(uri) if each["code"].startswith("TL")]
