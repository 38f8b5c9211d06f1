"""What holds for every test: own empty folders, no network, nobody's keyring, no Qt below the window."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

SWEEP = os.environ.get("LIAISON_DESK_SWEEP") == "1"
QT_FREE = ("tests/unit/", "tests/storage/")
PLACES = {
    "HOME": "home",
    "USERPROFILE": "home",
    "TMPDIR": "tmp",
    "TEMP": "tmp",
    "TMP": "tmp",
    "XDG_CONFIG_HOME": "config",
    "APPDATA": "config",
    "XDG_DATA_HOME": "data",
    "LOCALAPPDATA": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}

# Time limits per example would fail at random on a busy machine.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("sweep", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("sweep" if SWEEP else "desk")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long sweeps to their own verb."""
    if SWEEP:
        return
    left_out = [item for item in items if item.get_closest_marker("sweep")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("sweep")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test of the parts below the window when it, or anything before it, has imported Qt."""
    yield
    if item.nodeid.startswith(QT_FREE) and "PySide6" in sys.modules:
        pytest.fail("Qt was imported below the window", pytrace=False)


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test, and every child process it starts, empty folders of its own; return their parent."""
    parent = tmp_path_factory.mktemp("places")
    for variable, name in PLACES.items():
        folder = parent / name
        folder.mkdir(mode=0o700, exist_ok=True)
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    # Without a session bus no test can reach the keyring of the person who runs it.
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return parent


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets of this process reach the machine itself and nothing else."""
    connect = socket.socket.connect
    connect_ex = socket.socket.connect_ex

    def refuse_strangers(target: socket.socket, address: Any) -> None:
        local_family = getattr(socket, "AF_UNIX", None)
        if target.family != local_family and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail("a test tried to leave this machine", pytrace=True)

    def guarded_connect(target: socket.socket, address: Any) -> None:
        refuse_strangers(target, address)
        connect(target, address)

    def guarded_connect_ex(target: socket.socket, address: Any) -> int:
        refuse_strangers(target, address)
        return connect_ex(target, address)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
