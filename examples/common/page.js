"use strict";

const byId = (id) => document.getElementById(id);

/* An element with properties, and children that are elements or texts: no text is ever taken for markup. */
function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
        if (name in element && !name.includes("-")) element[name] = value;
        else element.setAttribute(name, value);
    }
    element.append(...children.map((child) => (child instanceof Node ? child : String(child ?? ""))));
    return element;
}

function fill(id, ...children) {
    byId(id).replaceChildren(...children);
}

function table(heads, rows, numbers = []) {
    const kind = (at) => (numbers.includes(at) ? "number" : "");
    return make("table", {},
        make("thead", {}, make("tr", {}, ...heads.map((head, at) => make("th", { scope: "col", className: kind(at) }, head)))),
        make("tbody", {}, ...rows.map((row) => make("tr", {},
            ...row.map((cell, at) => make("td", { className: kind(at) }, cell))))));
}

const digits = (value, places = 3) => (value === null || value === undefined ? "" : Number(value).toFixed(places));

function showMessage(text) {
    byId("message").textContent = text;
}

function showSql(statements) {
    if (!byId("sql")) return;
    byId("sql").replaceChildren(...statements.flatMap((statement) => [
        make("pre", {}, statement.text + ";"),
        make("p", { className: "faint" }, statement.ms + " ms" + (statement.rows === null ? "" : ", " + statement.rows + " rows")),
    ]));
}

/* Asks an endpoint with values by name. Null after a message to the person; else what the endpoint gives. Only the answer
   to the latest question for a slot is shown, so that a slow earlier one cannot replace it. */
const asked = {};
async function ask(path, values = {}, { post = false, quiet = false } = {}) {
    const turn = (asked[path] = (asked[path] || 0) + 1);
    if (!quiet) document.body.setAttribute("aria-busy", "true");
    let answer;
    try {
        const response = await (post
            ? fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values) })
            : fetch(path + "?" + new URLSearchParams(values)));
        answer = await response.json();
    } catch (error) {
        answer = { error: "The server does not answer. Is it still running?" };
    }
    if (turn !== asked[path]) return null;
    document.body.setAttribute("aria-busy", "false");
    if (answer.error !== undefined) {
        showMessage(answer.error);
        return null;
    }
    if (!quiet) {
        showMessage("");
        showSql(answer.sql);
    }
    return answer.result;
}

/* Calls a function at most once while someone types or drags. */
function later(call, wait = 200) {
    let timer;
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => call(...values), wait);
    };
}
