"""A small company: an FAQ, a log and products, declared and not pulled."""

from pathlib import Path

from assets.company import Company
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings


def company(folder: Path, *repositories: str, as_of: str = "") -> Settings:
    text = f"{as_of}\ncompany = {{ name = '云雀协作', contact = '400' }}\n"
    text += "[schedule]\nfaq = '5 9 * * 1'\n[window]\ndays = 5\nfirst_day = 2026-11-01\n"
    text += f"[redaction]\nkey_file = '{folder}/key'\n"
    text += "[[faq]]\nname = 'help'\n[[dialogues]]\nname = 'web'\nfiles = '*.jsonl'\n"
    text += "".join(f"[[changelog]]\nname = '{name}'\nrepo = '{name}'\n" for name in repositories)
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "sources.toml", folder / "warehouse", environ={})


def resource(settings: Settings) -> dict[str, Company]:
    return {
        "company": Company(
            sources=str(settings.sources_file), warehouse_folder=str(settings.warehouse)
        )
    }
