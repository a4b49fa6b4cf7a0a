"""Tries the page as a person would, and asks EXPLAIN which index a search uses."""
import app
import load

ODD = ("/search?text=", "/search?text=%20%20", "/search?text=%21%3F%26%7C", "/search?text=%00a", "/search?text=%F0%9F%98%80",
       "/search?text=" + "x" * 301, "/search?text=bank&limit=0", "/search?text=bank&limit=1000000", "/search?text=bank&limit=ten",
       "/explain?text=bank&id=99999999", "/explain?text=bank&id=-1", "/explain?text=bank&id=x", "/explain?text=&id=1")
# Signs that text search or SQL give a meaning, beside a word.
SIGNS = ("bank'); DROP TABLE documents; --", "bank & | ! <-> (river", "bank \\ ' \" %s $1 :*", "caf\u00e9 \u6c34 \u0631 bank")


def check(db, browser, report):
    plans(db, report)
    searches(browser, report)
    wrong_input(browser, report)


def plans(db, report):
    embedding = app.embed(["a place to sleep"])[0]
    values = {"text": "a place to sleep", "terms": ["place", "sleep"], "embedding": embedding, "limit": 10,
              "k": load.FUSION["k"]}
    db.must_use_index("documents_embedding_idx", app.VECTORS, values)
    db.must_use_index("documents_embedding_idx", app.HYBRID, values)
    for name, statement in (("keywords", app.KEYWORDS), ("both", app.HYBRID)):
        report.require(f"{name} use the index of words",
                       "Bitmap Index Scan on documents_document_idx" in db.plan(statement, values))


def search(browser, text):
    browser.type("What are you looking for", text)
    browser.click("form button")
    browser.wait_text("#shown", text)


def searches(browser, report):
    browser.wait_text("#figures", "same word")
    search(browser, "the bank of a river")
    report.require("each of the three finds eight texts",
                   all(len(browser.all(f"#{column} li")) == 8 for column in ("keywords", "vectors", "hybrid")))
    report.require("the sloping land is found", "sloping land" in browser.text("#vectors"))
    report.require("matched terms are shown", "river" in browser.text("#keywords .marked"))
    report.require("ranks in both lists are shown", "vectors number" in browser.text("#hybrid"))
    report.require("the SQL is shown", "reciprocal_rank_fusion" in browser.text("#sql"))
    search(browser, "put money aside for later")
    report.require("vectors find what has other words", "accumulate money for future use" in browser.text("#vectors"))
    browser.click("#examples button")
    browser.wait_text("#shown", "the bank of a river")
    browser.click("#hybrid li button")
    browser.wait_text("#explanation", "without")
    report.require("words are explained", "river" in browser.text("#explanation"))


def wrong_input(browser, report):
    for path in ODD:
        report.require(f"a message for {path[:40]}", browser.refuses(path))
    search(browser, "the of and")
    report.require("stop words alone get a note", "only words such as" in browser.text("#note"))
    for text in SIGNS:
        search(browser, text)
        report.require(f"no syntax: {text}", "bank" in browser.text("#keywords .marked") and not browser.text("#message"))
    browser.type("What are you looking for", "")
    browser.click("form button")
    report.require("an empty question gets a message", "fill in" in browser.wait_message())
    # What the screenshot shows.
    search(browser, "the bank of a river")
    browser.click("#hybrid li button")
    browser.wait_text("#explanation", "river")
