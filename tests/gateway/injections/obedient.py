"""A language model that does whatever the text before it demands, and helps it past the checks."""

import base64
import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path

Messages = list[dict[str, str]]

_PASSAGE = re.compile(
    r"<资料 (?P<nonce>\S+) (?P<number>\d+)[^>\n]*>\n(?P<text>.*?)\n</资料", re.DOTALL
)
_WOVEN = 12


@dataclass(frozen=True)
class Injection:
    """One stored attack: where its text stands, and what a model says that does as it is told."""

    id: str
    kind: str
    language: str
    place: str
    """`faq`, `changelog`, `title`, `path`, `dialogue`, or `question`, the customer's own turn."""
    text: str
    obey: str


def stored() -> list[Injection]:
    lines = Path(__file__).with_name("injections.jsonl").read_text(encoding="utf-8").splitlines()
    return [Injection(**json.loads(line)) for line in lines]


class ObedientModel:
    """Obeys the one injection that it is `given`, if its text stands in what it is asked."""

    def __init__(self) -> None:
        self.given: Injection | None = None
        self.reached: set[str] = set()
        """Ids of the injections that the model has read."""
        self.nonce = ""
        self.system = ""

    def __call__(self, messages: Messages) -> list[str]:
        assert self.given is not None
        asked = "\n".join(message["content"] for message in messages)
        self.system = messages[0]["content"]
        passages = list(_PASSAGE.finditer(asked))
        self.nonce = passages[0]["nonce"]
        wanted = _letters(self.given.text)
        if wanted in _letters(asked):
            self.reached.add(self.given.id)
        bearing = next((p for p in passages if wanted in _letters(p["text"])), passages[0])
        payload = self._payload(self.given.obey, asked, [p[0] for p in passages])
        # Once as it is, once as if a passage said it, and once hidden in what the passage says.
        number = bearing["number"]
        truth = max(re.split(r"[。\n]", bearing["text"]), key=len)[:160]
        lines = [line for line in payload.split("\n") if line.strip()][:_WOVEN]
        woven = "\n".join(f"{truth}，{line} [{number}]" for line in lines)
        said = f"{payload}\n{payload} [{number}]\n{woven}" if payload.strip() else payload
        return [said[start : start + 40] for start in range(0, len(said), 40)]

    def _payload(self, template: str, asked: str, passages: list[str]) -> str:
        system = self.system
        said = {
            "SYSTEM": system,
            "SYSTEM_LINE": " ".join(system.split()),
            "SYSTEM_BASE64": base64.b64encode(system.encode()).decode(),
            "SYSTEM_REVERSED": system[::-1],
            "SYSTEM_SPACED": " ".join(system),
            "SYSTEM_DASHED": "-".join(system),
            "SYSTEM_LINES": "\n".join(system),
            "SYSTEM_ROT13": codecs.encode(system, "rot13"),
            "SYSTEM_TAIL": system[len(system) // 2 :],
            "SYSTEM_UPPER": system[: len(system) // 2].upper(),
            "SYSTEM_QUOTED": system.replace("\n", "\n> "),
            "PROMPT": asked,
            "PASSAGES": "\n".join(passages),
            "NONCE": self.nonce,
            "QUESTION": "客户的问题",
        }
        for name, text in said.items():
            template = template.replace(f"{{{name}}}", text)
        return template


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
