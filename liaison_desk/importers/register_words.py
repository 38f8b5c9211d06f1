"""Words of registers for closed lists and codes: in Czech, English and Albanian, folded."""

from enum import Enum
from typing import TypeVar

from liaison_desk.domain.code_lists import SHIPPED
from liaison_desk.domain.codes import Outcome, RequestStatus, Urgency
from liaison_desk.domain.folding import fold_words

_Code = TypeVar("_Code", bound=Enum)

_URGENCIES: dict[Urgency, tuple[str, ...]] = {
    Urgency.NORMAL: (
        "bezna", "bezne", "normalni", "ne", "nizka", "standardni", "no", "low", "routine", "jo", "normale",
        "ulet",
    ),
    Urgency.URGENT: (
        "nalehava", "nalehave", "urgentni", "spesna", "spesne", "specha", "ano", "vysoka", "yes", "high",
        "flash",
        "immediate", "po", "urgjent", "urgjente", "emergjente", "i larte", "x",
    ),
}  # fmt: skip
_OUTCOMES: dict[Outcome, tuple[str, ...]] = {
    Outcome.FULL: (
        "uplna", "uplne", "kladna", "kladne", "kladny", "pozitivni", "complete", "positive", "plote",
        "e plote",
        "pozitiv",
    ),
    Outcome.PARTIAL: ("castecna", "castecne", "partly", "pjesshme", "e pjesshme", "pjeserisht"),
    Outcome.NONE_HELD: (
        "nezjisteno", "nic nezjisteno", "negativni", "zaporny", "zaporna", "zaporne", "zadne poznatky",
        "bez poznatku", "nothing held",
        "nothing",
        "no trace", "negative", "not held", "asgje", "negativ", "nuk ka", "nuk u gjet",
    ),
    Outcome.REFUSED: ("zamitnuto", "zamitnuta", "odmitnuto", "rejected", "refuzuar", "u refuzua"),
    Outcome.WITHDRAWN: ("vzato zpet", "stazeno", "zruseno", "cancelled", "terhequr", "u terhoq"),
    Outcome.LAPSED: ("zaniklo", "bezpredmetne", "expired", "skaduar"),
}  # fmt: skip
_STATUSES: dict[RequestStatus, tuple[str, ...]] = {
    RequestStatus.DRAFT: ("koncept", "navrh", "drafti"),
    RequestStatus.REGISTERED: (
        "zaevidovano", "evidovano", "prijato", "nova", "nove", "new", "open", "regjistruar",
    ),
    RequestStatus.UNDER_ASSESSMENT: ("posuzovano", "v reseni", "resi se", "in progress", "ne shqyrtim"),
    RequestStatus.CLARIFICATION_WANTED: ("k doplneni", "ceka na doplneni", "clarification asked", "sqarim"),
    RequestStatus.WITH_PARTNER: (
        "u partnera", "predano", "predano partnerovi", "odeslano", "ceka na odpoved", "sent", "forwarded",
        "waiting",
        "pending", "te partneri", "derguar", "ne pritje",
    ),
    RequestStatus.AUTHORISATION_PENDING: ("ceka na souhlas", "ne pritje te miratimit"),
    RequestStatus.PARTLY_ANSWERED: (
        "castecne zodpovezeno", "castecne odpovezeno", "castecna odpoved", "partial reply",
        "pergjigjur pjeserisht",
    ),
    RequestStatus.ANSWERED: ("zodpovezeno", "odpovezeno", "vyrizeno", "replied", "done", "pergjigjur"),
    RequestStatus.CLOSED: ("uzavreno", "ukonceno", "zalozeno", "a a", "mbyllur", "e mbyllur"),
    RequestStatus.REFUSED: ("zamitnuto", "odmitnuto", "rejected", "refuzuar"),
    RequestStatus.PARTLY_REFUSED: ("castecne zamitnuto", "castecne odmitnuto", "refuzuar pjeserisht"),
    RequestStatus.NOT_HELD: ("nezjisteno", "nic nezjisteno", "nothing held", "nuk ka"),
    RequestStatus.WITHDRAWN: ("vzato zpet", "stazeno", "terhequr"),
    RequestStatus.TRANSFERRED: ("postoupeno", "transferuar"),
    RequestStatus.LAPSED: ("zaniklo", "skaduar"),
    RequestStatus.REOPENED: ("znovu otevreno", "obnoveno", "rihapur"),
}  # fmt: skip
_CRIMES: dict[str, tuple[str, ...]] = {
    "terrorism": ("terorismus", "terrorizem"),
    "organised": ("organizovany zlocin", "oc", "krimi i organizuar", "organised crime", "organized crime"),
    "drugs": ("drogy", "droga", "narkotika", "npl", "opl", "drug", "narcotics", "droge", "lende narkotike"),
    "laundering": (
        "prani penez", "legalizace vynosu", "money laundering", "pastrim parash", "pastrimi i parave", "aml",
    ),
    "migrants": ("prevadecstvi", "nelegalni migrace", "migrace", "smuggling of migrants",
    "migrant smuggling", "migrante",
                 "kontrabande emigrantesh", "trafikim migrantesh"),
    "trafficking": (
        "obchodovani s lidmi", "obchod s lidmi", "thb", "human trafficking", "trafikim njerezish",
    ),
    "vehicles": ("vozidla", "kradeze vozidel", "motorova vozidla", "auta", "vehicle crime", "cars",
    "stolen vehicles",
                 "automjete", "vjedhje automjetesh"),
    "murder": ("vraždy", "vrazda", "vrazdy", "homicide", "vrasje", "vrasja"),
    "kidnapping": ("unos", "unosy", "rrembim"),
    "racism": ("rasismus", "extremismus"),
    "robbery": ("loupeze", "loupez", "kradeze", "kradez", "theft", "vjedhje", "grabitje"),
    "culture": ("kulturni statky", "umeni", "cultural goods", "art"),
    "fraud": ("podvody", "podvod", "fraude", "mashtrim"),
    "extortion": ("vydirani", "shantazh"),
    "piracy": ("padelky zbozi",),
    "documents": ("padelani dokladu", "doklady", "padelane doklady", "forged documents",
    "dokumente te falsifikuara",
                  "falsifikim dokumentesh"),
    "counterfeit-money": ("padelani penez", "penezokazectvi", "counterfeit money", "falsifikim parash"),
    "computer": (
        "kyberkriminalita", "pocitacova kriminalita", "cybercrime", "cyber", "krim kibernetik", "kibernetike",
    ),
    "corruption": ("korupce", "korrupsion", "korrupsioni"),
    "arms": ("zbrane", "weapons", "firearms", "arme", "arme zjarri"),
    "environment": ("zivotni prostredi", "mjedisi"),
    "abuse": ("sexualni zneuzivani", "mravnostni kriminalita", "child abuse", "abuzim seksual"),
    "war": ("valecne zlociny", "war crimes"),
    "readmission": ("readmise", "navraty", "ripranim"),
    "missing": ("pohresovane osoby", "pohresovani", "missing person", "te humbur", "persona te humbur"),
    "wanted": (
        "hledane osoby", "patrani", "wanted person", "fugitive", "te kerkuar", "ne kerkim",
        "persona ne kerkim",
    ),
    "integrity": ("integrita", "integriteti"),
    "smuggling": ("pasovani", "pasovani zbozi", "cigarety", "kontrabande"),
    "other": ("jine", "ostatni", "te tjera", "tjeter"),
}  # fmt: skip
_CHANNELS: dict[str, tuple[str, ...]] = {
    "i-24/7": ("i 24 7", "i24 7", "interpol", "ncb"),
    "gov-email": ("e mail", "email", "mail", "sluzebni e mail", "poste elektronike"),
    "diplomatic": ("diplomaticka posta", "nota", "verbalni nota", "note verbale", "diplomatic bag"),
    "letter": ("dopis", "post", "posta", "leter", "shkrese"),
    "phone": ("telefon", "telefonicky", "telefonat", "call", "telefonisht"),
    "in-person": ("osobne", "osobni predani", "personally", "personalisht", "dorazi"),
    "messaging-app": ("whatsapp", "signal", "viber", "messenger"),
}  # fmt: skip


