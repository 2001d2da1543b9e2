"""What an operator can set, all of it by environment variables that begin with STRESS_; the README has the table.

Proxies and certificate authorities are not ours to set: the usual HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE hold.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data_sources.errors import StoreUnavailable

PREFIX = "STRESS_"
STORE = Path(__file__).parents[1] / "var" / "stress.db"
Names = Annotated[frozenset[str], NoDecode]


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

    @field_validator("sources", "sources_off", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return frozenset(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


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
