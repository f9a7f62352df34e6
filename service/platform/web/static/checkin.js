"use strict";

// The check-in works without this file. It puts a plus and a minus at each number, tells what is missing, and keeps what is
// typed: on this phone at once, with us a moment later, so that nothing is lost when the connection drops.

(() => {
  const store = {
    read: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } }, // a private window keeps nothing
    forget: (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  const done = document.querySelector("[data-done]");
  if (done) store.forget(`checkin:${done.dataset.done}`);

  const form = document.getElementById("checkin");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const befores = JSON.parse(form.dataset.befores);
  const key = `checkin:${form.dataset.key}`;
  const state = document.getElementById("state");
  const lines = [...form.querySelectorAll(".line")];
  const own = new Set(["csrf_token", "action"]);
  let timer = 0;
  let sending = false;
  let busy = Promise.resolve();

  let stored = false;
  const offline = () => (sending ? "waiting" : stored ? "away" : "unkept");
  const say = (word, kind = "") => { state.textContent = words[word]; state.className = `state ${kind}`; };

  // What the lines have alike stands once, in templates

  const name = (line, end) => line.id.replace(/-state$/, end);
  const add = (line, place, template) => {
    const made = template.content.cloneNode(true);
    for (const field of made.querySelectorAll("[name]")) {
      field.name = name(line, field.name);
      const told = form.elements[field.name];
      if (!told) continue;
      field.value = told.value;
      told.remove();
    }
    place.append(made);
  };
  for (const line of lines) {
    if (!line.querySelector("select")) add(line, line, document.getElementById("why"));
    if (line.dataset.from && !line.querySelector(".from")) {
      add(line, line.querySelector("details"), document.getElementById(`from-${line.dataset.from}`));
    }
  }

  // Numbers

  const button = (sign, word, label) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", `${label}: ${word}`);
    return made;
  };
  const wrapped = (tag, kind, ...inside) => {
    const made = document.createElement(tag);
    made.className = kind;
    made.append(...inside);
    return made;
  };
  // Enter goes on to the next number that is in sight: an answer that is half told must not be sent by it.
  const next = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const seen = [...form.querySelectorAll(".numbers input")]
      .filter((input) => input.offsetParent && !input.closest("details:not([open])"));
    const after = seen[seen.indexOf(event.target) + 1];
    if (after) after.focus();
    else event.target.blur();
  };
  for (const input of form.querySelectorAll(".numbers input")) {
    const label = input.closest("label");
    const wrong = label.querySelectorAll(".wrong");
    const text = label.firstChild.textContent;
    const [less, more] = [button("−", words.less, text), button("+", words.more, text)];
    const by = (count) => () => {
      input.value = Math.max(0, (Number.parseInt(input.value, 10) || 0) + count);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    less.addEventListener("click", by(-1));
    more.addEventListener("click", by(1));
    less.tabIndex = more.tabIndex = -1; // the arrow keys do the same, and Tab goes from number to number
    input.addEventListener("focus", () => setTimeout(() => { if (document.activeElement === input) input.select(); }));
    input.addEventListener("keydown", next);
    input.enterKeyHint = "next";
    input.id = input.name;
    input.inputMode = "numeric";
    input.min = 0;
    label.htmlFor = input.id;
    const row = wrapped("div", wrong.length ? "number bad" : "number");
    label.replaceWith(row);
    row.append(...wrong, label, wrapped("span", "step", less, input, more));
  }

  const chosen = (line) => line.querySelector(".choice input:checked");
  const field = (line, end) => form.elements[name(line, `-${end}`)];
  const choose = (line, value) => { line.querySelector(`.choice [value="${value}"]`).checked = true; };

  const look = () => {
    const missing = document.getElementById("missing");
    const open = lines.filter((line) => !chosen(line));
    lines.forEach((line) => line.classList.toggle("open", open.includes(line)));
    if (!missing) return;
    missing.hidden = false;
    missing.textContent = open.length ? words.missing.replace("#", `${open.length} / ${lines.length}`) : words.whole;
  };

  const asPlanned = (line) => {
    if (chosen(line)) return;
    choose(line, "held");
    const minutes = field(line, "minutes");
    if (minutes && !minutes.value) minutes.value = line.dataset.minutes;
  };
  const asBefore = (line) => {
    const before = Object.entries(befores[line.dataset.before]);
    if (!before.length || (chosen(line) && chosen(line).value === "cancelled")) return;
    choose(line, "held");
    for (const [name, value] of before) {
      const input = field(line, name);
      if (input && input.value === "") input.value = value;
    }
  };

  // Keeping

  const values = () => Object.fromEntries([...new FormData(form)].filter(([name]) => !own.has(name)));
  const keep = (saved) => { stored = store.write(key, { values: values(), at: new Date().toISOString(), saved }); };

  const put = (kept) => {
    for (const input of form.elements) {
      if (!input.name || own.has(input.name) || input.type === "hidden") continue;
      const value = kept[input.name];
      if (input.type === "radio" || input.type === "checkbox") input.checked = value === input.value;
      else if (value !== undefined) input.value = value;
    }
    if (kept.version !== undefined) form.elements.version.value = kept.version; // what it was typed in place of
  };

  const freshToken = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const token = page.querySelector("#checkin [name=csrf_token]");
    if (!token) { location.reload(); return; }
    form.elements.csrf_token.value = token.value;
  };

  const post = () => fetch(form.dataset.save, { method: "POST", body: new URLSearchParams(new FormData(form)) });

  // One save at a time. True when it is with us. A fetch that gets no answer at all fails with a TypeError: there is no connection.
  const save = () => {
    busy = busy.then(async () => {
      try {
        let answer = await post();
        if (answer.status === 400) { await freshToken(); answer = await post(); }
        if (answer.status === 410) { location.reload(); return false; }
        if (!answer.ok) throw new Error(answer.status);
        keep(true);
        if (!sending) say("saved");
        return true;
      } catch (error) {
        say(error instanceof TypeError ? offline() : "failed", "away");
        clearTimeout(timer);
        timer = setTimeout(again, 8000);
        return false;
      }
    });
    return busy;
  };

  const send = async () => {
    sending = true;
    clearTimeout(timer);
    say("sending");
    if (await save()) form.submit();
  };
  const again = () => (sending ? send() : save());

  const typed = () => {
    sending = false;
    look();
    if (!form.dataset.save) return;
    keep(false);
    say(navigator.onLine ? "typed" : offline(), navigator.onLine ? "" : "away");
    clearTimeout(timer);
    timer = setTimeout(save, 1200);
  };

  form.addEventListener("input", typed);
  form.addEventListener("submit", (event) => {
    const action = event.submitter ? event.submitter.value : "send";
    if (action === "planned" || action === "before") {
      event.preventDefault();
      lines.forEach(action === "planned" ? asPlanned : asBefore);
      typed();
    } else if (action === "send" && form.dataset.save) {
      event.preventDefault();
      keep(false);
      send();
    }
  });
  if (form.dataset.save) {
    addEventListener("online", again);
    addEventListener("offline", () => { keep(false); say(offline(), "away"); });
    const kept = store.read(key);
    const errors = document.getElementById("errors");
    if (kept && !kept.saved && !errors && !(form.dataset.saved > kept.at)) {
      put(kept.values);
      say("found");
      timer = setTimeout(save, 1200);
    }
  }
  if (form.dataset.sent && !form.dataset.saved && state.textContent === words.sent) state.className = "state good";
  look();
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // A story is judged as it is written, by a rule that is fetched when somebody begins: the page stays light

  const box = form.querySelector("[data-rule]");
  const judge = async () => {
    const textContent = await fetch(box.dataset.rule).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "");
    const { nonce } = document.querySelector("script[nonce]");
    for (const made of textContent ? [{ type: "application/json", id: "slips", textContent }, { nonce, src: box.dataset.script }] : []) {
      document.body.append(Object.assign(document.createElement("script"), made));
    }
  };
  if (box) form.elements.story.addEventListener("focus", judge, { once: true });
})();
