// Shows each page in a frame, lets axe judge it there, and leaves the verdicts in the document as JSON.
// `PAGES` (name to HTML) and `AXE` (the judge's source) are defined by the test.
async function verdict(html) {
  const frame = document.createElement("iframe");
  frame.width = 900;
  frame.height = 1200;
  frame.srcdoc = html;
  const shown = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await shown;
  frame.contentWindow.eval(AXE);
  const { violations } = await frame.contentWindow.axe.run({ resultTypes: ["violations"] });
  frame.remove();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length} times) ${nodes[0].html.slice(0, 200)}`);
}

(async () => {
  const verdicts = {};
  for (const [name, html] of Object.entries(PAGES)) verdicts[name] = await verdict(html);
  document.body.textContent = JSON.stringify(verdicts);
  document.title = "judged";
})();
