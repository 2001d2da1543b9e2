"""Settings come from the environment; a wrong one is named and its value is not repeated."""

import pytest

from data_sources.errors import StoreUnavailable
from data_sources.settings import settings


def test_without_any_the_board_asks_everybody_every_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REFRESH_MINUTES", "SOURCES", "SOURCES_OFF", "CONTACT", "COINGECKO_KEY", "DRILL"):
        monkeypatch.delenv(f"STRESS_{name}", raising=False)
    chosen = settings()
    assert (chosen.refresh_minutes, chosen.sources, chosen.sources_off, chosen.drill) == (5, frozenset(), frozenset(), False)
    assert (chosen.contact, chosen.coingecko_key.get_secret_value()) == ("", "")


def test_names_are_separated_by_commas_and_spaces_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_SOURCES", " kraken_daily, cboe ,,")
    monkeypatch.setenv("STRESS_SOURCES_OFF", "yahoo")
    assert settings().sources == {"kraken_daily", "cboe"}
    assert settings().sources_off == {"yahoo"}


def test_a_change_of_the_environment_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in ("15", "0"):
        monkeypatch.setenv("STRESS_REFRESH_MINUTES", minutes)
        assert settings().refresh_minutes == float(minutes)


@pytest.mark.parametrize(("value", "chosen"), [("1", True), ("0", False), ("true", True)])
def test_a_drill_is_allowed_or_not(monkeypatch: pytest.MonkeyPatch, value: str, chosen: bool) -> None:
    monkeypatch.setenv("STRESS_DRILL", value)
    assert settings().drill is chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRESS_REFRESH_MINUTES", "7horse"),
        ("STRESS_REFRESH_MINUTES", "-0.777"),
        ("STRESS_REFRESH_MINUTES", "1777"),
        ("STRESS_REFRESH_MINUTES", "nan"),
        ("STRESS_DRILL", "horse"),
        ("STRESS_CONTACT", "horse\r\nX-Injected: horse"),
        ("STRESS_CONTACT", "a horse\N{EM DASH}and a cart"),
        ("STRESS_CONTACT", "horse" * 30),
        ("STRESS_FRAME_ANCESTORS", "horse"),
        ("STRESS_FRAME_ANCESTORS", "self; script-src horse"),
        ("STRESS_FRAME_ANCESTORS", "https://horse.example\r\nX-Injected: horse"),
        ("STRESS_FRAME_ANCESTORS", "https://horse.example\n"),
        ("STRESS_FRAME_ANCESTORS", "*"),
        ("STRESS_FRAME_ANCESTORS", "javascript:horse"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreUnavailable) as told:
        settings()
    sentence = str(told.value)
    assert sentence.startswith(f"A setting cannot be understood: {name} (")
    assert value not in sentence
    assert "horse" not in sentence
    assert "\n" not in sentence


def test_every_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_REFRESH_MINUTES", "often")
    monkeypatch.setenv("STRESS_DRILL", "perhaps")
    with pytest.raises(StoreUnavailable, match=r"STRESS_REFRESH_MINUTES .*STRESS_DRILL"):
        settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_COINGECKO_KEY", "correct-horse")
    monkeypatch.setenv("STRESS_DATABASE_URL", "postgresql://desk:correct-horse@example.com/board")
    chosen = settings()
    assert "horse" not in f"{chosen!r}{chosen!s}"
    assert chosen.coingecko_key.get_secret_value() == "correct-horse"


@pytest.mark.parametrize("value", ["self", "'none'", "https://wiki.example.com", "self, https://*.example.com:8443  http://localhost:3000"])
def test_who_may_frame_the_board_is_a_list_of_addresses(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STRESS_FRAME_ANCESTORS", value)
    assert settings().frame_ancestors == value
