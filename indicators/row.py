"""What a row of the readings is made of, and what it says on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Direction = Literal["high", "low", "both", "none"]
State = Literal["calm", "stress", "extreme", "unknown"]
Calendar = Literal["crypto", "exchange"]
YEAR: dict[str, int] = {"crypto": 365, "exchange": 252}
"""Previous observations a one-year percentile looks at."""
MAX_AGE: dict[str, pd.Timedelta] = {"crypto": pd.Timedelta(days=3), "exchange": pd.Timedelta(days=5)}
"""Age at which a number is too old to judge the day by: coins trade daily; exchanges close for up to four days."""
FILING_AGE = pd.Timedelta(days=120)
"""The same for what companies file: a quarter, and the weeks its report takes."""


@dataclass(frozen=True)
class Thresholds:
    """From where on a reading is stress, and from where on extreme.

    Parameters
    ----------
    stress, extreme : float
        In the reading's unit, or fractions when `on` is percentile. High readings are stress from the
        threshold on; low readings are stress below it.
    reason : str
        Why these numbers.
    link : str
        Where the reason can be read.
    on : str
        value, or percentile: the rank among the reading's own last year.
    upper : (float, float) or None
        For readings that are stress on both sides: stress and extreme of the upper side.
    inclusive : bool
        True when a low reading is stress at the threshold itself.
    levels : (float, float) or None
        Of a high reading that goes by percentile: values from which on it is stress, and extreme, however high its year was. A
        crisis that lasts a year would otherwise end up calm.
    """

    stress: float
    extreme: float
    reason: str
    link: str
    on: Literal["value", "percentile"] = "value"
    upper: tuple[float, float] | None = None
    inclusive: bool = False
    levels: tuple[float, float] | None = None


@dataclass(frozen=True)
class Part:
    """A series that is one part of a larger computation, which all its siblings share.

    Called with the inputs it does the work and takes its part; `computed` does the work once. What the work returns has
    ``until(end)``, which gives the same without the days from ``end`` on: nothing shown as of a day looks beyond it.

    ``ahead``, where there is one, is called with the same inputs in the background whenever something newer is kept: it asks what
    pages will ask, of functions that remember their answers, so that no visitor waits for them.
    """

    work: Callable[..., Any]
    pick: Callable[[Any], pd.Series]
    ahead: Callable[..., object] | None = None

    def __call__(self, *inputs: pd.Series | pd.DataFrame) -> pd.Series:
        """Do the whole work and take this part of it."""
        return self.pick(self.work(*inputs))


@dataclass(frozen=True)
class Reading:
    """One named number the board shows, alerts on and puts into the note.

    Parameters
    ----------
    id, label, unit, page : str
        Its name in the note, on a tile, its unit and the page it belongs to.
    inputs : tuple of (measure, asset)
        What it is computed from. A measure that begins with a star asks for all entities of the asset, an asset that ends
        with one for all assets held whose names begin so (contracts, which come and go): both arrive as a DataFrame.
    function : callable
        From the inputs, in order, to the whole history; the value at t uses inputs up to t only.
        An input that is not held arrives empty.
    stress : str
        Which way is stress: high, low, both or none.
    calendar : str
        crypto or exchange: the length of its year, and how old it may grow.
    sentence : str
        Template for prose; ``{value}`` is the formatted value.
    format : str
        How a value is printed, a ``str.format`` template.
    thresholds : Thresholds or None
        None when neither way is stress.
    observations : int
        Observations of its inputs that its first value needs.
    interval : str
        Length of the interval that an observation's time starts; 0D for a state that holds from then on.
    entities : tuple of str
        The only entities a starred input brings; all when empty.
    max_age : Timedelta or None
        Age from which the number no longer describes the day; None takes its calendar's.
    members : tuple of str
        Other readings that it is computed from, when it is: the function is called with their histories, and the inputs only
        say what is behind them.
    ranked_by : str
        The reading that says its one-year percentile, where that is not the place of its own number among those of its year.
    short : str
        Why there is no value although its inputs are held; "" takes the general sentence.
    """

    id: str
    label: str
    unit: str
    page: str
    inputs: tuple[tuple[str, str], ...]
    function: Callable[..., pd.Series]
    stress: Direction
    calendar: Calendar
    sentence: str
    format: str
    thresholds: Thresholds | None = None
    observations: int = 1
    interval: str = "1D"
    entities: tuple[str, ...] = ()
    max_age: pd.Timedelta | None = None
    members: tuple[str, ...] = ()
    ranked_by: str = ""
    short: str = ""

    @property
    def year(self) -> int:
        """Previous observations its one-year percentile looks at."""
        return YEAR[self.calendar]

    @property
    def oldest(self) -> pd.Timedelta:
        """Age beyond which it is stale."""
        return MAX_AGE[self.calendar] if self.max_age is None else self.max_age


@dataclass(frozen=True)
class Value:
    """One reading as of one day.

    Parameters
    ----------
    id : str
        The reading.
    value : float
        In the reading's unit; NaN when there is none.
    time : Timestamp
        What the number is about; NaT when there is none.
    previous : float
        The observation before, NaN when there is none.
    change_1d : float
        Value less previous, in the unit.
    percentile_1y : float
        Share of the previous year's observations strictly below, a fraction; NaN when the year is not full.
    state : str
        calm, stress, extreme, or unknown when there is no value or it is too old to judge the day by.
    publishers : tuple of str
        Whose numbers went into it.
    why : str
        Why there is no value, or why the state is unknown in spite of one; "" otherwise.
    age : Timedelta
        From the end of the number's interval to the end of the day; NaT when there is none.
    feed : str
        How the worst of its inputs stands with its publishers, such as late or down; "" where that is not asked: of a
        past day, and on the sample board.
    feed_why : str
        The reason in a sentence.
    """

    id: str
    value: float
    time: pd.Timestamp
    previous: float
    change_1d: float
    percentile_1y: float
    state: State
    publishers: tuple[str, ...]
    why: str
    age: pd.Timedelta
    feed: str = ""
    feed_why: str = ""