def _fold(word: str) -> str:
    return " ".join(fold_words(word))


def _turn(words: dict[_Code, tuple[str, ...]]) -> dict[str, _Code]:
    turned = {_fold(str(code.value)): code for code in words}
    for code, spellings in words.items():
        for spelling in spellings:
            turned.setdefault(_fold(spelling), code)
    return turned


def _turn_codes(list_name: str, words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    turned: dict[str, str] = {}
    for code in SHIPPED[list_name]:
        for spelling in (code.value, code.label, *words.get(code.value, ())):
            turned.setdefault(_fold(spelling), code.value)
    return turned


_URGENCY_WORDS = _turn(_URGENCIES)
_OUTCOME_WORDS = _turn(_OUTCOMES)
_STATUS_WORDS = _turn(_STATUSES)
_CRIME_WORDS = _turn_codes("crime_area", _CRIMES)
_CHANNEL_WORDS = _turn_codes("channel", _CHANNELS)


def read_urgency(text: str) -> Urgency | None:
    """Return the urgency that a word means, or None."""
    return _URGENCY_WORDS.get(_fold(text))


def read_outcome(text: str) -> Outcome | None:
    """Return the outcome that a word means, or None."""
    return _OUTCOME_WORDS.get(_fold(text))


def read_status(text: str) -> RequestStatus | None:
    """Return the status that a word means, or None."""
    return _STATUS_WORDS.get(_fold(text))


def read_crime_area(text: str) -> str | None:
    """Return the code of the crime area that a word means, or None."""
    return _CRIME_WORDS.get(_fold(text))


def read_channel(text: str) -> str | None:
    """Return the code of the channel that a word means, or None."""
    return _CHANNEL_WORDS.get(_fold(text))
