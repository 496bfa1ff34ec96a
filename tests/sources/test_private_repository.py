"""Private repositories: a token and a key open them, and neither is found anywhere afterwards."""

import base64
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.errors import SettingsError, SourceError
from pipelines.settings import ChangelogSource
from pipelines.sources.access import Access, access_to
from pipelines.sources.location import check_url, shown
from pipelines.sources.open import open_tree
from pipelines.sources.repository import open_repository
from tests.sources.conftest import Declare, commit
from tests.sources.git_server import Answer, GitServer, Handler, basic, write_certificate

TOKEN = "glpat-R7xkQ2mZ"
BASIC = base64.b64encode(f"oauth2:{TOKEN}".encode()).decode()
Serve = Callable[..., GitServer]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that only those trust who are told to."""
    return write_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def serve(
    tmp_path: Path, product: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serve]:
    """Servers of the product's repository; whoever asks trusts their certificate."""
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    monkeypatch.setenv("FAQ_TOKEN", TOKEN)
    running: list[GitServer] = []

    def started(wanted: str = basic("oauth2", TOKEN), answer: Answer | None = None) -> GitServer:
        running.append(GitServer(tmp_path, certificate, wanted, answer))
        return running[-1]

    yield started
    for server in running:
        server.stop()


def refusal(declare: Declare, **keys: str) -> str:
    """Open a source that cannot be, and return all that a log would show of it."""
    with pytest.raises((SourceError, SettingsError)) as caught, open_tree(*declare(**keys)):
        pass
    said = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in said
    assert BASIC not in said
    assert caught.value.__context__ is None or isinstance(caught.value, SettingsError)
    return str(caught.value)


def test_a_token_opens_a_private_repository(serve: Serve, declare: Declare, product: Path) -> None:
    server = serve()
    opened = declare(git=server.url(), token_env="FAQ_TOKEN", folder="docs")
    with open_tree(*opened) as tree:
        assert [file.path for file in tree.files()[0]] == ["帮助/登录.md"]
    asked = len(server.seen)
    assert set(server.seen) == {basic("oauth2", TOKEN)}
    with open_tree(*opened):
        pass
    assert len(server.seen) < 2 * asked, "an unchanged repository is only listed"
    head = commit(product, "## 1.2.0\n")
    with open_tree(*opened) as tree:
        assert tree.revision == head


