// Uses the catalogue as a reader does, and leaves what is to be seen in the document as JSON.
// `PAGE` (its HTML) is defined by the test.
const visible = (element) => element.getClientRects().length > 0;

async function opened(hash) {
  const frame = document.createElement("iframe");
  frame.width = 1200;
  frame.height = 900;
  frame.srcdoc = PAGE;
  const shown = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await shown;
  const { window } = frame.contentWindow;
  if (hash) {
    const moved = new Promise((resolve) => window.addEventListener("hashchange", resolve));
    window.location.hash = hash;
    await moved;
  }
  return window;
}

function search(window, words) {
  const field = window.document.querySelector("#search");
  field.value = words;
  field.dispatchEvent(new window.Event("input"));
  const rows = [...window.document.querySelectorAll("main tr[id]")].filter(visible);
  return rows.map((row) => row.id).filter((id) => !id.startsWith("header."));
}

(async () => {
  const window = await opened("article.submitted.v1.content");
  const found = search(window, "byline");
  const told = window.document.querySelector("#found").textContent;
  const everything = search(window, "").length;
  const older = await opened("article.submitted.v1.content");
  const field = older.document.getElementById("article.submitted.v1.content");
  const reached = visible(field) && Math.abs(field.getBoundingClientRect().top) < 900;
  const first = older.document.querySelector("details[open] code");
  const seen = { found, told, everything, reached, coloured: first.querySelectorAll("span").length };
  document.body.textContent = JSON.stringify(seen);
  document.title = "used";
})();
