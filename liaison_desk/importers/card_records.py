"""Turns what was gathered from a vCard into a proposed contact or organisation with its children."""

from collections.abc import Iterator
from typing import NamedTuple

from liaison_desk.domain.attached import Tag
from liaison_desk.domain.codes import OrganisationKind
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.folding import fold
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.phones import fold_email, to_e164
from liaison_desk.domain.record import Child, Root
from liaison_desk.importers.account import refuse_row
from liaison_desk.importers.card_draft import CardDraft, Grouped, NameParts, Reached
from liaison_desk.importers.proposal import NamedReference, Proposal

ORIGIN = "vcard"

_LONGEST_ABBREVIATION = 8


class _Held(NamedTuple):
    organisation: str
    function: str


def propose_card(draft: CardDraft, digest: str) -> Proposal:
    """Close a draft: a contact, an organisation, or a refusal where the card names nobody."""
    if draft.kind == "group":
        return refuse_row(draft.account.number, _find_name(draft), "card_of_a_group", draft.account.read)
    is_organisation = _is_organisation(draft)
    name = draft.organisations[0].text if is_organisation and not draft.full_name else _find_name(draft)
    if not name:
        return refuse_row(draft.account.number, "", "nothing_names_it", draft.account.read)
    root = _make_organisation(draft, name, digest) if is_organisation else _make_contact(draft, name, digest)
    children: list[Child] = []
    named: list[NamedReference] = []
    if is_organisation:
        for held in _pair_positions(draft):
            _remark_position(draft, name, held)
    else:
        for rank, held in enumerate(_pair_positions(draft)):
            position = Position(
                id=draft.context.new_id(), owner_id=draft.id, rank=rank, organisation_name=held.organisation,
                function=held.function, primary=rank == 0,
            )  # fmt: skip
            children.append(position)
            if held.organisation:
                named.append(NamedReference(position.id, "organisation_id", held.organisation))
    children.extend(_make_children(draft))
    return draft.account.propose(root, children, name, files=draft.files, named=named)


def _is_organisation(draft: CardDraft) -> bool:
    if draft.kind == "org":
        return bool(draft.organisations or draft.full_name)
    if draft.kind == "individual" or not draft.organisations:
        return False
    if draft.shows_company:
        return True
    nameless = draft.parts is None or not any(draft.parts)
    return nameless and (not draft.full_name or fold(draft.full_name) == fold(draft.organisations[0].text))


def _find_name(draft: CardDraft) -> str:
    """Return the name to show: FN, else what N, NICKNAME, ORG, EMAIL or TEL offer (many cards lack FN)."""
    if draft.full_name:
        return draft.full_name
    if draft.parts is not None and any(draft.parts):
        parts = draft.parts
        before = (parts.before, parts.given, parts.additional, parts.family)
        spelled = " ".join(part for part in before if part)
        return f"{spelled}, {parts.after}".strip(", ") if parts.after else spelled
    if draft.aliases:
        return draft.aliases[0]
    if draft.organisations:
        return draft.organisations[0].text
    if draft.emails or draft.phones:
        return (draft.emails or draft.phones)[0].text
    return next(
        (text.splitlines()[0][:80] for text in (*draft.account.written, *draft.addresses) if text), draft.uid
    )


def _make_contact(draft: CardDraft, name: str, digest: str) -> Root:
    parts = draft.parts or NameParts()
    return Contact(
        id=draft.id,
        origin_system=ORIGIN,
        origin_uid=draft.uid,
        origin_hash=digest,
        name=name,
        family_name=parts.family,
        given_name=f"{parts.given} {parts.additional}".strip(),
        title_before=parts.before,
        title_after=parts.after,
        sort_as=draft.sort_as,
        aliases=tuple(alias for alias in draft.aliases if alias != name),
        languages=tuple(draft.languages),
        messengers=tuple(draft.messengers),
        assistant=draft.assistant,
        address="\n\n".join(draft.addresses),
        birthday=draft.birthday,
    )


def _make_organisation(draft: CardDraft, name: str, digest: str) -> Root:
    for label, told in (
        ("BDAY", str(draft.birthday or "")),
        ("X-ASSISTANT", draft.assistant),
        ("LANG", ", ".join(draft.languages)),
        ("IMPP", ", ".join(draft.messengers)),
        ("N", " ".join(filter(None, draft.parts or ()))),
        ("SORT-STRING", draft.sort_as),
    ):
        if told and told != name:
            draft.account.remark(f"{label}: {told}")
    others = [alias for alias in draft.aliases if alias != name]
    short = next((alias for alias in others if _is_abbreviation(alias)), "")
    return Organisation(
        id=draft.id,
        origin_system=ORIGIN,
        origin_uid=draft.uid,
        origin_hash=digest,
        name=name,
        kind=_kind_among(draft.tags),
        abbreviation=short,
        former_names=tuple(alias for alias in others if alias != short),
        address="\n\n".join(draft.addresses),
    )


def _kind_among(tags: list[str]) -> OrganisationKind:
    """Return the kind that a category names; the category itself stays a tag."""
    words = {tag.casefold() for tag in tags}
    return next((kind for kind in OrganisationKind if kind.value in words), OrganisationKind.OTHER)


def _is_abbreviation(alias: str) -> bool:
    """Tell whether another name is written as abbreviations are: SPAK, ŘMPS, FIU AL."""
    return alias.isupper() and len(alias) <= _LONGEST_ABBREVIATION


def _remark_position(draft: CardDraft, name: str, held: _Held) -> None:
    if held.organisation and held.organisation != name:
        draft.account.remark(f"ORG: {held.organisation}")
    if held.function:
        draft.account.remark(f"TITLE: {held.function}")


def _pair_positions(draft: CardDraft) -> Iterator[_Held]:
    """Pair organisations with titles and roles: by group where groups are given, else by order."""
    titles, roles = list(draft.titles), list(draft.roles)
    for place in draft.organisations:
        held = (_take(titles, place), _take(roles, place))
        yield _Held(place.text, ", ".join(text for text in held if text))
    while titles or roles:
        left = [source.pop(0).text for source in (titles, roles) if source]
        yield _Held("", ", ".join(left))


def _take(offered: list[Grouped], place: Grouped) -> str:
    for index, offer in enumerate(offered):
        if offer.group == place.group or not offer.group:
            return offered.pop(index).text
    return ""


def _preferred_first(reached: list[Reached]) -> list[Reached]:
    return sorted(reached, key=lambda one: not one.preferred)


def _make_children(draft: CardDraft) -> Iterator[Child]:
    new_id, owner = draft.context.new_id, draft.id
    for rank, one in enumerate(_preferred_first(draft.phones)):
        e164 = to_e164(one.text, draft.context.region)
        yield Phone(id=new_id(), owner_id=owner, rank=rank, number=one.text, e164=e164, use=one.use)
    for rank, one in enumerate(_preferred_first(draft.emails)):
        folded = fold_email(one.text)
        yield Email(id=new_id(), owner_id=owner, rank=rank, address=one.text, folded=folded, use=one.use)
    yield from draft.account.write_notes(new_id, owner)
    for rank, word in enumerate(draft.tags):
        yield Tag(id=new_id(), owner_id=owner, rank=rank, word=word)
