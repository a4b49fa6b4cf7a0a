"""Tries the page as a person would, and asks EXPLAIN which index a search uses."""
from selenium.webdriver.common.action_chains import ActionChains

import app
import load

ODD = ("/search?", "/search?id=&text=%20", "/search?text=the%20of", "/search?text=%21%26", "/search?text=%00", "/search?text=zyxwvut",
       "/search?text=" + "x" * 301, "/search?id=999999", "/search?id=-1", "/search?id=cat", "/search?id=1&limit=0",
       "/search?id=1&limit=1000000", "/search?id=1&variants=perhaps", "/grid?category=None", "/duplicates?id=1&radius=9",
       "/duplicates?id=1&radius=nan", "/duplicates?id=", "/picture?id=999999", "/sample?id=2000", "/digit?drawing=1")
SIGNS = ("cat'); DROP TABLE emoji; --", "cat & | ! (", "cat \\ ' \" %s :*")


def check(db, browser, report):
    plans(db, report)
    pictures(browser, report)
    digits(browser, report)
    wrong_input(browser, report)
    # What the screenshot shows.
    search(browser, "heart")
    browser.wait_text("#found", "by name number 1")


def plans(db, report):
    asked = db.row("SELECT id, embedding::text AS embedding FROM emoji WHERE name = 'Banana'")
    values = {"id": asked["id"], "embedding": asked["embedding"], "text": "fruit", "limit": 10, "radius": 0.05, "k": load.FUSION_K}
    for name in ("BY_PICTURE", "BY_BOTH"):
        db.must_use_index("emoji_embedding_idx", getattr(app, name).format(condition="is_plain AND id <> %(id)s"), values)
    db.must_use_index("emoji_embedding_idx", app.WITHIN.format(condition="id <> %(id)s"), values)
    plan = db.plan(app.BY_PICTURE.format(condition="is_plain"), values)
    report.require("the filter is tested inside the index", "Index Cond: (is_plain = true)" in plan)
    pixels = db.value("SELECT pixels::text FROM test_digits WHERE id = 1")
    db.must_use_index("digits_pixels_idx", app.NEIGHBORS, {"pixels": pixels, "neighbors": 5})


def search(browser, text):
    browser.type("Words of a name", text)
    browser.click("#form button")
    browser.wait_text("#asked", f"amed \u201c{text}\u201d")


def pictures(browser, report):
    browser.wait(lambda: len(browser.all("#category option")) > 5, "there are no categories")
    browser.choose("Pictures of", "Food & Drink")
    browser.click("#grid button[aria-label='Green apple']")
    browser.wait_text("#asked", "Green apple")
    report.require("the red apple is the first", browser.all("#found .card")[0].text.startswith("1. Red apple"))
    report.require("pictures are shown", browser.wait(lambda: browser.driver.execute_script(
        "return [...document.querySelectorAll('#found img')].every((image) => image.complete && image.naturalWidth === 64)"),
        "pictures are not loaded"))
    report.require("the SQL is shown", "<=>" in browser.text("#sql"))
    search(browser, "pear")
    browser.wait_text("#found", "by name number 1")
    report.require("both ranks are shown", "by picture number" in browser.text("#found"))
    browser.click("#forget")
    browser.wait(lambda: not browser.all("#found .card"), "the results are still there")
    search(browser, "broken heart")
    report.require("the name is found", browser.all("#found .card")[0].text.startswith("1. Broken heart"))
    browser.choose("Pictures of", "People & Body")
    browser.click("#grid button[aria-label='Waving hand sign']")
    browser.wait_text("#duplicates", "Waving hand sign: medium skin")
    browser.slide("Distance below", 0.3)
    browser.wait(lambda: len(browser.all("#duplicates .card")) > 20, "a wider range finds no more")


def digits(browser, report):
    browser.click("#classify")
    report.require("no drawing gets a message", "draw" in browser.wait_message())
    canvas = browser.all("#canvas")[0]
    hand = ActionChains(browser.driver, duration=50).move_to_element_with_offset(canvas, 0, -70).click_and_hold()
    for _ in range(7):
        hand.move_by_offset(0, 20)
    hand.release().perform()
    browser.click("#classify")
    browser.wait_text("#verdict", "It is a 1.")
    report.require("neighbors are shown", len(browser.all("#neighbors-shown img")) == load.NEIGHBORS)
    report.require("differences are shown", len(browser.all("#difference span")) == 49)
    browser.type("Neighbors that vote", "0")
    browser.click("#classify")
    report.require("no neighbors get a message", "neighbors" in browser.wait_message())
    browser.type("Neighbors that vote", "9")
    browser.click("#sample")
    browser.wait_text("#verdict", "Its writer meant")


def wrong_input(browser, report):
    for path in ODD:
        report.require(f"a message for {path[:40]}", browser.refuses(path))
    browser.click("#forget")
    for text in SIGNS:
        search(browser, text)
        report.require(f"no syntax: {text}", "Cat" in browser.text("#found") and not browser.text("#message"))
    browser.type("Words of a name", "")
    browser.click("#form button")
    report.require("nothing asked gets a message", "click a picture" in browser.wait_message())
    browser.choose("Pictures of", "Smileys & Emotion")
    browser.click("#grid button[aria-label='Smiling face with heart-shaped eyes']")
    browser.wait_text("#asked", "heart-shaped")
