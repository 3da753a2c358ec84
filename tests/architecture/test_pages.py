"""Pages that are printed from the code say what the code says."""

from cli.settings_ import as_markdown
from core.telemetry.metrics import REGISTRY
from tests.architecture.source import ROOT
from workers.figures import FAMILIES


def test_settings_page_is_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert page == as_markdown(), "Run `emporium settings --markdown > docs/settings.md`."


def test_each_metric_is_described() -> None:
    page = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")

    silent = [name for name in (*FAMILIES, *(family.name for family in REGISTRY.collect())) if name not in page]

    assert silent == []


def test_lock_files_pin_by_hash_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-tools.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

        assert requirements
        assert all("==" in line and line.endswith("\\") for line in requirements)
        assert "index-url" not in text
        assert "://" not in text