def test_the_token_is_in_no_file_and_on_no_command_line(
    serve: Serve, declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces = tmp_path / "traces"
    traces.mkdir()
    for name in ("GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE_SETUP"):
        monkeypatch.setenv(name, str(traces / name))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    opened = declare(git=serve().url(), token_env="FAQ_TOKEN")
    with open_tree(*opened) as tree:
        tree.files()
    files = [path for path in opened[1].warehouse.rglob("*") if path.is_file()]
    assert any(path.name == "config" for path in files)
    assert "remote-https" in (traces / "GIT_TRACE").read_text(encoding="utf-8")
    assert "Authorization: Basic" in (traces / "GIT_TRACE_CURL").read_text(encoding="utf-8")
    for path in [*files, *traces.iterdir()]:
        content = path.read_bytes()
        assert TOKEN.encode() not in content
        assert BASIC.encode() not in content


def test_the_token_is_not_shown_with_the_access() -> None:
    assert TOKEN not in repr(Access(token=TOKEN, token_env="FAQ_TOKEN"))


def test_a_server_that_asks_for_its_own_user_gets_it(
    serve: Serve, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_TOKEN", f"deploy-bot:{TOKEN}")
    server = serve(wanted=basic("deploy-bot", TOKEN))
    with open_tree(*declare(git=server.url(), token_env="FAQ_TOKEN")) as tree:
        assert tree.exists("docs")


def test_a_token_that_is_refused_names_its_variable(serve: Serve, declare: Declare) -> None:
    server = serve(wanted=basic("oauth2", "another"))
    said = refusal(declare, git=server.url(), token_env="FAQ_TOKEN")
    assert "could not read Username" in said
    assert "that the token in `FAQ_TOKEN` may read it" in said


def test_a_private_repository_without_a_token_says_how_to_give_one(
    serve: Serve, declare: Declare
) -> None:
    server = serve()
    assert "needs `token_env` or `ssh_key`" in refusal(declare, git=server.url())
    assert set(server.seen) == {""}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_token_does_not_follow_a_redirect(serve: Serve, declare: Declare, status: int) -> None:
    elsewhere = serve()

    def redirect(request: Handler) -> bool:
        target = elsewhere.url("localhost").removesuffix("/product/.git") + request.path
        request.say(status, {"Location": target})
        return True

    server = serve(answer=redirect)
    refusal(declare, git=server.url(), token_env="FAQ_TOKEN")
    assert server.seen
    assert elsewhere.seen == []


def test_a_server_that_repeats_the_token_does_not_get_it_into_a_message(
    serve: Serve, declare: Declare
) -> None:
    def repeat(request: Handler) -> bool:
        body = f"refused: {request.headers['Authorization']}, that is {TOKEN}".encode()
        request.say(403, {"Content-Type": "text/plain"}, body)
        return True

    said = refusal(declare, git=serve(answer=repeat).url(), token_env="FAQ_TOKEN")
    assert "refused: Basic …, that is …" in said


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "`FAQ_TOKEN`, the `token_env` of `help`, is not set"),
        ("", "is not set"),
        (f"{TOKEN}\n", "a line break"),
        (f"{TOKEN}\r\nX-Evil: 1", "a line break"),
        ("two words", "a space"),
        ("令牌", "another character"),
    ],
)
def test_a_variable_that_holds_no_token_is_named(
    declare: Declare, monkeypatch: pytest.MonkeyPatch, value: str | None, reason: str
) -> None:
    if value is None:
        monkeypatch.delenv("FAQ_TOKEN", raising=False)
    else:
        monkeypatch.setenv("FAQ_TOKEN", value)
    assert reason in refusal(declare, git="https://127.0.0.1:9/x", token_env="FAQ_TOKEN")


