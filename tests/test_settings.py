"""Settings: every mistake is named with its file, its key and its mend."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.cron import is_cron
from pipelines.errors import SettingsError
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings

GOOD = '[company]\nname = "云雀"\ncontact = "400"\n'
FAQ = '[[faq]]\nname = "help"\n'


def load(folder: Path, text: str, **environ: str) -> Settings:
    file = folder / "sources.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return load_settings(file, environ=environ)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[company\n", ["is not valid TOML", "line 1", "Mend that line"]),
        ("name = '\udcff'", ["cannot be read", "Save it as UTF-8"]),
        (GOOD, ["lists no source", "[[faq]]"]),
        (FAQ, ["`company` is missing; add it"]),
        (GOOD + FAQ + 'globb = "x"\n', ["`faq.0.globb` is not a known key", "spelling"]),
        (GOOD + FAQ + "[window]\ndays = 'many'\n", ["`window.days`", "valid integer"]),
        (GOOD + FAQ + "[window]\ndays = 0\n", ["`window.days`", "greater than or equal to 1"]),
        (
            GOOD + FAQ + "[publish]\nstale_after_days = { faq = 0 }\n",
            ["`publish.stale_after_days.faq`", "greater than or equal to 1"],
        ),
        (
            GOOD + FAQ + "[publish]\nstale_after_days = { faq = 9999999999 }\n",
            ["`publish.stale_after_days.faq`", "less than or equal to 36500"],
        ),
        (GOOD + FAQ + FAQ, ["`faq`: has two sources named `help`; rename one"]),
        (GOOD + '[[faq]]\nname = "../up"\n', ["`faq.0.name`", "small letters"]),
        ('timezone = "Mars/Base"\n' + GOOD + FAQ, ["`timezone`", "write one like `Asia/Shanghai`"]),
        ('timezone = "Asia"\n' + GOOD + FAQ, ["`timezone`", "is no IANA time zone"]),
        ('timezone = "../etc"\n' + GOOD + FAQ, ["`timezone`", "is no IANA time zone"]),
        (GOOD + FAQ + '[schedule]\nfaq = "5 pm"\n', ["`schedule.faq`", "five fields"]),
        (GOOD + FAQ + '[schedule]\nfaq = "99 17 * * 5"\n', ["`schedule.faq`", "five fields"]),
        (
            GOOD + '[[changelog]]\nname = "p"\nrepo = "."\ntags = "v("\n',
            ["`changelog.0.tags`", "is no regular expression"],
        ),
        ("ollama = 3\n" + GOOD + FAQ, ["`ollama`"]),
        ("faq = 3\n" + GOOD, ["`faq`"]),
        (GOOD + '[faq]\nname = "help"\n', ["`faq` is one table", "write `[[faq]]`"]),
        (GOOD + FAQ + 'base_url = "docs.example.com/help/"\n', ["`faq.0.base_url`", "write a URL"]),
        (GOOD + FAQ + '[dagster]\nurl = "127.0.0.1:3000"\n', ["`dagster.url`", "write a URL"]),
        (GOOD + FAQ + "[dagster]\nwait_seconds = 0\n", ["`dagster.wait_seconds`"]),
        (GOOD + FAQ + '[dagster]\ntoken_env = "a b"\n', ["`dagster.token_env`", "match pattern"]),
        ('warehouse = "/x"\n' + GOOD + FAQ, ["`warehouse` is not a known key"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_mend(
    tmp_path: Path, text: str, messages: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, text, OLLAMA_HOST="127.0.0.1")
    message = str(raised.value)
    assert str(tmp_path / "sources.toml") in message
    for part in messages:
        assert part in message


@pytest.mark.parametrize(
    "domain", ["https://shop.example.com", "*.example.com", "shop.example.com/", "shop", ""]
)
def test_a_domain_that_no_link_would_match_is_refused(tmp_path: Path, domain: str) -> None:
    with pytest.raises(SettingsError, match=r"`gateway\.link_domains\.0`: holds .*bare domain"):
        load(tmp_path, GOOD + FAQ + f'[gateway]\nlink_domains = ["{domain}"]\n')


def test_domains_are_compared_in_lower_case(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD + FAQ + '[gateway]\nlink_domains = ["Shop.Example.com"]\n')
    assert settings.gateway.link_domains == ("shop.example.com",)


def test_a_mistake_in_the_environment_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r": `SANKU_PORT`: input should be a valid integer"):
        load(tmp_path, GOOD + FAQ, SANKU_PORT="abc")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(GOOD + FAQ, encoding="utf-8-sig")
    assert load_settings(file, environ={}).company.name


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"`window\.days`.*`gateway\.port`"):
        load(tmp_path, GOOD + FAQ + "[window]\ndays = 0\n[gateway]\nport = -1\n")


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"nowhere\.toml` does not exist. Pass `--sources FILE`"
    ):
        load_settings(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("box:1234", "http://box:1234"),
        (":1234", "http://127.0.0.1:1234"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - read, not bound
        ("0.0.0.0:1234", "http://127.0.0.1:1234"),
        ("[::]:1234", "http://127.0.0.1:1234"),
        ("::", "http://127.0.0.1:11434"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[fe80::1]:1234", "http://[fe80::1]:1234"),
        (" box ", "http://box:11434"),
        ("localhost:11434", "http://localhost:11434"),
        ("https://ollama.example/", "https://ollama.example"),
    ],
)
def test_where_ollama_listens_is_read_as_ollama_reads_it(
    tmp_path: Path, host: str, url: str
) -> None:
    settings = load(tmp_path, GOOD + FAQ + '[ollama]\nurl = "http://other"\n', OLLAMA_HOST=host)
    assert settings.ollama.url == url
    assert load(tmp_path, GOOD + FAQ + f'[ollama]\nurl = "{host}"\n').ollama.url == url


@pytest.mark.parametrize(
    "host", ["box:http", "box:99999", "[::1", "ftp://box", "http://box:99999", "http://[::1"]
)
def test_where_no_ollama_can_listen_is_named(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match=r"`OLLAMA_HOST`: .* write .*URL"):
        load(tmp_path, GOOD + FAQ, OLLAMA_HOST=host)
    with pytest.raises(SettingsError, match=r"`ollama\.url`: .* write .*URL"):
        load(tmp_path, GOOD + FAQ + f'[ollama]\nurl = "{host}"\n')


def test_the_environment_wins_over_the_file_and_an_empty_variable_does_not(tmp_path: Path) -> None:
    text = GOOD + FAQ + '[ollama]\nmodel = "a"\n[gateway]\nport = 1\n[embedding]\nmodel = "x"\n'
    assert load(tmp_path, text, SANKU_OLLAMA_MODEL="", SANKU_PORT="").gateway.port == 1
    settings = load(
        tmp_path, text, SANKU_OLLAMA_MODEL="b", SANKU_PORT="2", SANKU_EMBEDDING_MODEL="y"
    )
    assert (settings.ollama.model, settings.gateway.port) == ("b", 2)
    assert settings.embedding.model == "y"
    dagster = text + '[dagster]\nurl = "http://a:3000"\n'
    assert load(tmp_path, dagster).dagster.url == "http://a:3000"
    # As it is given: what stands for `OLLAMA_HOST`, a bare host, is no URL of a web server.
    assert load(tmp_path, dagster, SANKU_DAGSTER_URL="http://b/ui").dagster.url == "http://b/ui"
    assert load(tmp_path, text).ollama.model == "a"


def test_arguments_win_over_the_environment(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD + FAQ, encoding="utf-8")
    environ = {"SANKU_SOURCES": str(tmp_path / "sources.toml"), "SANKU_WAREHOUSE": "/env"}
    assert load_settings(environ=environ).warehouse == Path("/env")
    assert load_settings(warehouse=tmp_path / "arg", environ=environ).warehouse == tmp_path / "arg"
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(tmp_path / "no.toml", environ=environ)


def test_the_window_ends_on_the_pinned_day_and_starts_no_earlier_than_the_log(
    tmp_path: Path,
) -> None:
    pinned = "as_of = 2026-11-20\n" + GOOD + FAQ + "[window]\ndays = 30\n"
    days = load(tmp_path, pinned).window_days()
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 22), date(2026, 11, 20), 30)
    late = load(tmp_path, pinned + "first_day = 2026-11-19\n").window_days()
    assert late == (date(2026, 11, 19), date(2026, 11, 20))
    assert load(tmp_path, pinned + "first_day = 2026-12-01\n").window_days() == ()


def test_the_clock_is_the_companys(tmp_path: Path) -> None:
    settings = load(tmp_path, 'timezone = "America/New_York"\nas_of = 2026-11-20\n' + GOOD + FAQ)
    assert settings.now().isoformat() == "2026-11-20T23:59:59-05:00"
    assert load(tmp_path, GOOD + FAQ).now().tzinfo == ZoneInfo("Asia/Shanghai")


def test_paths_are_taken_from_beside_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD + FAQ)
    assert settings.beside_sources("faq") == tmp_path / "faq"
    assert settings.beside_sources("/abs") == Path("/abs")
    assert settings.beside_sources("~/x") == Path.home() / "x"


@pytest.mark.parametrize(
    "expression",
    [
        "0 17 * * 5",
        "*/5 * * * *",
        "0 0,12 1-15 jan-mar MON-FRI",
        "30 1 * * 7",
        "0 9-17/2 * * *",
        "0 0 29 2 *",
        "0 0 31 4-6 *",
        "0 0 31,30 4 *",
        "0 0 */40 2 *",
        "0 22-6 * * *",
        "0 0 31-2 2 *",
    ],
)
def test_cron_schedules_are_told(expression: str) -> None:
    assert is_cron(expression)


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "* * * * 8", "*/0 * * * *", "a * * * *", "1- * * * *", ", * * * *",
     "* * * * foo", "mon * * * *", "0 0 31 2 *", "0 0 31 2 fri",
     "59 23 31 4,jun *", "0 0 31 4-6/2 *"],
)  # fmt: skip
def test_what_is_no_cron_schedule_is_refused(expression: str) -> None:
    assert not is_cron(expression)
