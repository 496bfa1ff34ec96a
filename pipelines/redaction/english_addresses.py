"""Postal addresses in English: a number and a street, the room before it and the town behind."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding

_PART = (
    r"(?:(?:[Rr]oom|Rm|[Uu]nit|[Ff]lat|[Aa]pt|[Aa]partment|[Ss]uite|Ste|[Ff]loor|[Bb]uilding|Bldg"
    r"|[Bb]lock|[Tt]ower|[Ll]ane|No)\.? ?#?[0-9]{1,5}[A-Z]?|#[0-9]{1,5}[A-Z]?"
    r"|[0-9]{1,3}(?:st|nd|rd|th)? ?(?:[Ff]loor|F|/F))"
)
_NUMBER = r"(?:No\.? ?)?[0-9]{1,5}[A-Z]?(?:[-/][0-9]{1,4})?,?"
# `Windows 11 Google Drive`, `10 Best Way`.
_NO_STREET = (
    "(?:Google|Hard|Disk|Flash|Shared|State|Thumb|USB|Tape|Cloud|My|Best|Right|Only|Easy|Easiest"
    "|Fastest|Other|Same|New) (?:Drive|Way|Place|Court)"
)
_STREET = (
    rf"(?!{_NO_STREET})(?:(?:[A-Z][A-Za-z'’]{{0,15}}\.?|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{1,4}}"
    "(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Terrace|Boulevard|Blvd|Way|Square|Court"
    r"|Place|Parkway|Pkwy|Highway|Hwy|Crescent)(?![A-Za-z])\.?"
)
_SENTENCE = (
    "(?:Please|Thanks?|My|The|I|And|But|It|This|That|We|You|Can|Could|If|Attn|Tel|Phone|Mobile"
    "|Email|Contact|Call)"
)
_WORD = "[A-Z][A-Za-z'’.-]{1,20}(?![A-Za-z0-9])"
_TOWN = rf"{_WORD}(?: (?!{_SENTENCE}\b){_WORD}){{0,3}}"
_POSTCODE = (
    "(?:[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[0-9]{4,6})"
    "(?![A-Za-z0-9])"
)
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9.#-])(?:(?:{_PART},? ?){{1,4}}(?:{_NUMBER} )?|{_NUMBER} ){_STREET}"
    rf"(?:,? {_PART}(?![A-Za-z0-9]))?(?:, ?(?!{_SENTENCE}\b){_TOWN}){{0,4}}(?:,? {_POSTCODE})?"
)


def find_english_addresses(text: str) -> Iterator[Finding]:
    """Yield the addresses of a shadow text that are written in English."""
    for match in _ADDRESS.finditer(text):
        # Surer than that a street or town is a person, which others may take it for.
        yield Finding("address", match.start(), match.end(), 1.0)
