"""What a person does on the page of the recommender, and what must not go wrong."""
import app
from common.params import Params

WRONG = (
    "/films", "/films?title=%20", "/films?title=" + "x" * 300, "/films?title=%00%01",
    "/person", "/person?person=abc", "/person?person=944", "/person?person=-1", "/person?person=1.5",
    "/recommend", "/recommend?liked=99999", "/recommend?liked=1,x", "/recommend?liked=1&disliked=1",
    "/recommend?liked=" + ",".join(map(str, range(1, 200))),
    "/recommend?liked=1&results=0", "/recommend?liked=1&results=1000000000000", "/recommend?liked=1&results=ten",
    "/recommend?liked=1&balance=nan", "/recommend?liked=1&balance=2", "/recommend?liked=1&strategy=magic",
    "/recommend?liked=1&from=1990&to=1980", "/recommend?liked=1&genre=" + "y" * 300, "/recommend?strategy=person",
    "/why?liked=1&film=99999", "/why?liked=1", "/recommend?disliked=1",
)
USES = (
    ({"liked": "50,181", "disliked": "1"}, "films_cosine"),
    ({"liked": "50,181", "from": "1990", "to": "1996"}, "films_cosine"),
    ({"liked": "50,181", "genre": "Comedy"}, "films_cosine"),
    ({"liked": "50,181", "strategy": "profile", "person": "7"}, "films_cosine"),
    ({"strategy": "person", "person": "7"}, "films_product"),
    ({"liked": "50,181", "strategy": "best_score"}, "films_cosine"),
)


def check(db, browser, report):
    for values, index in USES:
        statement, given = app.question(db, Params(values))
        db.must_use_index(index, statement + app.CHOOSE, given)
    report.figure("statements whose plan uses the index", len(USES))
    check_answers(browser, report)
    check_clicks(browser, report)
    report.require("wrong input gets a message", all([browser.refuses(path) for path in WRONG]))


def ask(browser, query):
    status, answer = browser.fetch("/recommend?" + query)
    assert status == 200, answer
    return answer["result"]


def check_answers(browser, report):
    """50 is Star Wars, 181 Return of the Jedi, 172 The Empire Strikes Back."""
    near = ask(browser, "liked=50,181")
    report.require("who likes two of three gets the third among the first three", 172 in [film["id"] for film in near[:3]])
    report.require("nothing that was named comes back", not {50, 181} & {film["id"] for film in near})
    old = ask(browser, "liked=50,181&from=1940&to=1960&genre=Comedy&results=5")
    report.require("filters of year and genre hold, and the answer is full",
                   len(old) == 5 and all(1940 <= film["year"] <= 1960 and "Comedy" in film["genres"] for film in old))
    rated = {film["id"] for film in ask(browser, "strategy=person&person=7&results=50")}
    report.require("a person gets fifty films", len(rated) == 50)
    for strategy in ("profile", "best_score", "sum_scores"):
        found = ask(browser, f"liked=50,181&disliked=1&strategy={strategy}")
        report.require(f"{strategy}: ten films", len(found) == 10)
    diverse = ask(browser, "liked=50,181&balance=0.3")
    report.require("diversity changes the answer", [film["id"] for film in diverse] != [film["id"] for film in near])
    report.require("autocut leaves some", 0 < len(ask(browser, "liked=50,181&autocut=yes&results=50")) <= 50)
    report.require("odd characters find nothing and break nothing", browser.fetch("/films?title=%25'%22%5C;--")[1]["result"] == [])


def check_clicks(browser, report):
    browser.type("Words of a title", "star wars")
    browser.click("#search button")
    browser.click("#films .like")
    browser.wait_text("#recommended", "Empire Strikes Back")
    browser.type("Words of a title", "")
    browser.click("#search button")
    report.require("an empty title gets a message", "title" in browser.wait_message())
    browser.type("Or see as a person of the data", "9999")
    browser.click("#someone button")
    browser.wait_text("#message", "943")
    browser.type("Or see as a person of the data", "7")
    browser.click("#someone button")
    browser.wait_text("#disliked", "(19")
    browser.choose("Genre", "Drama")
    browser.slide("Diversity to nearness", 0.7)
    browser.wait(lambda: "mmr" in browser.text("#sql") and "0.7" in browser.text("#sql"), "the SQL does not show the slider")
    browser.click("#recommended .why")
    browser.wait_text("#why", "Dimension")
