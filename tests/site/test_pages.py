"""The site as readers meet it, in headless Chromium: it opens, finds, answers, and obeys no article."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import CLOSING, IMAGE, PROMISED, SAID, SCRIPT, VERSION, Visit, watched

XI, HARM = "Q15031", "local:harm"
PAGES = {
    "index.html": "What is in this dataset",
    "search.html?q=zebras": "Search statements and commitments",
    "leaders.html": "Leaders",
    f"leader.html?id={XI}": "Xi Jinping",
    f"leader.html?id={HARM}": f"Ann {IMAGE}",
    "events.html": "Events",
    "event.html?id=e_harm": f"Visit: Ann {IMAGE}",
    "article.html?id=a_harm": f"Title {IMAGE}",
    "article.html?id=a_withheld": f"Title {IMAGE}",
    "dictionary.html": "Data dictionary",
    "sql.html": "Ask in SQL",
}

FAULTS = """() => {
  const faults = [];
  const named = (element) => (element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()
    || document.getElementById(element.getAttribute("aria-labelledby"))?.textContent.trim());
  const met = "input, select, textarea, button, a, summary, [role=region], svg[role=img]";
  for (const element of document.querySelectorAll(met)) {
    if (!named(element)) faults.push(`without a name: ${element.outerHTML.slice(0, 80)}`);
  }
  for (const landmark of ["main", "header", "footer", "nav[aria-label=Pages]", "h1"]) {
    if (document.querySelectorAll(landmark).length !== 1) faults.push(`not one ${landmark}`);
  }
  let before = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) faults.push(`${heading.tagName} after h${before}: ${heading.textContent}`);
    before = level;
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) faults.push(`twice: #${id}`);
  for (const cell of document.querySelectorAll("th:not([scope])")) faults.push(`th without scope: ${cell.textContent}`);
  if (!document.documentElement.lang) faults.push("no language");
  return faults;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_a_screen_reader_finds_its_way_and_what_an_article_says_stays_text(
    visit: Visit, name: str
) -> None:
    page = visit.open(name)
    assert page.locator("h1").text_content() == PAGES[name]
    assert VERSION in page.title()
    assert page.evaluate(FAULTS) == []
    assert page.locator("main img, main script, main [onload], main [onerror], [href^='javascript:']").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_telephone_shows_a_page_without_scrolling_sideways(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    visit = watched(context, address)
    page = visit.open(name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(23, 24, 27)"
    assert visit.wrongs == []
    context.close()


@pytest.mark.parametrize("name", [name for name in PAGES if "sql" not in name])
def test_a_page_opens_from_a_disk(browser: Browser, site: Path, name: str) -> None:
    context = browser.new_context()
    visit = watched(context, site.as_uri())
    assert visit.open(name).locator("h1").text_content() == PAGES[name]
    assert visit.wrongs == []
    context.close()


def test_the_overview_counts_and_charts_what_is_there(visit: Visit) -> None:
    page = visit.open("index.html")
    assert int(page.locator(".figures dd").nth(0).inner_text()) > 100
    expect(page.locator("figure svg[role=img]")).to_have_count(6)
    page.locator("summary", has_text="By month, as a table").click()
    assert page.locator("figure table").first.inner_text().startswith("month")
    assert "2026-06" in page.locator("figure table").first.inner_text()


def test_search_highlights_the_words_in_their_sentence_and_leads_on(visit: Visit) -> None:
    page = visit.open("index.html")
    page.fill("#q", "soybean")
    page.press("#q", "Enter")
    page.wait_for_selector("#results mark")
    assert {text.lower() for text in page.locator("#results mark").all_inner_texts()} == {"soybean", "soybeans"}
    first = page.locator("#results > li").first
    assert "soybean" in first.locator(".sentence").inner_text()
    expect(page.locator("#status")).to_contain_text("passage")
    first.locator(".from a").first.click()
    page.wait_for_selector(".aimed")
    assert "soybean" in page.locator(".aimed").inner_text()


def test_search_needs_all_words_and_quotation_marks_mean_the_word_itself(visit: Visit) -> None:
    page = visit.open("search.html")
    for question, count in (
        ("zebras", 2),
        ("zebras danger", 1),
        ("zebr", 2),
        ('"zebr"', 0),
        ("ZÉBRAS", 2),
        ("zebras xi", 0),
    ):
        assert _found(page, question) == count, question


def test_search_takes_filters_and_keeps_them_in_the_address(visit: Visit) -> None:
    page = visit.open('search.html?q="ann"')
    page.select_option("select[name=kind]", "commitment")
    expect(page.locator("#results > li")).to_have_count(1)
    expect(page.locator("#results .sentence .content")).to_have_text(PROMISED)
    page.select_option("select[name=kind]", "")
    page.select_option("select[name=topic]", "trade")
    expect(page.locator("#results .sentence .content")).to_have_text(SAID)
    page.reload()
    expect(page.locator("#results > li")).to_have_count(1)
    assert page.input_value("select[name=topic]") == "trade"


def test_a_search_shows_more_when_asked(visit: Visit) -> None:
    page = visit.open("search.html")
    expect(page.locator("#results > li")).to_have_count(20)
    page.click("#more")
    expect(page.locator("#results > li")).to_have_count(40)
    assert page.evaluate("document.activeElement === document.querySelectorAll('#results > li')[20]")


def test_a_leaders_page_tells_what_they_said_and_promised_to_whom(visit: Visit) -> None:
    page = visit.open(f"leader.html?id={XI}")
    for section in ("said", "promised"):
        expect(page.locator(f"section[aria-labelledby={section}] .passage").first).to_be_visible()
    expect(page.locator("section[aria-labelledby=to-whom]")).to_contain_text("Donald Trump")
    page.locator("section[aria-labelledby=said] a", has_text="Search in these").click()
    expect(page.locator("#people")).to_contain_text("Xi Jinping")
    said = page.locator("#results .label b").all_inner_texts()
    assert said and set(said) == {"statement"}


def test_leaders_are_found_by_name_whatever_the_accents(visit: Visit) -> None:
    page = visit.open("leaders.html")
    page.fill("#q", "xí")
    expect(page.locator("#leaders tr")).to_have_count(1)
    expect(page.locator("#leaders")).to_contain_text("Xi Jinping")


def test_an_events_page_puts_both_accounts_next_to_each_other(visit: Visit) -> None:
    page = visit.open("event.html?id=e_harm")
    expect(page.locator(".heads h3")).to_have_count(2)
    assert sorted(page.locator(".heads h3").all_text_contents()) == sorted([IMAGE, "The Other Side"])
    boxes = [box for side in page.locator(".heads .side").all() if (box := side.bounding_box())]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    gist = page.locator(".difference").inner_text()
    assert f"{IMAGE} alone tells of Trade and economy." in gist
    assert re.search(r"The Other Side alone tells of Rights and society\.", gist)
    assert any(
        "The Other Side: nothing on Trade and economy." in text for text in page.locator(".silent").all_inner_texts()
    )


def test_an_articles_page_marks_what_was_found_after_characters_of_any_width(visit: Visit) -> None:
    page = visit.open("article.html?id=a_harm")
    assert page.locator(".text .found.statement").all_text_contents()[1:] == [SAID]
    assert page.locator(".text p .found.commitment").all_text_contents()[1:] == [PROMISED]


def test_a_text_that_may_not_be_passed_on_is_not_missed_silently(visit: Visit) -> None:
    page = visit.open("article.html?id=a_withheld")
    expect(page.locator(".notice")).to_contain_text("The text is left out")
    expect(page.locator(".passage")).to_contain_text("The words are left out")
    assert page.get_by_text("Where it was published").get_attribute("href") == "https://example.org/withheld"


def test_harmful_words_are_shown_as_they_were_written(visit: Visit) -> None:
    page = visit.open("search.html?q=zebras")
    assert SCRIPT in "".join(page.locator("#results .sentence").all_text_contents())
    article = visit.open("article.html?id=a_harm")
    assert SCRIPT in (article.locator(".text").text_content() or "")
    assert CLOSING in (article.locator("main").text_content() or "")
    assert article.locator("a", has_text="Where it was published").count() == 0


def test_an_id_that_is_not_there_is_said_to_be_missing(visit: Visit) -> None:
    for name in ("leader", "event", "article"):
        page = visit.open(f"{name}.html?id={SCRIPT}")
        assert SCRIPT in (page.locator("main").text_content() or "")


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.usefixtures("database")
def test_sql_answers_from_the_parquet_files_and_stays_inside(visit: Visit) -> None:
    page = visit.open("sql.html")
    answer = _asked(page, "SELECT count(*) AS n, max(published_on) AS latest, [1, 2] AS list FROM articles")
    assert answer == "16\t2026-06-01\t[1, 2]"
    assert _asked(page, "SELECT content FROM who_said_what WHERE content LIKE '%zebras will%'") == SAID
    for question, _ in _examples(page):
        assert _asked(page, question)
    assert _asked(
        page, """SELECT '=HYPERLINK("x")' AS "@name", ' +1' AS b, '＝1' AS c, -5 AS n, NULL AS d, 'a,b' AS e"""
    )
    with page.expect_download() as saved:
        page.click("#download")
    assert Path(saved.value.path()).read_text(encoding="utf-8").splitlines() == [
        "'@name,b,c,n,d,e",
        """"'=HYPERLINK(""x"")",' +1,'＝1,-5,,"a,b\"""",
    ]
    page.fill("#query", "SELECT * FROM 'https://example.org/x.csv'")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("Permission Error", timeout=30_000)
    _pardon_duckdb(visit)


@pytest.mark.usefixtures("database")
def test_a_wrong_query_says_what_is_wrong(visit: Visit) -> None:
    page = visit.open("sql.html")
    page.fill("#query", "SELECT nonsense FROM topics")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("nonsense", timeout=60_000)
    _pardon_duckdb(visit)


def _pardon_duckdb(visit: Visit) -> None:
    """Its worker notes each error of a query in the console, beside telling the page."""
    visit.wrongs[:] = [
        wrong for wrong in visit.wrongs if not re.match(r"console: Error: (Permission|Binder) Error", wrong)
    ]


def _found(page: Page, question: str) -> int:
    page.evaluate("document.getElementById('results').removeAttribute('data-milliseconds')")
    page.fill("#q", question)
    page.press("#q", "Enter")
    page.wait_for_selector("#results[data-milliseconds]", state="attached")
    return page.locator("#results > li").count()


def _examples(page: Page) -> list[tuple[str, str]]:
    buttons = page.locator("[data-query]").all()
    return [(button.get_attribute("data-query") or "", button.inner_text()) for button in buttons]


def _asked(page: Page, query: str) -> str:
    """The first row of the answer."""
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.fill("#query", query)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr", timeout=60_000)
    return "\t".join(page.locator("#answer tbody tr").first.locator("td").all_text_contents())
