"""The page in one file: it asks nobody for anything, holds what stood on the page, and no title breaks out of its place."""

import json
import re
from html.parser import HTMLParser

import pandas as pd
from streamlit.testing.v1 import AppTest

from components import attach, charts, network, picture, tiles
from components.charts import Line, Panel
from components.exports import Facts
from components.marks import COLORS, Figure
from components.record import Part
from indicators.readings import READINGS

DAY = pd.Timestamp("2026-02-06", tz="UTC")
FACTS = Facts("fear", "Fear", DAY, "live", ("Cboe",))
HOSTILE = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
LIMIT = 6_000_000
"""Bytes that a mail takes."""


def figure(title: str = "How high?") -> Figure:
    values = pd.Series([1.0, 2.0], index=pd.date_range("2026-02-05", periods=2, tz="UTC"))
    return charts.linked((Panel(title, "points", (Line("VIX", values),)),), DAY - pd.Timedelta(days=5), DAY)


def written(*parts: Part, facts: Facts = FACTS, question: str = "Who is afraid?") -> str:
    return attach.document(parts, facts, question, ["dvol"]).decode("utf-8")


def drawing(name: str = "Bitcoin") -> dict[str, object]:
    """What the network of two markets is drawn from."""
    nodes = [{"name": one, "x": 100, "y": at, "above": False} for at, one in enumerate((name, "Nasdaq"))]
    return {"days": ["2026-02-06"], "nodes": nodes, "shares": "AAAAAAAAAAA=", "sender": 2, "receiver": 6, "at": 0}


class Tags(HTMLParser):
    """Every tag of a document, and every address in it that is asked for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.asked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.asked += [f"{tag} {value}" for name, value in attrs if name in ("src", "href", "onerror") and tag != "a"]


def test_the_file_asks_nobody_and_may_not() -> None:
    page = written(Part(html=tiles.note("told")), Part(figure=figure(), key="fear"))
    assert Tags(page).asked == []
    assert "default-src 'none'" in page
    style = page[: page.index("</head>")]
    assert re.findall(r"url\((?!\"data:)|@import", style) == []


def test_the_file_fits_into_a_mail() -> None:
    assert len(written(Part(figure=figure(), key="a"), Part(figure=figure(), key="b")).encode()) < LIMIT


def test_what_stood_on_the_page_stands_in_the_file_in_its_order() -> None:
    page = written(Part(html=tiles.note("first")), Part(figure=figure(), key="a"), Part(html=tiles.note("last")))
    page = page[page.index("<body>") :]
    assert page.index(">first<") < page.index("fl-live") < page.index(">last<")


def test_a_page_without_figures_needs_no_script() -> None:
    assert "script" not in Tags(written(Part(html=tiles.note("told")))).names


def test_no_title_breaks_out_of_its_place() -> None:
    page = written(
        Part(html=tiles.note(HOSTILE)), Part(figure=figure(HOSTILE), key=HOSTILE),
        facts=Facts("fear", HOSTILE, DAY, "live", (HOSTILE,)), question=HOSTILE,
    )  # fmt: skip
    tags = Tags(page)
    assert tags.names.count("script") == 3
    assert tags.names.count("img") == 1, "the figure's own"
    assert tags.asked == []
    held = re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    (both,) = json.loads(held.group(1))
    assert any(HOSTILE in str(text["text"]) for text in both["light"]["layout"]["annotations"])


def test_a_sample_is_stamped() -> None:
    assert "SAMPLE DATA</b>" in written(facts=Facts("fear", "Fear", DAY, "sample"))
    assert "SAMPLE DATA</b>" not in written()


def test_the_glossary_explains_the_readings_on_the_page_and_the_measures_behind_them() -> None:
    page = written(Part(html=f'<div class="fl-label">{READINGS["vix"].label}</div>'))
    told = page[page.index("What the words mean") :]
    assert f"<dt>{READINGS['vix'].label}</dt>" in told
    assert "<dt>DVOL</dt>" in told
    assert f"<dt>{READINGS['hash_ribbon'].label}</dt>" not in told


def test_a_themed_figure_has_the_themes_colors_and_none_of_streamlits_stand_ins() -> None:
    drawn = figure()
    before = json.dumps(drawn.to_dict(), default=str)
    dark, light = (picture.themed(drawn, theme) for theme in (picture.DARK, picture.LIGHT))
    assert json.dumps(drawn.to_dict(), default=str) == before, "the figure itself stays as it is"
    for theme, spec in (("dark", dark), ("light", light)):
        assert not set(re.findall(r"#\w+", json.dumps(spec))) & set(COLORS.values())
        assert spec["data"][0]["line"]["color"] in spec["layout"]["template"]["layout"]["colorway"]
        assert spec["layout"]["template"]["layout"]["paper_bgcolor"] == picture.color("backgroundColor", theme)
    assert dark["data"][0]["y"] == light["data"][0]["y"]


def test_the_network_stands_in_its_place_with_the_boards_own_script() -> None:
    page = written(Part(html=tiles.note("before")), Part(network=drawing()), Part(html=tiles.note("after")))
    body = page[page.index("<body>") :]
    assert body.index(">before<") < body.index("fl-net-root") < body.index(">after<")
    assert Tags(page).names.count("script") == 2, "what is drawn, and what draws it"
    assert Tags(page).asked == []


def test_the_networks_script_is_taken_out_of_streamlits_hands_whole() -> None:
    script = network.SCRIPT.read_text(encoding="utf-8")
    assert script.count(attach.EXPORTED) == script.count("export ") == 1
    assert not re.search(r"</script|<!--|^import", script, re.MULTILINE)
    assert "export default" not in written(Part(network=drawing()))


def test_no_name_of_a_market_breaks_out_of_the_network() -> None:
    page = written(Part(network=drawing(HOSTILE)))
    held = re.search(r'<script type="application/json" id="networks">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    assert json.loads(held.group(1))[0]["nodes"][0]["name"] == HOSTILE
    assert "alert(1)</script>" not in page


def test_both_sides_of_the_network_have_a_color_in_either_theme() -> None:
    for side in ("sender", "receiver"):
        found = re.search(rf"--fl-net-{side}: light-dark\((#\w+), (#\w+)\)", written(Part(network=drawing())))
        assert found
        assert found.group(1) != found.group(2)


def folded() -> None:
    """Run as a page whose words stand in an expander that nobody has opened."""
    import streamlit as st

    from components import record, tiles

    record.begin()
    with st.expander("More"):
        tiles.show(tiles.note("within"))
    st.session_state["parts"] = record.end()


def test_what_stands_in_a_closed_expander_is_in_the_file() -> None:
    page = AppTest.from_function(folded).run()
    assert not page.exception
    assert ">within<" in written(*page.session_state["parts"])
