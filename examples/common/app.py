"""A web server for one page and the functions behind it.

    APP = App("recommendation", page=Path("page.html"), endpoints={"/films": films})

An endpoint is a function of a Database and Params. What it returns becomes JSON, {"result": ..., "sql": [...]}, unless
it is a Binary. It raises Wrong where the person who asked has to change something. The page is one file; the marks
<!-- common style --> and <!-- common script --> in it become page.css and page.js of this folder.
"""
import contextlib
import dataclasses
import decimal
import http.server
import json
import pathlib
import threading
import traceback
import urllib.parse

from .database import Database
from .params import Params, Wrong

HERE = pathlib.Path(__file__).resolve().parent
LARGEST_BODY = 1 << 20
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                               " connect-src 'self'; img-src 'self' data:; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclasses.dataclass
class Binary:
    """An answer that is not JSON, such as a picture."""
    content_type: str
    data: bytes


@dataclasses.dataclass
class App:
    name: str
    page: pathlib.Path
    endpoints: dict

    def html(self):
        text = self.page.read_text(encoding="utf-8")
        for mark, file, tag in (("style", "page.css", "style"), ("script", "page.js", "script")):
            content = (HERE / file).read_text(encoding="utf-8")
            text = text.replace(f"<!-- common {mark} -->", f"<{tag}>\n{content}</{tag}>")
        return text

    def answer(self, path, values):
        """Status and answer of a request."""
        if path not in self.endpoints:
            return 404, {"error": "There is nothing at this address."}
        try:
            with Database(self.name) as db:
                result = self.endpoints[path](db, Params(values))
                return 200, result if isinstance(result, Binary) else {"result": result, "sql": db.log}
        except Wrong as wrong:
            return 400, {"error": str(wrong)}
        except Exception:  # whatever else happens is for the terminal, not for the page
            traceback.print_exc()
            return 500, {"error": "Something went wrong here. The terminal says what."}


def _plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"no JSON for {type(value)}")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    app = None

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/":
            self._send(200, "text/html; charset=utf-8", self.app.html().encode())
        else:
            values = urllib.parse.parse_qs(url.query, keep_blank_values=True, errors="replace")
            self._send_answer(*self.app.answer(url.path, {name: given[-1] for name, given in values.items()}))

    def do_POST(self):
        try:
            length = int(self.headers.get("Content-Length", ""))
            if not 0 <= length <= LARGEST_BODY:
                raise ValueError("length")
            values = json.loads(self.rfile.read(length))
            if not isinstance(values, dict):
                raise ValueError("no object")
        except ValueError:
            self.close_connection = True
            self._send_answer(400, {"error": "The request is not a JSON object of reasonable size."})
            return
        self._send_answer(*self.app.answer(urllib.parse.urlsplit(self.path).path, values))

    def _send_answer(self, status, answer):
        if isinstance(answer, Binary):
            self._send(status, answer.content_type, answer.data)
        else:
            self._send(status, "application/json", json.dumps(answer, default=_plain).encode())

    def _send(self, status, content_type, data):
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            for name, value in {**HEADERS, "Content-Type": content_type, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_):
        """Requests are not worth a line each."""


def server(app, port):
    """A server on this machine's loopback address alone. Port 0 is any that is free."""
    handler = type("AppHandler", (Handler,), {"app": app})
    made = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    made.daemon_threads = True
    return made


@contextlib.contextmanager
def running(app):
    """Serves in a thread for as long as the block lasts; its value is the address."""
    made = server(app, 0)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}"
    finally:
        made.shutdown()
        made.server_close()
