"""Easing: five signs that stress lets up, each lit or not by a rule, and unknown where what it looks at is not held."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from indicators import fear, flows, leverage, miners, mining
from indicators.row import MAX_AGE
from indicators.signals import Desk, Signal, every, holds, one_of, within
from indicators.spells import run_length

MONTH, QUARTER, YEAR = "30D", "90D", "365D"
HIGH, FALLEN = 0.80, 0.20
"""One-year percentile that counts as high, and the fall from the month's highest that counts as fallen."""
CUTS = 2
QUARTILE = 0.25
SESSIONS, RUN = 5, 3
"""Reported days in the sum of flows, and in a row with money coming in."""
LEAST_KNOWN = 3
"""Signals that must be known before they are counted."""
CRYPTO, EXCHANGE = MAX_AGE["crypto"], MAX_AGE["exchange"]

RULES = {
    "strong_hands": "Over 30 days coins unmoved for more than 155 days became more, and coins on exchanges fewer.",
    "volatility": f"DVOL was above {HIGH:.0%} of its year within 30 days, and stands at least {FALLEN:.0%} below the highest "
    "close of those 30 days; where the term structure is held, far options are dearer than near ones.",
    "miners": "Within 90 days miners were pressed (mean hash rate of 30 days below that of 60, hashprice below electricity at "
    f"{mining.EFFICIENCY} J/TH and ${mining.ELECTRICITY:.2f}/kWh, or {CUTS} difficulty cuts in a row), and one of these has eased: "
    "the mean crossed back, hashprice is again above electricity and above that of 30 days before, or difficulty rose after "
    f"{CUTS} cuts.",
    "leverage": "Open futures over market value are below the lowest quarter of their year, funding is not negative but was "
    "within 30 days, and forced closings are below the median day of their year.",
    "flows": f"The sum of bitcoin funds' net flows over {SESSIONS} reported days turned from 0 or less to more, and still is.",
    "institutions": f"Money came into bitcoin funds on {RUN} reported days in a row, and over {flows.MONTH_OF_SESSIONS} together.",
}
"""One sentence for each signal."""


@dataclass(frozen=True)
class Easing:
    """All signals on the same days.

    Attributes
    ----------
    signals : mapping of Signal
        The five that are counted, by name.
    institutions : Signal
        Not counted: money that keeps coming in, for those who wait for it.
    """

    signals: Mapping[str, Signal]
    institutions: Signal

    @property
    def lit(self) -> pd.DataFrame:
        """Shape (n_days, 5): 1, 0 or NaN."""
        return pd.concat({name: signal.lit for name, signal in self.signals.items()}, axis=1)

    @property
    def known(self) -> pd.Series:
        """How many of the five are known on each day."""
        return self.lit.notna().sum(axis=1)

    @property
    def count(self) -> pd.Series:
        """How many are lit among those that are known; NaN where fewer than LEAST_KNOWN are.

        An unknown signal is not counted as unlit: two lit of three known and two lit of five are both 2, and who shows the
        number has to say which are not known.
        """
        return self.lit.sum(axis=1).where(self.known >= LEAST_KNOWN)

    @property
    def several(self) -> pd.Series:
        """Whether LEAST_KNOWN or more are lit at once, 1 or 0; NaN where the count is."""
        return holds(self.count >= LEAST_KNOWN, self.count)

    def until(self, end: pd.Timestamp) -> "Easing":
        """Return the same without the days from ``end`` on."""
        return Easing({name: signal.until(end) for name, signal in self.signals.items()}, self.institutions.until(end))


def strong_hands(days: pd.DatetimeIndex, long_term_supply: pd.Series, exchange_balance: pd.Series) -> Signal:
    """Coins pass to those who keep them: long-term holders' coins and exchanges' coins, BTC."""
    desk = Desk(days, {"long-term holders' supply": (long_term_supply, CRYPTO), "exchange balances": (exchange_balance, CRYPTO)})
    held, listed = (desk.lay(one - leverage.before(one, 30), CRYPTO) for one in (long_term_supply, exchange_balance))
    checks = {"held": holds(held > 0, held), "listed": holds(listed < 0, listed)}
    return desk.signal(
        "strong_hands", RULES["strong_hands"], every(list(checks.values())), checks, {"held": held, "listed": listed}
    )


def volatility(days: pd.DatetimeIndex, dvol: pd.Series, far: pd.Series, near: pd.Series) -> Signal:
    """Implied volatility falls from high: DVOL, and the slope of the term structure where it is held, volatility points."""
    desk = Desk(days, {"DVOL": (dvol, CRYPTO)})
    index = dvol.dropna()
    window = index.rolling(MONTH)
    place = np.arange(len(index)) - window.count() + 1 + window.apply(np.argmax, raw=True)
    peak_day = pd.Series(index.index[place.astype("int64")], index=index.index)
    percentile = fear.percentile_of_year(index, fear.CRYPTO_YEAR).rolling(MONTH).max()
    dated = pd.DataFrame({"dvol": index, "peak": window.max(), "peak_day": peak_day, "percentile": percentile})
    parts = {str(name): desk.lay(dated[name], CRYPTO) for name in dated}
    parts["fall"] = parts["dvol"] / parts["peak"] - 1
    parts["slope"] = slope = desk.lay((far - near).dropna(), CRYPTO)
    high = holds(parts["percentile"] >= HIGH, parts["percentile"])
    fallen = holds(parts["dvol"] <= (1 - FALLEN) * parts["peak"], parts["fall"])
    checks = {"high": high, "fallen": fallen, "upward": holds(slope > 0, slope)}
    return desk.signal("volatility", RULES["volatility"], every([high, fallen, checks["upward"].fillna(1.0)]), checks, parts)


