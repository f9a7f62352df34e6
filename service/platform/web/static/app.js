"use strict";

// Pages work without this file. It opens the menu on a phone, adds and removes rows without a round trip, and keeps progress fresh.

(() => {
  const said = (repeater, word) => {
    const row = repeater.querySelector("[data-rows] > [data-row]:last-child > legend");
    const status = repeater.querySelector("[data-said]");
    status.textContent = word === "added" ? `${status.dataset.added} ${row ? row.textContent : ""}` : `${status.dataset.removed} ${repeater.dataset.gone}`;
  };

  // Names, ids and numbers follow the order of the rows, as the server counts them.
  const renumber = (repeater) => {
    const name = repeater.dataset.repeater;
    repeater.querySelectorAll("[data-rows] > [data-row]").forEach((row, place) => {
      const [from, to] = [`${name}-${row.dataset.row}`, `${name}-${place}`];
      row.querySelectorAll("[name], [id], [for], [aria-describedby]").forEach((element) => {
        for (const key of ["name", "id", "for", "aria-describedby"]) {
          const old = element.getAttribute(key);
          if (old) element.setAttribute(key, old.split(" ").map((word) => (word.startsWith(`${from}-`) ? to + word.slice(from.length) : word)).join(" "));
        }
      });
      row.querySelectorAll("[data-remove]").forEach((button) => { button.value = `remove-${to}`; });
      row.querySelectorAll("[data-number]").forEach((number) => { number.textContent = place + 1; });
      row.dataset.row = place;
    });
  };

  const add = (repeater) => {
    const rows = repeater.querySelector("[data-rows]");
    rows.insertAdjacentHTML("beforeend", repeater.querySelector("[data-blank]").innerHTML);
    renumber(repeater);
    said(repeater, "added");
    const field = rows.querySelector("[data-row]:last-child").querySelector("input:not([type=hidden]), select, textarea");
    if (field) field.focus();
  };

  const remove = (repeater, row) => {
    repeater.dataset.gone = row.querySelector("legend").textContent;
    row.remove();
    renumber(repeater);
    said(repeater, "removed");
    repeater.focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    const repeater = button && button.closest("[data-repeater]");
    if (!repeater) return;
    event.preventDefault();
    if (button.hasAttribute("data-add")) add(repeater);
    else remove(repeater, button.closest("[data-row]"));
  });

  // A poll that was refused or sent to the sign-in page must not be put into the middle of this one.
  document.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response;
    if (answer.raw.redirected) window.location.reload();
    if (answer.raw.redirected || answer.status >= 400) event.preventDefault();
  });

  // Whoever comes back from their municipality's login need not press the button.
  document.querySelector("[data-send-at-once] form")?.requestSubmit();

  // Finished work is shown by the page itself: its tables and buttons are other ones then.
  document.addEventListener("htmx:after:swap", () => {
    if (document.querySelector(".progress [data-finished]")) window.location.reload();
  });

  // Five minutes before the sign-in ends somebody is told. What one does in another window counts here too.
  const leaving = () => {
    const box = document.querySelector(".leaving");
    if (!box) return;
    const [warning, until] = [5 * 60 * 1000, Date.parse(box.dataset.until)];
    const show = (which) => {
      box.querySelectorAll("p").forEach((line) => { line.hidden = !(which in line.dataset); });
      box.querySelector("button").hidden = which !== "soon";
      box.hidden = false;
    };
    const seen = (moment) => { try { localStorage.setItem("seen", String(moment)); } catch { /* kept nowhere, then */ } };
    const last = () => { try { return Number(localStorage.getItem("seen")) || loaded; } catch { return loaded; } };
    let loaded = Date.now();
    const look = () => {
      const idle = Math.max(last(), loaded) + Number(box.dataset.idle) * 1000;
      const left = Math.min(idle, until) - Date.now();
      if (left <= 0) show("gone");
      else if (left <= warning) show(until <= idle ? "late" : "soon");
      else box.hidden = true;
      if (left > 0) setTimeout(look, Math.min(left > warning ? left - warning : left, 30000) + 50);
    };
    box.querySelector("button").addEventListener("click", async () => {
      const answer = await fetch(box.querySelector("button").dataset.stay, { redirect: "manual" }).catch(() => null);
      if (answer && answer.status === 204) { loaded = Date.now(); seen(loaded); box.hidden = true; } else show("gone");
    });
    seen(loaded);
    look();
  };

  // What was typed before one was signed out goes along through a second step of signing in, on this device alone.
  const keep = () => {
    const field = document.querySelector("form[action^='/log-ind'] input[name=kept]");
    try {
      if (!field) sessionStorage.removeItem("kept");
      else if (field.value) sessionStorage.setItem("kept", field.value);
      else if (field.form.action.endsWith("/log-ind/bekraeft")) field.value = sessionStorage.getItem("kept") || "";
    } catch { /* the device keeps nothing, then */ }
  };

  document.addEventListener("DOMContentLoaded", () => {
    window.DKFDS.init();
    keep();
    leaving();
    // The design system writes this one word in Danish whatever the page's language.
    const menu = document.querySelector("[data-more]");
    const more = menu && menu.querySelector(".more-button span");
    if (more) more.textContent = menu.dataset.more;
  });
})();
