"""Pages are asked for until the window is covered, and a publisher that does not move on ends in an error."""

import pytest

from data_sources import paging
from data_sources.errors import PayloadChanged


class Book:
    """Rows 0 to 99, so many on a page."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.asked: list[int] = []

    def after(self, start: int) -> list[int]:
        self.asked.append(start)
        return [row for row in range(100) if row >= start][: self.size]

    def before(self, end: int) -> list[int]:
        self.asked.append(end)
        return [row for row in range(100) if row <= end][-self.size :]


def rows(pages: list[list[int]]) -> list[int]:
    return sorted(row for page in pages for row in page)


def test_onward_asks_from_where_the_last_page_ended() -> None:
    book = Book()
    assert rows(paging.onward(book.after, max, 5, 34)) == list(range(5, 35))
    assert book.asked == [5, 15, 25]


def test_back_asks_up_to_where_the_last_page_began() -> None:
    book = Book()
    assert rows(paging.back(book.before, min, 70, 99)) == list(range(70, 100))
    assert book.asked == [99, 89, 79]


def test_an_empty_page_is_the_end() -> None:
    assert rows(paging.onward(Book().after, max, 95, 1000)) == list(range(95, 100))
    assert rows(paging.back(Book().before, min, -50, 4)) == list(range(5))


def test_an_empty_window_asks_nobody() -> None:
    book = Book()
    assert paging.onward(book.after, max, 5, 4) == paging.back(book.before, min, 5, 4) == []
    assert book.asked == []


def test_onward_ends_where_a_publisher_repeats_its_last_page() -> None:
    assert paging.onward(lambda start: [7, 8, 9], max, 7, 1000) == [[7, 8, 9]]


def test_back_does_not_put_up_with_newer_rows_than_it_asked_for() -> None:
    with pytest.raises(PayloadChanged, match="begins after"):
        paging.back(lambda end: [7, 8, 9], min, 0, 9)


def test_no_series_has_pages_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST", 5)
    for turn in (lambda: paging.onward(Book(1).after, max, 0, 99), lambda: paging.back(Book(1).before, min, 0, 99)):
        with pytest.raises(PayloadChanged, match="More than 5 pages"):
            turn()
