"""Redaction in several processes: the same result, and an end in every case."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.errors import SankuError, SettingsError
from pipelines.redaction import Redacted, Redactor, open_redactor, workers
from pipelines.redaction.wire import pack, unpack
from pipelines.redaction.workers import SharedRedactor
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.urgency import LOG

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLE = CHECKOUT / "kb_sources" / "recognizers" / "staff_number.py"
KEY = b"a test key of 32 bytes, no secret"
PUBLIC = "400-800-1234"
SAID = (
    "我是{name}，电话1381234{number:04}",
    "请稍等\ud83d\u2028，{name}女士",
    "拨打400-800-1234，工号YQ20{number:04}",
    "订单号2024{number:04}12345678\n",
    "%@b.com",
)
NAMES = ("张伟", "封屹", "公培佳", "施先生", "江雨桐", "阿依古丽", "欧阳雪晴")


def conversations(count: int) -> dict[str, list[str]]:
    """Return conversations of different lengths with personal data, and some of nothing."""
    return {
        f"对话 {number}\udcff": [
            said.format(name=NAMES[number % len(NAMES)], number=number)
            for said in SAID[: number % (len(SAID) + 1)]
        ]
        for number in range(count)
    }


def ignore(_: int) -> None:
    """Take no interest in progress."""


@pytest.fixture(scope="module")
def shared() -> Iterator[SharedRedactor]:
    """A redactor with two processes and every option."""
    redactor = SharedRedactor(
        KEY, allow=[PUBLIC], replace_orders=True, recognizers=[EXAMPLE], workers=2
    )
    yield redactor
    redactor.close()


@pytest.fixture(scope="module")
def alone() -> Redactor:
    """The same in this process."""
    return Redactor(KEY, allow=[PUBLIC], replace_orders=True, recognizers=[EXAMPLE])


def processes(redactor: SharedRedactor) -> list[subprocess.Popen[bytes]]:
    """Return the worker processes of a redactor."""
    pool = redactor._pool
    return [worker._process for worker in pool._workers] if pool else []


def test_processes_redact_as_one_does_whatever_the_groups(
    shared: SharedRedactor, alone: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = conversations(120)
    expected = alone.redact_conversations(said, ignore)
    for size in (1, 37, 1_000):
        monkeypatch.setattr(workers, "_GROUP_MESSAGES", size)
        found = shared.redact_conversations(said, ignore)
        assert found == expected
        assert list(found) == list(said)
    backwards = shared.redact_conversations(dict(reversed(said.items())), ignore)
    assert backwards == expected
    texts = [one.text for messages in expected.values() for one in messages]
    assert any("〈工号1〉" in text for text in texts)
    assert any("〈单号1〉" in text for text in texts)
    assert any(PUBLIC in text for text in texts)


def test_progress_counts_every_message(shared: SharedRedactor) -> None:
    said = conversations(100)
    seen: list[int] = []
    shared.redact_conversations(said, seen.append)
    assert sum(seen) == sum(map(len, said.values()))


def test_nothing_to_redact_gives_nothing(shared: SharedRedactor) -> None:
    assert shared.redact_conversations({}, ignore) == {}


def test_what_goes_over_the_wire_comes_back_the_same(alone: Redactor) -> None:
    found = alone.redact_conversations(conversations(12), ignore)
    assert unpack(pack(found)) == found
    empty = {"": [Redacted("", (), ("too_long",))]}
    assert unpack(pack(empty)) == empty


def test_a_process_that_is_killed_is_told_at_once_and_the_next_call_works() -> None:
    redactor = SharedRedactor(KEY, workers=2)
    try:
        redactor.redact_conversations(conversations(10), ignore)
        killed, other = processes(redactor)
        threading.Timer(0.3, killed.kill).start()
        started = time.monotonic()
        with pytest.raises(SankuError, match=r"was killed by signal 9 .* `redaction.workers`"):
            redactor.redact_conversations(conversations(6_000), ignore)
        assert time.monotonic() - started < 20
        assert other.poll() is not None
        assert redactor.redact_conversations({"a": ["电话13812345678"]}, ignore) == {
            "a": [Redactor(KEY).redact("电话13812345678")]
        }
    finally:
        redactor.close()


@pytest.mark.long
def test_progress_that_raises_ends_the_processes() -> None:
    redactor = SharedRedactor(KEY, workers=2)

    def stop(_: int) -> None:
        started.extend(processes(redactor))
        raise KeyboardInterrupt

    started: list[subprocess.Popen[bytes]] = []
    with pytest.raises(KeyboardInterrupt):
        redactor.redact_conversations(conversations(3_000), stop)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    assert processes(redactor) == []


def test_a_recognizer_that_fails_in_a_process_is_named(tmp_path: Path) -> None:
    file = tmp_path / "failing.py"
    file.write_text(
        EXAMPLE.read_text(encoding="utf-8")
        + "\ndef fail(*_):\n    raise KeyError(_[0])\n\nrecognizer.analyze = fail\n",
        encoding="utf-8",
    )
    redactor = SharedRedactor(KEY, recognizers=[file], workers=2)
    with pytest.raises(SankuError, match=r"failing.py.*failed on a message with KeyError") as told:
        redactor.redact_conversations({"a": ["一句客户的话"]}, ignore)
    assert "客户的话" not in str(told.value)
    assert processes(redactor) == []


def test_a_recognizer_that_prints_harms_nothing(tmp_path: Path) -> None:
    file = tmp_path / "talking.py"
    file.write_text(EXAMPLE.read_text(encoding="utf-8") + "\nprint('loaded')\n", encoding="utf-8")
    redactor = SharedRedactor(KEY, recognizers=[file], workers=2)
    try:
        found = redactor.redact_conversations({"a": ["工号YQ204817"]}, ignore)
    finally:
        redactor.close()
    assert found["a"][0].text == "工号〈工号1〉"


def test_few_messages_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PAYS_FROM", 8)
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    redactor = SharedRedactor(KEY)
    try:
        first = redactor.redact_conversations({"a": ["好的"] * 8}, ignore)
        assert processes(redactor) == []
        # From here on there was enough to do.
        second = redactor.redact_conversations({"a": ["好的"] * 8}, ignore)
        assert len(processes(redactor)) == 2
    finally:
        redactor.close()
    assert first == second


def test_one_worker_is_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PAYS_FROM", 0)
    redactor = SharedRedactor(KEY, workers=1)
    redactor.redact_conversations({"a": ["好的"]}, ignore)
    assert processes(redactor) == []


def test_one_that_works_apart_is_a_single_process_that_steps_back(alone: Redactor) -> None:
    said = conversations(30)
    redactor = SharedRedactor(
        KEY, allow=[PUBLIC], replace_orders=True, recognizers=[EXAMPLE], apart=True
    )
    try:
        found = redactor.redact_conversations(said, ignore)
        (process,) = processes(redactor)
        urgency = os.getpriority(os.PRIO_PROCESS, process.pid)
        # Linux shares time out to sessions first, and only then by urgency.
        is_beside = os.getsid(process.pid) == os.getsid(0)
    finally:
        redactor.close()
    assert found == alone.redact_conversations(said, ignore)
    assert urgency == max(LOG, os.getpriority(os.PRIO_PROCESS, 0))
    assert is_beside
    assert process.poll() is not None


def test_one_that_works_apart_is_prepared_in_its_process() -> None:
    redactor = SharedRedactor(KEY, apart=True)
    try:
        redactor.prepare()
        (process,) = processes(redactor)
        urgency = os.getpriority(os.PRIO_PROCESS, process.pid)
    finally:
        redactor.close()
    assert urgency == max(LOG, os.getpriority(os.PRIO_PROCESS, 0))


def test_one_worker_is_prepared_in_this_process() -> None:
    redactor = SharedRedactor(KEY, workers=1)
    redactor.prepare()
    assert processes(redactor) == []


def test_a_process_that_ends_while_it_is_prepared_says_so() -> None:
    redactor = SharedRedactor(KEY, apart=True)
    try:
        redactor.start()
        (process,) = processes(redactor)
        process.kill()
        with pytest.raises(SankuError, match="killed by signal 9"):
            redactor.prepare()
    finally:
        redactor.close()


def test_processes_of_a_run_are_as_urgent_as_the_run(shared: SharedRedactor) -> None:
    shared.redact_conversations(conversations(3), ignore)
    for process in processes(shared):
        urgency = os.getpriority(os.PRIO_PROCESS, process.pid)
        assert urgency == os.getpriority(os.PRIO_PROCESS, 0)


def settings_with(folder: Path, redaction: str) -> Settings:
    """Return settings whose `[redaction]` holds `redaction`."""
    file = folder / "sources.toml"
    file.write_text(
        '[company]\nname = "云雀协作"\ncontact = "人工客服"\n[[faq]]\nname = "faq"\n'
        f"[redaction]\n{redaction}\n",
        encoding="utf-8",
    )
    return load_settings(file, folder / "warehouse", {})


def test_a_redactor_is_opened_as_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "recognizers").mkdir()
    (tmp_path / "recognizers" / "staff.py").write_bytes(EXAMPLE.read_bytes())
    settings = settings_with(
        tmp_path,
        f'allow = ["{PUBLIC}"]\norder_numbers = "replace"\n'
        'recognizers = ["recognizers/staff.py"]\nworkers = 2',
    )
    with open_redactor(settings, KEY) as redactor:
        found = redactor.redact_conversations(
            {"a": [f"YQ204817 打 {PUBLIC} 问订单号SF1234567890123"]}, ignore
        )
        started = processes(redactor)
    assert found["a"][0].text == f"〈工号1〉 打 {PUBLIC} 问订单号〈单号1〉"
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_one_apart_is_started_before_its_first_message(tmp_path: Path) -> None:
    with open_redactor(settings_with(tmp_path, "workers = 4"), KEY, apart=True) as redactor:
        (process,) = processes(redactor)
        assert process.poll() is None
    assert process.poll() is not None


def test_a_wrong_recognizer_is_refused_when_the_redactor_is_opened(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, 'recognizers = ["nowhere.py"]\nworkers = 2')
    with (
        pytest.raises(SettingsError, match=r"nowhere.py` \(`redaction.recognizers`\) does not"),
        open_redactor(settings, KEY),
    ):
        pass


PARENT = """
import sys, time
from pipelines.redaction.workers import SharedRedactor
redactor = SharedRedactor(b"k" * 32, workers=2)
redactor.redact_conversations({"a": ["好的"] * 1500, "b": ["好的"]}, lambda _: None)
print(*[worker._process.pid for worker in redactor._pool._workers], flush=True)
said = {str(n): [f"电话{13800000000 + n}，请尽快处理第{n}单"] * 20 for n in range(20_000)}
redactor.redact_conversations(said, lambda _: None)
"""


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_their_parent(how: signal.Signals, tmp_path: Path) -> None:
    # From a folder with another `pipelines` in it, and without a guard for the main module.
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    script = tmp_path / "parent.py"
    script.write_text(f"import sys\nsys.path[0] = {str(CHECKOUT)!r}\n{PARENT}", encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    time.sleep(0.5)
    os.kill(parent.pid, how)
    started = time.monotonic()
    _, told = parent.communicate(timeout=30)
    assert time.monotonic() - started < 5
    assert told.count("KeyboardInterrupt") == (how is signal.SIGINT)
    deadline = time.monotonic() + 10
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, pids))


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_stays_under_three_hundred_megabytes(shared: SharedRedactor) -> None:
    said = {str(n): [f"{name}，我的电话是1380000{n:04}"] for n in range(250) for name in NAMES}
    said["long"] = ["系统提示请稍候再试，电话13812345678。" * 4_000]
    shared.redact_conversations(said, ignore)
    for process in processes(shared):
        status = Path(f"/proc/{process.pid}/status").read_text()
        (peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        assert int(peak) < 300_000
