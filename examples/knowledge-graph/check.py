"""What a person does on the page of the knowledge graph, and what must not go wrong."""
import app

WRONG = (
    "/films", "/films?title=", "/films?title=" + "x" * 200, "/films?title=%00",
    "/facts", "/facts?film=x", "/facts?film=99999999", "/facts?film=-3", "/facts?film=99999999999999999999",
    "/tails?film=1", "/tails?film=1&relation=actor", "/tails?film=%22%3B--&relation=actor",
    "/heads?entity=abc&relation=actor", "/heads?entity=99999999&relation=actor",
    "/alike?film=", "/alike?film=x", "/duplicates?radius=0", "/duplicates?radius=9", "/duplicates?radius=nan", "/duplicates?share=2",
)


def check(db, browser, report):
    jedi = db.value("SELECT id FROM entities WHERE label = 'Return of the Jedi (1983)'")
    drama = db.value("""SELECT tail FROM facts JOIN relations AS r ON r.id = relation
                        WHERE r.name = 'genre' GROUP BY tail ORDER BY count(*) DESC LIMIT 1""")
    for index, statement, given in (
            ("entities_product", app.TAILS, {"film": jedi, "relation": "actor", "k": 10}),
            ("films_product", app.HEADS, {"entity": drama, "relation": "genre", "k": 10}),
            ("films_alike", app.ALIKE, {"film": jedi, "k": 10})):
        db.must_use_index(index, statement, given)
    report.figure("statements whose plan uses an index", 3)
    wrong = [*WRONG, f"/tails?film={jedi}&relation=friend", f"/tails?film={jedi}&relation=actor&k=0",
             f"/alike?film={jedi}&k=1000000000", f"/facts?film={drama}"]
    check_answers(browser, report, jedi, drama)
    check_clicks(browser, report)
    report.require("wrong input gets a message", all([browser.refuses(path) for path in wrong]))


def ask(browser, path):
    status, answer = browser.fetch(path)
    assert status == 200, answer
    return answer["result"]


def check_answers(browser, report, jedi, drama):
    near = ask(browser, f"/alike?film={jedi}&k=5")
    labels = " ".join(row["label"] for row in near["alike"])
    report.require("films like the third part of a series: the first two", "Star Wars (1977)" in labels and "Empire" in labels)
    report.require("so are films that share an actor", "Empire" in " ".join(row["label"] for row in near["shared"]))
    for relation in ("genre", "actor", "directed_by", "country"):
        report.require(f"ten answers: {relation}", len(ask(browser, f"/tails?film={jedi}&relation={relation}")) == 10)
    report.require("fifty films for a genre", len(ask(browser, f"/heads?entity={drama}&relation=genre&k=50")) == 50)
    found = ask(browser, "/duplicates")
    report.require("duplicates: planted ones, and parts of a series",
                   any(row["planted"] for row in found) and any(not row["planted"] for row in found))
    report.require("odd characters find nothing", ask(browser, "/films?title=%25'%22%5C;--") == [])


def check_clicks(browser, report):
    browser.type("Words of a title", "")
    browser.click("#search button")
    report.require("an empty title gets a message", "title" in browser.wait_message())
    browser.type("Radius (cosine distance)", "wide")
    browser.click("#resolve button")
    browser.wait_text("#message", "wide")
    browser.type("Radius (cosine distance)", "0.25")
    browser.click("#resolve button")
    browser.wait_text("#duplicates", "planted copy")
    browser.type("Words of a title", "return of the jedi")
    browser.click("#search button")
    browser.wait_text("#films", "Return of the Jedi (1983)")
    browser.click("#films .film")
    browser.wait_text("#shared", "Empire Strikes Back")
    browser.choose("Relation", "directed_by")
    browser.wait_text("#predicted", "directed_by, ?")
    browser.wait(lambda: "complex_tail_query" in browser.text("#sql"), "the SQL does not show the query")
