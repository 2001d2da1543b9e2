"""Farside's table of flows: which cells are numbers, which columns are funds, and when the page is not to be trusted."""

import pandas as pd
import pytest

from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.farside import fetch_flows, parse_flows
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

PAGE = payload("farside_btc.html")


def flows(page: str = PAGE) -> pd.Series:
    return read(parse_flows, page, "BTC").set_index(["time", "entity"])["value"]


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def test_a_flow_is_dollars_and_parentheses_are_money_out() -> None:
    assert flows()[utc("2024-01-11"), "IBIT"] == 111_700_000
    assert flows()[utc("2024-01-11"), "GBTC"] == -95_100_000
    assert flows()[utc("2025-11-24"), "IBIT"] == 1_119_900_000


def test_every_row_says_what_it_is() -> None:
    frame = read(parse_flows, PAGE, "BTC")
    assert set(frame["measure"]) == {"net_flow"}
    assert set(frame["asset"]) == {"BTC"}
    assert set(frame["entity"]) == {"IBIT", "FBTC", "BITB", "ARKB", "BTCO", "EZBC", "BRRR", "HODL", "BTCW", "GBTC", "BTC"}


def test_a_dash_or_a_blank_is_not_a_zero() -> None:
    assert (utc("2024-01-11"), "BTC") not in flows().index
    assert list(flows()[utc("2025-11-24")].index) == ["IBIT"]
    assert flows()[utc("2025-11-20"), "BTCO"] == 0.0


def test_the_open_session_of_dashes_has_no_row_although_its_total_is_zero() -> None:
    assert flows().index.get_level_values("time").max() == utc("2025-11-24")


def test_a_fund_that_stands_elsewhere_is_still_itself() -> None:
    moved = PAGE.replace("> IBIT<", "> X1<").replace("> FBTC<", "> IBIT<").replace("> X1<", "> FBTC<")
    assert flows(moved)[utc("2024-01-11"), "IBIT"] == 227_000_000


def test_a_new_fund_is_taken_up_by_its_ticker() -> None:
    assert flows(PAGE.replace("> BTCO<", "> MSBT<"))[utc("2024-01-11"), "MSBT"] == 17_400_000


def test_days_twice_and_out_of_order_change_nothing() -> None:
    day = PAGE[PAGE.index("<tr>\n  <td>", PAGE.index("11 Jan 2024") - 60) : PAGE.index("</tr>", PAGE.index("11 Jan 2024")) + 5]
    shuffled = PAGE.replace('<tr>\n  <td><span class="tabletext"> Total', day + '<tr>\n  <td><span class="tabletext"> Total')
    assert shuffled.count("11 Jan 2024") == 2
    pd.testing.assert_series_equal(flows(shuffled), flows())


def test_a_row_whose_funds_miss_its_total_has_moved_columns() -> None:
    with pytest.raises(PayloadChanged, match="add up"):
        flows(PAGE.replace("(903.2)", "903.2", 1))


def test_rounding_alone_does_not_move_columns() -> None:
    assert flows(PAGE.replace("(903.2)", "(902.5)", 1))[utc("2025-11-20"), "FBTC"] == -190_400_000


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param("  Total<", "  Net<", id="the Total column renamed"),
        pytest.param("> FBTC<", "> IBIT<", id="one ticker twice"),
        pytest.param("> FBTC<", "> <", id="a column without ticker"),
        pytest.param("> FBTC<", "> Fidelity<", id="a name instead of a ticker"),
        pytest.param("20 Nov 2025", "2025-11-20", id="days written otherwise"),
        pytest.param("> 11 Jan 2024</span></td>", "> 11 Jan 2024</span></td><td></td>", id="an extra cell"),
        pytest.param("237.9", "n.m.", id="a word among the numbers"),
        pytest.param('class="etf"', 'class="flows"', id="no such table"),
        pytest.param("</table>\n</body>", "", id="no end of the table"),
    ],
)
def test_another_page_is_refused(was: str, becomes: str) -> None:
    assert was in PAGE
    with pytest.raises(PayloadChanged):
        flows(PAGE.replace(was, becomes))


def test_a_page_cut_off_is_refused_wherever_the_cut_is() -> None:
    for end in range(PAGE.index("<thead>"), PAGE.index("</table>\n</body>"), 97):
        with pytest.raises(PayloadChanged):
            flows(PAGE[:end])


def test_a_table_closed_before_its_summary_is_refused() -> None:
    summary = PAGE.index('<tr>\n  <td><span class="tabletext"> Total')
    with pytest.raises(PayloadChanged, match="end with its Total"):
        flows(PAGE[:summary] + "</tbody></table>")


def test_a_table_without_a_day_publishes_nothing() -> None:
    body, summary = PAGE.index("<tbody>"), PAGE.index('<tr>\n  <td><span class="tabletext"> Total')
    with pytest.raises(NothingPublished):
        flows(PAGE[:body] + PAGE[summary:])


def test_only_dashes_publish_nothing() -> None:
    body, summary = PAGE.index("<tbody>"), PAGE.index('<tr>\n  <td><span class="tabletext"> Total')
    with pytest.raises(NothingPublished):
        flows(PAGE[:body] + row("25 Nov 2025", *["-"] * 11, "0.0") + PAGE[summary:])


def test_a_flow_of_the_future_is_refused() -> None:
    with pytest.raises(ContractBroken):
        flows(PAGE.replace("24 Nov 2025", "24 Nov 2095"))


@pytest.mark.parametrize(
    ("asset", "days", "path"),
    [
        ("BTC", 7, "btc"),
        ("ETH", 14, "eth"),
        ("BTC", 15, "bitcoin-etf-flow-all-data"),
        ("ETH", 900, "ethereum-etf-flow-all-data"),
    ],
)
def test_one_page_is_enough_and_the_short_one_for_a_week(monkeypatch: pytest.MonkeyPatch, asset: str, days: int, path: str) -> None:
    asked: list[tuple[str, bool]] = []

    def text(url: str, *, html: bool) -> str:
        asked.append((url, html))
        return PAGE

    monkeypatch.setattr("data_sources.wire.text", text)
    end = utc("2025-11-25T13:00")
    assert fetch_flows(asset, end - pd.Timedelta(days=days), end) == PAGE
    assert asked == [(f"https://farside.co.uk/{path}/", True)]
