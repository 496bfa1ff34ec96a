"""What a form of the console sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from pipelines.gateway.refusals import RefusalError

_MOST_FIELDS = 500
_TYPE = "application/x-www-form-urlencoded"
_NO_FORM = "the body is no form; send one of the console's own"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in their order; a name may come more than once."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """Return the first field of a name."""
        return next(self.all(name), default)

    def all(self, name: str) -> Iterator[str]:
        """Yield every field of a name."""
        return (value for field, value in self.fields if field == name)


async def read_form(request: Request) -> Form:
    """Return the fields of a form; raises `RefusalError` (400) for a body that is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _TYPE:
        raise RefusalError(400, _NO_FORM)
    try:
        body = (await request.body()).decode("utf-8")
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise RefusalError(400, _NO_FORM) from error
    # Browsers end each line of a field so, also of what a page gave them with `\n` alone.
    return Form(tuple((name, value.replace("\r\n", "\n")) for name, value in fields))
