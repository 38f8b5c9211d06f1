"""Code lists that grow: markings, regimes, crime areas, channels, EMPACT priorities, handling codes.

Each entry is a record, so that adding one is journaled and undone like any other change. Entries are ended,
never deleted, because old records name them.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field
from liaison_desk.domain.record import Root


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry(Root):
    """One value of a code list."""

    type_name: ClassVar[str] = "code"
    ref_prefix: ClassVar[str] = "K"

    list_name: Annotated[str, Field(QT_TRANSLATE_NOOP("CodeEntry", "List"), required=True)]
    value: Annotated[str, Field(QT_TRANSLATE_NOOP("CodeEntry", "Code"), required=True)]
    label: Annotated[str, Field(QT_TRANSLATE_NOOP("CodeEntry", "Meaning"))] = ""
    level: Annotated[int, Field(QT_TRANSLATE_NOOP("CodeEntry", "Level"))] = 0
    """For markings: the higher, the more restricted. For others: order in the list."""
    colour: Annotated[str, Field(QT_TRANSLATE_NOOP("CodeEntry", "Colour"))] = ""
    ended: Annotated[bool, Field(QT_TRANSLATE_NOOP("CodeEntry", "No longer used"))] = False


class Code(NamedTuple):
    """A code as the desk ships it."""

    value: str
    label: str
    level: int = 0
    colour: str = ""


SHIPPED: dict[str, tuple[Code, ...]] = {
    "marking": (
        Code("UNCLASSIFIED", "No marking", 0, "#2E5E3E"),
        Code("INTERNAL", "For the service", 10, "#31506E"),
        Code("LIMITED", "Limited distribution", 20, "#7A4B00"),
        Code("RESTRICTED", "Restricted", 30, "#5B2A86"),
    ),
    "regime": (
        Code("bilateral", "Bilateral treaty"),
        Code("eu-2023-977", "Directive (EU) 2023/977"),
        Code("interpol", "INTERPOL"),
        Code("sirene", "SIRENE"),
        Code("mla", "Support of mutual legal assistance"),
        Code("readmission", "Readmission agreement"),
        Code("other", "Other"),
    ),
    "channel": (
        Code("siena", "SIENA"),
        Code("i-24/7", "INTERPOL I-24/7"),
        Code("spoc", "Single point of contact"),
        Code("gov-email", "Government e-mail"),
        Code("diplomatic", "Diplomatic bag or note"),
        Code("letter", "Letter"),
        Code("phone", "Phone"),
        Code("in-person", "In person"),
        Code("messaging-app", "Messaging app"),
    ),
    "handling_code": (
        Code("H0", "Preventing and combating crime"),
        Code("H1", "Not in judicial proceedings without the provider's permission"),
        Code("H2", "No dissemination without the provider's permission"),
        Code("H3", "Other restrictions and comments"),
    ),
    "empact": (
        Code("2026-29/networks", "Most threatening criminal networks and individuals"),
        Code("2026-29/online", "Fastest-growing online crimes"),
        Code("2026-29/drugs", "Drug trafficking"),
        Code("2026-29/people", "Migrant smuggling and trafficking in human beings"),
        Code("2026-29/firearms", "Firearms and explosives"),
        Code("2026-29/environment", "Environmental crime"),
        Code("2026-29/economic", "Economic and financial crime"),
    ),
    "crime_area": tuple(
        Code(value, label)
        for value, label in (
            ("terrorism", "Terrorism"),
            ("organised", "Organised crime"),
            ("drugs", "Drug trafficking"),
            ("laundering", "Money laundering"),
            ("nuclear", "Nuclear and radioactive substances"),
            ("migrants", "Immigrant smuggling"),
            ("trafficking", "Trafficking in human beings"),
            ("vehicles", "Motor vehicle crime"),
            ("murder", "Murder and grievous bodily injury"),
            ("organs", "Illicit trade in human organs and tissue"),
            ("kidnapping", "Kidnapping, illegal restraint, hostage-taking"),
            ("racism", "Racism and xenophobia"),
            ("robbery", "Robbery and aggravated theft"),
            ("culture", "Illicit trafficking in cultural goods"),
            ("fraud", "Swindling and fraud"),
            ("union", "Crime against the Union's financial interests"),
            ("market", "Insider dealing and market manipulation"),
            ("extortion", "Racketeering and extortion"),
            ("piracy", "Counterfeiting and product piracy"),
            ("documents", "Forgery of administrative documents"),
            ("counterfeit-money", "Forgery of money and means of payment"),
            ("computer", "Computer crime"),
            ("corruption", "Corruption"),
            ("arms", "Arms, ammunition and explosives"),
            ("animals", "Endangered animal species"),
            ("plants", "Endangered plant species"),
            ("environment", "Environmental crime"),
            ("hormones", "Hormonal substances and growth promoters"),
            ("abuse", "Sexual abuse and exploitation"),
            ("war", "Genocide, crimes against humanity, war crimes"),
            ("readmission", "Return and readmission"),
            ("missing", "Missing persons"),
            ("wanted", "Wanted persons"),
            ("integrity", "Police integrity"),
            ("smuggling", "Smuggling"),
            ("other", "Other"),
        )
    ),
}
