"""What the command line prints of other people's texts."""

import io

from liaison_desk.cli.console import Console


def make_console() -> tuple[Console, io.StringIO]:
    """Return a console and what it printed."""
    out = io.StringIO()
    return Console(as_json=False, from_stdin=True, out=out, err=out), out


def test_escape_sequences_are_written_out() -> None:
    """No name commands the terminal or turns its direction, neither in tables nor in lines; words stay."""
    console, out = make_console()
    name = "\x1b[31mČelik\x9b2J \u202egnp.\x07"
    console.table("hits", [{"title": name}], ("title",))
    console.result({}, f"Name: {name}\nsecond line")
    console.say(name)
    printed = out.getvalue()
    assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(printed)
    assert 3 == printed.count(r"\x1b[31mČelik\x9b2J \u202egnp.\x07")
    assert "\nsecond line\n" in printed
