"""vCard 2.1, 3.0 and 4.0 in: one proposed contact or organisation for each card.

Sources: RFC 6350, RFC 2426, vCard 2.1 (versit, 1996), RFC 6715 and 6474 where they add properties.
"""

import hashlib
from collections.abc import Iterator

from liaison_desk.importers.account import Account, refuse_row
from liaison_desk.importers.card_draft import CardDraft
from liaison_desk.importers.card_lines import UNREADABLE, Property, read_lines
from liaison_desk.importers.card_properties import put_property
from liaison_desk.importers.card_records import propose_card
from liaison_desk.importers.card_stream import RawCard, cut_cards
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source

SIZE_LIMIT = 256 * 2**20
"""Bytes of one vCard file."""


def read_vcards(source: Source, context: ReadingContext) -> Iterator[Proposal]:
    """Yield a proposal for each card, and a refusal for each run of text that is no card."""
    with source.open() as stream:
        for number, raw in enumerate(cut_cards(stream), 1):
            yield _read_card(number, raw, context)


def _read_card(number: int, raw: RawCard, context: ReadingContext) -> Proposal:
    if not raw.is_card:
        first = raw.lines[0].decode("utf-8", "replace") if raw.lines else ""
        return refuse_row(number, first, "text_outside_cards", len(raw.lines))
    if raw.oversize:
        return refuse_row(number, "", "card_over_limit")
    card = read_lines(raw.lines)
    draft = CardDraft(context, Account(number, len(card.properties)), context.new_id(), old=card.old)
    properties = (
        [_clean(draft.account, found) for found in card.properties] if card.unclean else card.properties
    )
    for found in properties:
        if found.group and found.name == "X-ABLABEL":
            draft.labels[found.group.lower()] = found.value
    for found in properties:
        put_property(draft, found)
    digest = hashlib.sha256(b"\n".join(raw.lines)).hexdigest()
    if all(found.name in {UNREADABLE, "VERSION"} for found in properties):
        return refuse_row(number, "", "empty_card", len(properties))
    return propose_card(draft, digest)


def _clean(account: Account, found: Property) -> Property:
    parameters = tuple(
        tuple(account.clean(found.name, word) for word in parameter) for parameter in found.parameters
    )
    return found._replace(value=account.clean(found.name, found.value), parameters=parameters)
