// What AsyncAPI's own parser says of each document of the list on stdin, and what it understood of it.
const { Parser } = require("@asyncapi/parser");

async function read(text) {
  const { document, diagnostics } = await new Parser().parse(text);
  const faults = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join("/") }));
  if (!document) return { faults, operations: null };
  const operations = document.operations().all().map((operation) => ({
    action: operation.action(),
    channel: operation.channels().all()[0].address(),
    group: operation.bindings().get("kafka")?.value().groupId?.const ?? null,
    messages: operation.messages().all().map((message) => message.name()),
  }));
  return { faults, operations };
}

const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", async () => {
  const verdicts = [];
  for (const text of JSON.parse(Buffer.concat(chunks).toString())) verdicts.push(await read(text));
  process.stdout.write(JSON.stringify(verdicts));
});
