"use strict";

// While somebody writes, a text that looks as if it told of a person is warned of, here and before anything is sent. The rule is the
// server's own, handed over with the page; without this file the server warns when the form is sent.

(() => {
  const rule = JSON.parse(document.getElementById("slips").textContent);
  const patterns = rule.patterns.map(([sign, source, flags]) => [sign, new RegExp(source, flags)]);

  // Of each sign the words that it was first found in.
  const slips = (text, signs) => {
    const found = new Map();
    for (const [sign, pattern] of patterns) {
      if (!signs.includes(sign) || found.has(sign)) continue;
      const match = pattern.exec(text.normalize("NFC"));
      if (match) found.set(sign, match[0]);
    }
    return found;
  };

  const told = (field, found) => {
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const words = [...found].map(([sign, text]) => `${rule.words[sign]} (“${text}”)`).join(", ");
    return `${label ? `${label.firstChild.textContent.trim()}: ` : ""}${rule.said.replace("#", () => words)}`;
  };

  // What appears above a button that is being pressed would move it from under the finger, and the press would be lost.
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; }, true);

  for (const box of document.querySelectorAll("[data-slips]")) {
    const judged = JSON.parse(box.dataset.slips);
    const form = box.closest("form");
    const look = () => {
      const lines = [...form.elements].flatMap((field) => {
        const signs = judged[field.name.replace(/-[0-9]+-/, "-*-")];
        const found = signs ? slips(field.value, signs) : new Map();
        return found.size ? [told(field, found)] : [];
      });
      const said = lines.length ? `${lines.join(" ")} ${rule.advice}` : "";
      if (box.textContent !== said) box.textContent = said; // what has been read out is not read out again
    };
    let timer = 0;
    const soon = () => { clearTimeout(timer); timer = setTimeout(() => (pressed ? soon() : look()), 600); };
    form.addEventListener("input", soon);
    form.addEventListener("focusout", () => (pressed ? soon() : look()));
  }
})();
