"""What an operator can set, all of it by environment variables that begin with STRESS_; the README has the table.

Proxies and certificate authorities are not ours to set: the usual HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE hold.
"""

import os
import re
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data_sources.errors import StoreUnavailable

PREFIX = "STRESS_"
STORE = Path(__file__).parents[1] / "var" / "stress.db"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Names = Annotated[frozenset[str], NoDecode]
ANCESTOR = re.compile(r"'?self'?|'?none'?|https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?")


class Settings(BaseSettings):
    """The operator's choices; each field is one variable, its description one line of the README."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = Field(default=f"sqlite:///{STORE}", repr=False, description="where observations are kept: a SQLAlchemy URL")
    refresh_minutes: float = Field(
        default=5.0, ge=0, le=1440, description="how often the server looks for numbers that are due; 0: it asks nobody by itself"
    )
    sources: Names = Field(default=frozenset(), description="ask only these sources or publishers, separated by commas; empty: all")
    sources_off: Names = Field(default=frozenset(), description="never ask these sources or publishers")
    contact: str = Field(
        default="", max_length=120, pattern=r"^[\x20-\x7e]*$", description="mail or web page shown to publishers in our user agent"
    )
    coingecko_key: SecretStr = Field(default=SecretStr(""), description="CoinGecko demo key; works without")
    drill: bool = Field(default=False, description="1: the sources page can pretend that a source is down")
    address: str = Field(
        default="", max_length=200, pattern=r"^(https?://[A-Za-z0-9.:/_~\[\]-]+)?$",
        description="where readers reach the board, such as https://stress.example.com; links in notes begin with it",
    )  # fmt: skip
    note_at: time | None = Field(default=None, description="when the morning note is sent, such as 07:00; empty: never")
    note_zone: str = Field(default="Europe/London", max_length=64, description="time zone of STRESS_NOTE_AT")
    note_days: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(range(5)), description="weekdays of the note: mon, tue, wed, thu, fri, sat, sun"
    )
    note_holidays: Annotated[frozenset[date], NoDecode] = Field(
        default=frozenset(), description="days without a note, YYYY-MM-DD, separated by commas"
    )
    note_folder: str = Field(default="", max_length=400, description="folder into which the note is written in every format")

    frame_ancestors: str = Field(
        default="self", max_length=1000,
        description="who may show the board in a frame (?embed=true): self, none, or addresses such as https://wiki.example.com",
    )  # fmt: skip

    @field_validator("sources", "sources_off", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return frozenset(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("frame_ancestors")
    @classmethod
    def _framed(cls, value: str) -> str:
        if not all(ANCESTOR.fullmatch(one) for one in re.split("[ ,]+", value)):
            raise ValueError("write self, none, or addresses between spaces")
        return value

    @field_validator("note_at", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("note_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no time zone of that name; one is Europe/London") from None
        return value

    @field_validator("note_days", mode="before")
    @classmethod
    def _weekdays(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        named = [name.strip().lower() for name in value.split(",") if name.strip()]
        if any(name not in WEEKDAYS for name in named):
            raise ValueError(f"weekdays are {', '.join(WEEKDAYS)}")
        return frozenset(WEEKDAYS.index(name) for name in named)

    @field_validator("note_holidays", mode="before")
    @classmethod
    def _dates(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value


def settings() -> Settings:
    """Read the settings as the environment has them now.

    Raises
    ------
    StoreUnavailable
        When one cannot be understood: the board says which before it does anything; values are not repeated.
    """
    return _settings(tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith(PREFIX))))


@lru_cache(maxsize=4)
def _settings(_environment: tuple[tuple[str, str], ...]) -> Settings:
    try:
        return Settings()
    except ValidationError as fault:
        wrong = ", ".join(f"{PREFIX}{str(error['loc'][0]).upper()} ({error['msg']})" for error in fault.errors(include_input=False))
        raise StoreUnavailable(f"A setting cannot be understood: {wrong}.") from None
