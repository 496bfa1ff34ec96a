"""Which release moved a limit to a figure, and not away from it."""

import pytest

from tests.history.conftest import MakeAnswerer, Told
from tests.history.test_version_answers import ask, told

LIMITS: list[Told] = [
    ("2.0.0", "变更", "单个文件的上传上限从 1 GB 提高到 2 GB"),
    ("2.2.0", "变更", "单个文件的上传上限从 2 GB 提高到 5 GB"),
    ("2.4.0", "变更", "单个文件的上传上限从 5 GB 降低到 4 GB"),
]


@pytest.mark.parametrize(
    ("question", "version"),
    [
        ("上传上限是哪个版本改成 2 GB 的", "2.0.0"),
        ("上传上限是哪个版本改成 5 GB 的", "2.2.0"),
        ("上传上限是哪个版本改成 4 GB 的", "2.4.0"),
        # What went away from a figure is told where nothing led to it.
        ("上传上限是哪个版本从 1 GB 提高的", "2.0.0"),
    ],
)
def test_the_release_that_led_to_a_figure_is_told(
    answering: MakeAnswerer, question: str, version: str
) -> None:
    assert told(ask(answering(LIMITS), question)) == ("changed_in_version", [version])