def miners_easing(days: pd.DatetimeIndex, hash_rate: pd.Series, close: pd.Series, difficulty: pd.Series) -> Signal:
    """Miners' pressure lets up: hash rate in H/s, closes in USD, difficulty by each epoch's first block."""
    limit = mining.EPOCH_LIMIT
    desk = Desk(days, {"hash rate": (hash_rate, CRYPTO), "closes": (close, CRYPTO), "difficulty": (difficulty, limit)})
    ribbons = miners.hash_ribbons(hash_rate)
    ribbon = desk.lay((ribbons["short"] / ribbons["long"].where(ribbons["long"] > 0) - 1).dropna(), CRYPTO)
    earned = mining.hashprice_of_day(close, difficulty).dropna()
    hashprice, month_before = desk.lay(earned, CRYPTO), desk.lay(leverage.before(earned, 30), CRYPTO)
    # Publishers repeat an epoch's difficulty; only a new one is an adjustment.
    adjusted = difficulty[difficulty.diff() != 0].pct_change().dropna()
    cut = run_length(adjusted < 0)
    change, cuts = desk.lay(adjusted, limit), desk.lay(cut, limit)
    last_cuts = desk.lay(cut.where(cut > 0).ffill().fillna(0.0), limit)
    cost = mining.hashcost()
    below, unpaid = holds(ribbon < 0, ribbon), holds(hashprice < cost, hashprice)
    pressed = one_of([below, unpaid, holds(cuts >= CUTS, cuts)])
    # What eases has to be what was pressed: hashprice that rose all along is no sign on the day machines begin to go.
    better = holds((hashprice > cost) & (hashprice > month_before), hashprice, month_before)
    checks = {
        "pressed": within(pressed, QUARTER),
        "recrossed": every([within(below, QUARTER), holds(ribbon >= 0, ribbon)]),
        "earning": every([within(unpaid, QUARTER), better]),
        "raised": every([within(holds(cuts >= CUTS, cuts), QUARTER), holds((change > 0) & (last_cuts >= CUTS), change, last_cuts)]),
    }
    lit = every([checks["pressed"], one_of([checks[name] for name in ("recrossed", "earning", "raised")])])
    parts = {
        "ribbon": ribbon,
        "hashprice": hashprice,
        "month_before": month_before,
        "change": change,
        "cuts": cuts,
        "last_cuts": last_cuts,
        "cost": pd.Series(cost, index=days),
    }
    return desk.signal("miners", RULES["miners"], lit, checks, parts)


def leverage_out(days: pd.DatetimeIndex, share: pd.Series, funding_rate: pd.Series, liquidations: pd.Series) -> Signal:
    """Leverage is gone: open futures over market value, funding per eight hours, forced closings in USD per day.

    Unknown as soon as one of the three is, whatever the others say.
    """
    named = {"open interest": share, "funding": funding_rate, "liquidations": liquidations}
    desk = Desk(days, {name: (values, CRYPTO) for name, values in named.items()})
    years = [one.rolling(YEAR, min_periods=leverage.LEAST, closed="left") for one in (share.dropna(), liquidations.dropna())]
    parts = {
        "share": desk.lay(share.dropna(), CRYPTO),
        "quartile": desk.lay(years[0].quantile(QUARTILE), CRYPTO),
        "funding": desk.lay(funding_rate.dropna(), CRYPTO),
        "lowest_funding": desk.lay(funding_rate.dropna().rolling(MONTH).min(), CRYPTO),
        "liquidations": desk.lay(liquidations.dropna(), CRYPTO),
        "median": desk.lay(years[1].median(), CRYPTO),
    }
    checks = {
        "small": holds(parts["share"] < parts["quartile"], parts["share"], parts["quartile"]),
        "funding": holds((parts["funding"] >= 0) & (parts["lowest_funding"] < 0), parts["funding"]),
        "calm": holds(parts["liquidations"] < parts["median"], parts["liquidations"], parts["median"]),
    }
    return desk.signal("leverage", RULES["leverage"], pd.DataFrame(checks).min(axis=1, skipna=False), checks, parts)


def flows_turning(days: pd.DatetimeIndex, funds: pd.DataFrame) -> tuple[Signal, Signal]:
    """Money comes back into bitcoin funds, and keeps coming: net flow per fund, USD per day, told on complete days."""
    desk = Desk(days, {"fund flows": (funds, EXCHANGE)})
    sums = [flows.on_complete_days(funds, partial(flows.rolling_sum, days=span)) for span in (SESSIONS, flows.MONTH_OF_SESSIONS)]
    week, month = (one.dropna() for one in sums)
    run = flows.on_complete_days(funds, lambda net_flow: run_length(net_flow > 0))
    parts = {"week": desk.lay(week, EXCHANGE), "run": desk.lay(run, EXCHANGE), "month": desk.lay(month, EXCHANGE)}
    inward = holds(parts["week"] > 0, parts["week"])
    turned = {"inward": inward, "turned": holds((week <= 0).cummax().pipe(desk.lay, EXCHANGE) == 1, parts["week"])}
    coming = {"run": holds(parts["run"] >= RUN, parts["run"]), "month": holds(parts["month"] > 0, parts["month"])}
    return (
        desk.signal("flows", RULES["flows"], every(list(turned.values())), turned, parts),
        desk.signal("institutions", RULES["institutions"], every(list(coming.values())), coming, parts),
    )
