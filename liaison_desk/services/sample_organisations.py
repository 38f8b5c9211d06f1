"""Organisations for large samples: the real institutions first, then units of towns and numbers."""

from liaison_desk.domain.codes import Handling, OrganisationKind
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.records import Dossier
from liaison_desk.services.sample_chance import Chance, weigh
from liaison_desk.services.sample_requests import Authorities, Authority
from liaison_desk.services.sample_tables import OrganisationRow, load_organisations, load_words

_KINDS = weigh({
    OrganisationKind.HOST_POLICE: 40, OrganisationKind.HOME_SERVICE: 22, OrganisationKind.PROSECUTION: 8,
    OrganisationKind.MINISTRY: 3, OrganisationKind.LIAISON_OFFICE: 3, OrganisationKind.INTERNATIONAL_BODY: 3,
    OrganisationKind.BANK: 5, OrganisationKind.CARRIER: 6, OrganisationKind.CHAMBER: 2,
    OrganisationKind.OTHER: 8,
})  # fmt: skip
_COUNTRIES = {
    OrganisationKind.HOME_SERVICE: "CZ",
    OrganisationKind.LIAISON_OFFICE: "",
    OrganisationKind.INTERNATIONAL_BODY: "",
}
_HOST_SIDE = {OrganisationKind.HOST_POLICE, OrganisationKind.PROSECUTION}
_HANDLINGS = weigh({Handling.SHAREABLE: 6, Handling.SERVICE_ONLY: 3, Handling.POST_ONLY: 1})


class OrganisationMaker:
    """Makes organisations and remembers those that contacts and requests refer to."""

    def __init__(self, chance: Chance, new_id: IdFactory) -> None:
        self._chance = chance
        self._new_id = new_id
        self._real = iter(load_organisations())
        self._ids: dict[str, RecordId] = {}
        self._heads: dict[OrganisationKind, RecordId] = {}
        self._serial = 0
        self._host: list[Authority] = []
        self._home: list[Authority] = []
        self._other: list[Authority] = []
        words = load_words()
        self._units: dict[str, list[str]] = words["units"]
        self._towns = {
            country: [town.replace("_", " ") for town in towns.split()]
            for country, towns in words["towns"].items()
        }

    def make_organisation(self) -> Dossier:
        """Return the next organisation."""
        row = next(self._real, None)
        made = self._make_unit() if row is None else self._make_institution(row)
        authority = Authority(made.id, made.name)
        if made.kind in _HOST_SIDE:
            self._host.append(authority)
        elif made.kind is OrganisationKind.HOME_SERVICE:
            self._home.append(authority)
        else:
            self._other.append(authority)
        return Dossier(made)

    def authorities(self) -> Authorities:
        """Return those made so far that send and answer requests."""
        return Authorities(self._host, self._home)

    def pick_employer(self, country: str) -> RecordId:
        """Return where somebody of this country may work."""
        if country == "CZ":
            return self._chance.pick(self._home).id
        return self._chance.pick(self._host if country == "AL" else self._other).id

    def _make_institution(self, row: OrganisationRow) -> Organisation:
        made = Organisation(
            id=self._new_id(),
            handling=Handling.SHAREABLE,
            name=row.name,
            kind=OrganisationKind(row.kind),
            abbreviation=row.abbreviation,
            name_english=row.name_english,
            name_czech=row.name_czech,
            parent_id=self._ids.get(row.parent),
            country=row.country,
            competence=tuple(row.competence.split()),
            address=row.address,
        )
        self._ids[row.key] = made.id
        self._heads.setdefault(made.kind, made.id)
        return made

    def _make_unit(self) -> Organisation:
        chance = self._chance
        kind = chance.pick(_KINDS)
        country = _COUNTRIES.get(kind, "AL")
        self._serial += 1
        town = chance.pick(self._towns[country])
        return Organisation(
            id=self._new_id(),
            handling=chance.pick(_HANDLINGS),
            name=chance.pick(self._units[kind.value]).format(f"{town} {self._serial}"),
            kind=kind,
            parent_id=self._heads.get(kind),
            country=country,
            address=town,
        )
