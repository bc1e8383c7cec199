// Comforts: search, copying, and opening what a link leads into. The page says everything without them.
"use strict";
const search = document.querySelector("#search");
const told = document.querySelector("#found");
const parts = [...document.querySelectorAll("[data-part]")];

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let rows = 0;
  for (const part of parts) {
    const own = fits(part.dataset.part, words);
    let inside = 0;
    for (const row of part.querySelectorAll("[data-search]")) {
      const found = fits(part.dataset.part + " " + row.dataset.search, words);
      row.hidden = !found && !own;
      inside += found ? 1 : 0;
    }
    part.hidden = !own && inside === 0;
    rows += inside;
    for (const link of document.querySelectorAll(`.side a[href="#${CSS.escape(part.id)}"]`)) link.parentElement.hidden = part.hidden;
  }
  for (const whole of document.querySelectorAll("[data-rest]")) whole.hidden = words.length > 0;
  told.textContent = words.length ? `${rows} fields found` : "";
}

function fits(text, words) {
  return words.every((word) => text.includes(word));
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copies).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

const TOKEN = /("(?:[^"\\]|\\.)*")(?=(\s*:)?)|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

function colour(code) {
  const text = code.textContent;
  const pieces = [];
  let last = 0;
  for (const token of text.matchAll(TOKEN)) {
    const kind = token[2] ? "k" : token[1] ? "s" : /^[tfn]/.test(token[0]) ? "w" : "n";
    const piece = Object.assign(document.createElement("span"), { className: kind, textContent: token[0] });
    pieces.push(text.slice(last, token.index), piece);
    last = token.index + token[0].length;
  }
  code.replaceChildren(...pieces, text.slice(last));
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let around = target; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
  target.scrollIntoView({ behavior: "instant" });
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
for (const details of document.querySelectorAll("details")) {
  const shown = () => details.open && details.querySelectorAll(":scope > .in > pre > code:not(:has(span))").forEach(colour);
  details.addEventListener("toggle", shown);
  shown();
}
search.closest(".search").hidden = false;
search.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input")) return;
  event.preventDefault();
  search.focus();
});
window.addEventListener("hashchange", reveal);
reveal();
