#!/usr/bin/env python3
"""Set up what a task needs, then run it: ``python3 dev.py VERB [ARGUMENTS]``.

Standard library only, and the same on Linux, Windows and macOS. The first run makes ``.venv`` from
``requirements.lock``; later runs find it by its stamp. On Debian and Ubuntu missing system packages are
installed when the caller is root; otherwise the exact command is printed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
SUFFIX = ".exe" if os.name == "nt" else ""

# Each need is met by any one package of its group; the first is installed when none is there. A desktop has
# the full LibreOffice, and Debian would remove it for the variant without a window.
QT_NEEDS = (
    ("libgl1",),
    ("libegl1",),
    ("libfontconfig1",),
    ("libxkbcommon0",),
    ("libdbus-1-3",),
    ("libglib2.0-0",),
)
TEST_NEEDS = (
    *QT_NEEDS,
    ("git",),
    ("strace",),
    ("dbus",),
    ("gnome-keyring",),
    ("libreoffice-calc-nogui", "libreoffice-calc"),
    ("python3-uno",),
)
SYSTEM_NEEDS = {"test": TEST_NEEDS, "sweep": TEST_NEEDS, "lint": (("git",),)}


class SetupFailed(Exception):
    """The machine could not be made ready; the message is one plain line."""


def run(*command: object, env: dict[str, str] | None = None) -> int:
    """Run a command in the foreground and return its exit code; 128 + n after signal n."""
    code = subprocess.run([str(part) for part in command], check=False, env=env).returncode
    return code if code >= 0 else 128 - code


def prepare(what: str, *command: object, env: dict[str, str] | None = None) -> None:
    """Run one step of the set-up quietly; raise SetupFailed with its last words if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        words = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        errors = [line for line in words if line.lower().startswith(("error", "e:"))]
        reason = (errors[:1] or words[-1:] or [f"exit code {done.returncode}"])[0]
        message = f"{what} failed: {reason}"
        raise SetupFailed(message)


def say(line: str) -> None:
    """Tell the caller what is going on, apart from the output of the task itself."""
    print(line, file=sys.stderr, flush=True)


# --- system packages ----------------------------------------------------------------------------


def installed_packages() -> set[str]:
    """Return the names of the installed Debian packages and of what they provide."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}|${Package}|${Provides}\n"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    names = set()
    for line in listing.splitlines():
        status, package, provides = line.split("|", 2)
        if status == "installed":
            names.add(package)
            names.update(provided.split()[0] for provided in provides.split(",") if provided.strip())
    return names


def missing_packages(verb: str) -> list[str]:
    """Return the Debian packages to install before a verb can run; none on other systems."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    have = installed_packages()
    missing = [group[0] for group in SYSTEM_NEEDS.get(verb, ()) if have.isdisjoint(group)]
    # Debian splits the venv module off its own Python; any other Python brings it along.
    if importlib.util.find_spec("ensurepip") is None:
        missing.insert(0, "python3-venv")
    return missing


def install_packages(packages: list[str]) -> None:
    """Install Debian packages as root, or raise SetupFailed with the command that does it."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        message = "system packages are missing; install them with: sudo " + " ".join(command)
        raise SetupFailed(message)
    say(f"Installing {len(packages)} system packages: {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    prepare("apt-get update", "apt-get", "update", "-q", env=env)
    prepare("apt-get install", command[0], "-q", "-o", "DPkg::Lock::Timeout=120", *command[1:], env=env)


# --- virtual environments -----------------------------------------------------------------------


def own_environment() -> dict[str, str]:
    """Return the environment for the tasks: nothing of another Python, and this project importable."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    env["PYTHONPATH"] = str(ROOT)
    return env


def program(venv: Path, name: str) -> Path:
    """Return the path of a program inside a virtual environment."""
    return venv / SCRIPTS / (name + SUFFIX)


def make_venv(venv: Path, stamp: str, *install: object) -> None:
    """Make a virtual environment and fill it by pip, unless the one that is there works and is current."""
    mark = venv / "made-from"
    python = program(venv, "python")
    if mark.is_file() and mark.read_text(encoding="ascii", errors="replace") == stamp:
        try:
            if not subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode:
                return
        except OSError:
            pass  # its Python is gone or no longer runs here: made anew below
    say(f"Making {venv.name} ...")
    clean = {name: value for name, value in own_environment().items() if name != "PYTHONPATH"}
    prepare("making the virtual environment", sys.executable, "-m", "venv", "--clear", venv, env=clean)
    pip = [python, "-m", "pip", "install", "-q", "--no-input", "--disable-pip-version-check"]
    prepare("installing the packages", *pip, *install, env=clean)
    mark.write_text(stamp, encoding="ascii")


