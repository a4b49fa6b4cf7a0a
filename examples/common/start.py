"""Loads one example and serves its page, or tests it. Called by examples/run:

    python3 -m common.start NAME [--port N] [--check]

An example is a folder with load.py, function load(db, report); app.py, an App named APP; page.html; and check.py,
function check(db, browser, report), which is called when the browser shows the page.
"""
import argparse
import importlib
import sys

import psycopg2

from . import app as web
from . import paths
from .database import Database
from .report import Report


def main():
    parser = argparse.ArgumentParser(prog="examples/run", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    # Modules of an example have the same names in each.
    sys.path.insert(0, str(paths.EXAMPLES / arguments.name))
    report = Report(arguments.name)
    try:
        made = Database.begin(arguments.name)
    except psycopg2.Error as error:
        sys.exit(f"the server does not let us begin: {error}")
    with made as db:
        importlib.import_module("load").load(db, report)
    application = importlib.import_module("app").APP
    if arguments.check:
        check_page(application, report)
    good = report.finish()
    if not arguments.check:
        serve(application, arguments.port)
    sys.exit(0 if good else 1)


def check_page(application, report):
    from .browser import Browser  # here, for only this needs selenium
    with web.running(application) as url, Browser() as browser, Database(application.name) as db:
        browser.open(url)
        try:
            importlib.import_module("check").check(db, browser, report)
        except Exception:
            browser.screenshot(f"{application.name}-failed")
            raise
        report.require("every control of the page has a name", not browser.unlabeled())
        errors = browser.errors()
        report.require("the browser has no complaint" + "".join(f"; {error}" for error in errors), not errors)
        browser.screenshot(application.name)


def serve(application, port):
    try:
        made = web.server(application, port)
    except OSError as error:
        sys.exit(f"port {port}: {error.strerror}; choose another with --port N")
    print(f"\nOpen http://127.0.0.1:{made.server_address[1]}/ in a browser. Ctrl-C ends.", flush=True)
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
