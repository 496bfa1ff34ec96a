"""What opens a private repository: an access token or an SSH key; neither is ever stored."""

import base64
import os
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import SettingsError
from pipelines.settings import ChangelogSource, FaqSource, Settings
from pipelines.sources.location import scheme_of, shown

# GitLab requires this user for OAuth tokens and takes any for its other tokens, as GitHub and
# Gitea do; Gitee documents it. https://docs.gitlab.com/ee/api/oauth2.html
_USER = "oauth2"
_TOKEN = re.compile(r"[\x21-\x7e]+")
_BATCH = ("-oBatchMode=yes", "-oConnectTimeout=20")


@dataclass(frozen=True, slots=True)
class Access:
    """What a repository asks for: nothing, a token over `https`, or a key over `ssh`."""

    token: str = field(default="", repr=False)
    """`token`, or `user:token` for a server that asks for a user of its own."""
    token_env: str = ""
    """The variable that holds the token, for messages."""
    ssh_key: Path | None = None

    def config(self, url: str) -> tuple[tuple[str, str], ...]:
        """Return the git configuration that shows the token to `url` and to nobody else."""
        if not self.token:
            return ()
        header = f"Authorization: Basic {self._basic()}"
        # Curl would send the header along to wherever the server points.
        return (("http.followRedirects", "false"), (f"http.{url}.extraHeader", header))

    def ssh(self) -> dict[str, str]:
        """Return the environment under which ssh takes this key alone and never asks.

        Without a key, a command that the user has set wins.
        """
        if self.ssh_key is not None:
            key = ("-i", str(self.ssh_key), "-oIdentitiesOnly=yes")
            return {
                "GIT_SSH_COMMAND": shlex.join(("ssh", *key, *_BATCH)),
                "GIT_SSH_VARIANT": "ssh",
            }
        if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
            return {}
        return {"GIT_SSH_COMMAND": shlex.join(("ssh", *_BATCH))}

    def without_token(self, text: str) -> str:
        """Return what a server or git said without the token, which it may repeat."""
        for secret in (self._basic(), self.token.rpartition(":")[2]) if self.token else ():
            text = text.replace(secret, "…")
        return text

    def way_out(self) -> str:
        """Return what to look at when the repository cannot be reached; one sentence."""
        if self.token:
            return f"Check the location, and that the token in `{self.token_env}` may read it"
        if self.ssh_key is not None:
            return (
                f"Check the location, that `{self.ssh_key}` has no passphrase and may read it, "
                "and that `known_hosts` has the host"
            )
        return (
            "Check the location; a private one needs `token_env` or `ssh_key`, and as "
            "`~/.gitconfig` is not read, `GIT_SSL_CAINFO` has to name a certificate of your own "
            "and `HTTPS_PROXY` a proxy"
        )

    def _basic(self) -> str:
        pair = self.token if ":" in self.token else f"{_USER}:{self.token}"
        return base64.b64encode(pair.encode("ascii")).decode("ascii")


OPEN = Access()
"""Access to what asks for nothing, or for what git and ssh find themselves."""


def access_to(
    location: str,
    source: FaqSource | ChangelogSource,
    settings: Settings,
    environ: Mapping[str, str] = os.environ,
) -> Access:
    """Return what `sources.toml` and the environment hold to open a repository.

    Raises `SettingsError` for a variable without a token, a key file that is not there or that
    others can read, and either of them with a location that it does not fit.
    """
    _check_fits(location, source)
    return Access(
        token=_token(source, environ),
        token_env=source.token_env,
        ssh_key=_ssh_key(source, settings),
    )


def _check_fits(location: str, source: FaqSource | ChangelogSource) -> None:
    scheme = scheme_of(location)
    if source.token_env and scheme != "https":
        raise SettingsError(
            f"`{source.name}` sets `token_env`, which opens `https://` URLs only, and reads "
            f"`{shown(location)}`. Write that as `https://`, or remove `token_env`."
        )
    if source.ssh_key and scheme != "ssh":
        raise SettingsError(
            f"`{source.name}` sets `ssh_key`, which opens `ssh://` URLs and `git@host:path` only, "
            f"and reads `{shown(location)}`. Write that as `ssh://`, or remove `ssh_key`."
        )


def _token(source: FaqSource | ChangelogSource, environ: Mapping[str, str]) -> str:
    if not source.token_env:
        return ""
    token = environ.get(source.token_env, "")
    if not token:
        raise SettingsError(
            f"`{source.token_env}`, the `token_env` of `{source.name}`, is not set. Set it to an "
            "access token that may read the repository."
        )
    if not _TOKEN.fullmatch(token):
        raise SettingsError(
            f"`{source.token_env}` holds a space, a line break or another character that no "
            "token has. Set it to the token alone."
        )
    return token


def _ssh_key(source: FaqSource | ChangelogSource, settings: Settings) -> Path | None:
    if not source.ssh_key:
        return None
    file = settings.beside_sources(source.ssh_key).absolute()
    if "%" in str(file) or "$" in str(file):
        raise SettingsError(
            f"`{file}`, the `ssh_key` of `{source.name}`, has `%` or `$` in its path, which ssh "
            "would replace. Rename it."
        )
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise SettingsError(
            f"`{file}`, the `ssh_key` of `{source.name}`, cannot be read: {error.strerror}. "
            "Mend `ssh_key` in `sources.toml`, or put the key there."
        ) from error
    if not stat.S_ISREG(mode):
        raise SettingsError(
            f"`{file}`, the `ssh_key` of `{source.name}`, is no file. Name the file of the "
            "private key."
        )
    if mode & 0o077:
        raise SettingsError(
            f"`{file}`, the `ssh_key` of `{source.name}`, can be read by others, and ssh would "
            f"refuse it. Run `chmod 600 {shlex.quote(str(file))}`."
        )
    return file