def project_venv() -> Path:
    """Return the virtual environment of the project, made from the lock file where necessary."""
    venv = ROOT / ".venv"
    # The scripts of a virtual environment hold its path, so a moved one is made anew.
    made_for = f"{sys.version_info[:3]} {sys.platform} {venv}"
    stamp = hashlib.sha256(LOCK.read_bytes() + made_for.encode()).hexdigest()
    make_venv(venv, stamp, "--require-hashes", "--only-binary=:all:", "-r", LOCK)
    return venv


# --- verbs --------------------------------------------------------------------------------------


def run_tests(*arguments: str, **extra: str) -> int:
    """Run pytest; the whole suite on every processor, a chosen part as the caller says."""
    os.chdir(ROOT)
    env = {"QT_QPA_PLATFORM": "offscreen", **own_environment(), **extra}
    workers = min(os.cpu_count() or 1, 8)
    spread = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 and not arguments else []
    return run(program(project_venv(), "python"), "-m", "pytest", "-q", *spread, *arguments, env=env)


def demo(*arguments: str) -> int:
    """Build a sample vault from the sample files."""
    return run(
        program(project_venv(), "python"), "-m", "liaison_desk", "demo", *arguments, env=own_environment()
    )


def test(*arguments: str) -> int:
    """Run the tests; arguments go to pytest."""
    return run_tests(*arguments)


def lint(*arguments: str) -> int:
    """Check form, rules, import contracts and house rules; arguments go to ruff check."""
    venv = project_venv()
    os.chdir(ROOT)
    ruff = program(venv, "ruff")
    steps = (
        (ruff, "format", "--check"),
        (ruff, "check", *arguments),
        (program(venv, "lint-imports"), "--no-logo"),
        (program(venv, "python"), "-m", "pytest", "-q", "tests/architecture"),
    )
    # Every step runs, so that one look shows everything there is to mend.
    return max([run(*step, env=own_environment()) for step in steps])


def types(*arguments: str) -> int:
    """Check the types with mypy --strict; arguments go to mypy."""
    python = program(project_venv(), "python")
    os.chdir(ROOT)
    return run(python, "-m", "mypy", *arguments, env=own_environment())


def bench(*arguments: str) -> int:
    """Measure speed against the floors; arguments name the parts to run."""
    return run(program(project_venv(), "python"), "-m", "tests.benchmarks", *arguments, env=own_environment())


def sweep(*arguments: str) -> int:
    """Run the whole sweeps of faults and properties, which take long; arguments go to pytest."""
    # A dump of what runs too long is no help where everything does, and reading a running stack can crash.
    patient = ("-o", "faulthandler_timeout=0")
    return run_tests("tests/faults", "tests/properties", *patient, *arguments, LIAISON_DESK_SWEEP="1")


def lock(*arguments: str) -> int:
    """Write requirements.lock anew with uv; --upgrade takes newer versions."""
    uv: object = shutil.which("uv")
    if uv is None:
        venv = ROOT / ".venv-lock"
        make_venv(venv, "uv", "uv")
        uv = program(venv, "uv")
    os.chdir(ROOT)
    plain = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "-q")
    options = ("--universal", "--generate-hashes", "--python-version", "3.11", "--group", "dev", *plain)
    return run(uv, "pip", "compile", *options, "pyproject.toml", "-o", LOCK.name, *arguments)


VERBS = {verb.__name__: verb for verb in (demo, test, lint, types, bench, sweep, lock)}


def usage() -> str:
    """Return one line per verb."""
    lines = [f"  {name:6} {(verb.__doc__ or '').splitlines()[0]}" for name, verb in VERBS.items()]
    return "\n".join(["usage: python3 dev.py VERB [ARGUMENTS]", "", *lines])


def main(arguments: list[str]) -> int:
    """Run one verb. Exit codes: that of the task, 1 if the set-up failed, 2 for wrong use."""
    if sys.version_info < OLDEST:
        say(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if arguments else 2
    verb, *rest = arguments
    if verb not in VERBS:
        say(f"No such verb: {verb}\n{usage()}")
        return 2
    try:
        packages = missing_packages(verb)
        if packages:
            install_packages(packages)
        return VERBS[verb](*rest)
    except (SetupFailed, OSError, subprocess.CalledProcessError) as trouble:
        say(f"dev.py {verb}: {trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
