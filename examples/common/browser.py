"""Headless Chromium for tests of pages, by Debian's selenium and chromium-driver."""
import json
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from . import paths

SECONDS = 30
WIDTH, HEIGHT, TALLEST = 1280, 1600, 3600


class Browser:
    def __enter__(self):
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                         f"--window-size={WIDTH},{HEIGHT}", "--force-device-scale-factor=1"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.url = None
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, url):
        self.url = url
        self.driver.get(url)

    def labeled(self, label):
        """The form element that a label names, as a person or a screen reader finds it."""
        for found in self.driver.find_elements(By.TAG_NAME, "label"):
            if found.text.split("\n")[0].strip() == label:
                named = found.get_attribute("for")
                return self.driver.find_element(By.ID, named) if named else found.find_element(
                    By.CSS_SELECTOR, "input, select, textarea")
        raise AssertionError(f"there is no label {label!r}")

    def type(self, label, text):
        element = self.labeled(label)
        element.clear()
        element.send_keys(text)

    def choose(self, label, option):
        Select(self.labeled(label)).select_by_visible_text(option)

    def slide(self, label, value):
        """Moves a slider or sets any input, with the events that a person's hand would cause."""
        self.driver.execute_script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}));"
            " arguments[0].dispatchEvent(new Event('change', {bubbles: true}));", self.labeled(label), str(value))

    def click(self, css, number=0):
        def clicked():
            # Once more where the page replaces the element just then.
            self.all(css)[number].click()
            return True
        self.wait(clicked, f"there is no {css} number {number} that can be clicked")

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css):
        """The text of all elements, as it is seen."""
        return "\n".join(element.text for element in self.all(css))

    def wait(self, condition, message):
        """Until a function gives something true, which is returned; a page may be in the middle of a change."""
        def ready(_):
            return condition()
        return WebDriverWait(self.driver, SECONDS, ignored_exceptions=[Exception]).until(ready, message)

    def wait_text(self, css, words):
        self.wait(lambda: words in self.text(css), f"{css} does not show {words!r}")

    def wait_message(self):
        """The message that a wrong input gets."""
        return self.wait(lambda: self.text("#message").strip(), "there is no message")

    def fetch(self, path):
        """Status and JSON of an address of the page's server, asked by the page itself."""
        return tuple(json.loads(self.driver.execute_async_script(
            "const done = arguments[1]; fetch(arguments[0]).then(async (answer) =>"
            " done(JSON.stringify([answer.status, await answer.json()])));", path)))

    def refuses(self, path):
        """Whether this request gets a message for people, and no trace of a program."""
        status, answer = self.fetch(path)
        return status == 400 and bool(answer.get("error")) and "Traceback" not in answer["error"]

    def unlabeled(self):
        """Form elements and buttons that have no name for a screen reader."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll('input, select, textarea, button')].filter((e) =>"
            " !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.textContent.trim())"
            ".map((e) => e.outerHTML)")

    def errors(self):
        """What the browser's console has to complain about, but for refused requests, which are tested."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and "status of 400" not in entry["message"] and "favicon" not in entry["message"]]

    def screenshot(self, name):
        """The whole page, unless it is very long."""
        file = paths.cache() / f"{name}.png"
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.driver.set_window_size(WIDTH, min(TALLEST, height + 200))
        self.driver.save_screenshot(str(file))
        print(f"screenshot: {file}", flush=True)
