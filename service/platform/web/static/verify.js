"use strict";

// A file that is to be checked is hashed here, and only the hash is sent. The page works without this file: then the file is sent.

(() => {
  const form = document.getElementById("verify");
  if (!form || !window.crypto || !window.crypto.subtle) return; // only pages over TLS, or of this machine, may hash
  const MAX_EARLIER = 20;
  const file = form.elements.file;
  form.querySelector("[data-sent]").hidden = true;
  form.querySelector("[data-stays]").hidden = false;

  const sha256 = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Where the file may have ended before it was added to: after each %%EOF, with its line's end and without.
  const ends = (bytes) => {
    const found = [];
    for (let at = bytes.indexOf(0x25); at !== -1; at = bytes.indexOf(0x25, at + 1)) {
      if (bytes[at + 1] !== 0x25 || bytes[at + 2] !== 0x45 || bytes[at + 3] !== 0x4f || bytes[at + 4] !== 0x46) continue;
      let end = at + 5;
      const here = [end];
      if (bytes[end] === 0x0d) end += 1;
      if (bytes[end] === 0x0a) end += 1;
      if (end > at + 5) here.push(end);
      found.push(...here.filter((each) => each < bytes.length));
    }
    return found.slice(-MAX_EARLIER);
  };

  form.addEventListener("submit", async (event) => {
    if (!file.files.length) return;
    event.preventDefault();
    const bytes = new Uint8Array(await file.files[0].arrayBuffer());
    form.elements.sha256.value = await sha256(bytes);
    form.elements.earlier.value = (await Promise.all(ends(bytes).map((end) => sha256(bytes.subarray(0, end))))).join(" ");
    file.disabled = true; // it is not sent
    form.submit();
  });
})();