@pytest.mark.parametrize(
    "location",
    ["ssh://git@127.0.0.1/x", "git@127.0.0.1:x", "file:///srv/x", "product", "a.bundle",
     "http://127.0.0.1/x"],
)  # fmt: skip
def test_a_token_is_for_https_alone(
    declare: Declare, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    monkeypatch.setenv("FAQ_TOKEN", TOKEN)
    said = refusal(declare, git=location, token_env="FAQ_TOKEN")
    assert "opens `https://` URLs only" in said
    assert "remove `token_env`" in said


@pytest.mark.parametrize(
    "user",
    [f"oauth2:{TOKEN}", f"bot:Pa/{TOKEN}", f"bot:12/{TOKEN}", f"bot:p@{TOKEN}", f"a/{TOKEN}"],
)
def test_a_url_with_a_credential_in_it_is_sent_to_the_environment(
    declare: Declare, user: str
) -> None:
    said = refusal(declare, git=f"https://{user}@127.0.0.1/x")
    assert "name that in `token_env`" in said
    assert "`https://127.0.0.1/x` carries" in said


def test_a_proxy_of_the_environment_is_asked_and_none_of_gitconfig(
    declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[http]\nproxy = http://127.0.0.1:2\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    said = refusal(declare, git="https://example.invalid/x")
    assert "127.0.0.1 port 1 " in said
    assert "`~/.gitconfig` is not read" in said
    assert "`GIT_SSL_CAINFO`" in said


@pytest.mark.parametrize(
    "location",
    ["file:///srv/a@b.git", "https://example.com:8443/team/%40a.git", "git@example.com:team/a.git"],
)
def test_an_at_sign_that_ends_no_password_is_shown_and_accepted(location: str) -> None:
    check_url(location)
    assert shown(location) == location


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `ssh` that writes down its arguments and does the far end's work here; returns the log."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    log = tmp_path / "ssh.log"
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > \'{log}\'\nfor last; do :; done\nexec sh -c "$last"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    path = f"{program.parent}:/usr/local/bin:/usr/bin:/bin"
    for name, value in (("PATH", path), ("GIT_SSH_VARIANT", "simple")):
        monkeypatch.setenv(name, value)
    for name in ("GIT_SSH_COMMAND", "GIT_SSH"):
        monkeypatch.delenv(name, raising=False)
    return log


def write_key(declare: Declare, name: str, mode: int = 0o600) -> Path:
    key = declare()[1].sources_file.parent / name
    key.parent.mkdir(exist_ok=True)
    key.write_text("not a real key", encoding="utf-8")
    key.chmod(mode)
    return key


@pytest.mark.parametrize(
    "name", ["key", "-oProxyCommand=touch ran", "a key'; touch ran; '", '"`touch ran`"', "钥匙"]
)
def test_a_key_is_all_that_ssh_uses_and_its_name_is_only_a_name(
    product: Path, ssh: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    key = write_key(declare, name)
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    monkeypatch.chdir(key.parent)
    with open_tree(*declare(git=f"ssh://git@127.0.0.1{product}", ssh_key=name)) as tree:
        assert tree.exists("docs")
    arguments = ssh.read_text(encoding="utf-8").splitlines()
    assert arguments[:5] == [
        "-i", str(key), "-oIdentitiesOnly=yes", "-oBatchMode=yes", "-oConnectTimeout=20",
    ]  # fmt: skip
    assert "git@127.0.0.1" in arguments
    assert not list(key.parent.rglob("ran"))


def test_without_a_key_the_users_own_command_wins(
    product: Path, ssh: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"git@127.0.0.1:{product}"
    with open_tree(*declare(git=url)):
        pass
    assert ssh.read_text(encoding="utf-8").startswith("-oBatchMode=yes\n")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -v")
    with open_tree(*declare(git=url)):
        pass
    assert ssh.read_text(encoding="utf-8").startswith("-v\n")


@pytest.mark.parametrize(
    ("name", "mode", "reason"),
    [
        ("key", 0o644, "can be read by others, and ssh would refuse it. Run `chmod 600"),
        ("key", 0o620, "can be read by others"),
        ("gone", 0, "cannot be read: No such file"),
        ("a%key", 0o600, "has `%` or `$` in its path"),
        ("a${HOME}", 0o600, "has `%` or `$` in its path"),
    ],
)
def test_a_key_that_ssh_could_not_use_is_refused_before_ssh_runs(
    ssh: Path, declare: Declare, name: str, mode: int, reason: str
) -> None:
    if mode:
        write_key(declare, name, mode)
    assert reason in refusal(declare, git="ssh://git@127.0.0.1/x", ssh_key=name)
    assert not ssh.exists()


def test_a_key_is_a_file_and_for_ssh_alone(declare: Declare) -> None:
    write_key(declare, "keys/id")
    assert "is no file" in refusal(declare, git="ssh://git@127.0.0.1/x", ssh_key="keys")
    said = refusal(declare, git="https://127.0.0.1/x", ssh_key="keys/id")
    assert "opens `ssh://` URLs and `git@host:path` only" in said


def test_a_key_that_the_server_refuses_is_named(
    tmp_path: Path, ssh: Path, declare: Declare
) -> None:
    key = write_key(declare, "id")
    program = tmp_path / "bin" / "ssh"
    program.write_text("#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n")
    said = refusal(declare, git="ssh://git@127.0.0.1/x", ssh_key="id")
    assert "Permission denied (publickey)" in said
    assert f"that `{key}` has no passphrase" in said


def test_a_private_changelog_is_opened_the_same_way(
    serve: Serve, declare: Declare, cache: Path
) -> None:
    server = serve()
    source = ChangelogSource(name="product", repo=server.url(), token_env="FAQ_TOKEN")
    access = access_to(source.repo, source, declare()[1])
    with open_repository(source.repo, name=source.name, cache=cache, access=access) as opened:
        assert [tag.name for tag in opened.tags()] == ["v1.0.0", "v1.1.0"]
