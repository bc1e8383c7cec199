// Reads a live feed with the standard's EventSource and prints each event as a line of JSON.
// Arguments: the address, the article whose event is the last, and after how many silent seconds to give up.
const { EventSource } = require("eventsource");

const [address, last, patience] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const source = new EventSource(address);
const silence = setTimeout(() => source.close(), patience * 1000);

for (const name of ["upsert", "remove", "reset"]) {
  source.addEventListener(name, (event) => {
    const { article_id, document_version } = JSON.parse(event.data);
    console.log(JSON.stringify({ name, id: event.lastEventId, article_id, document_version }));
    silence.refresh();
    if (article_id === last) {
      source.close();
      clearTimeout(silence);
    }
  });
}
source.addEventListener("error", (event) => {
  console.error(`${event.code ?? ""} ${event.message ?? "connection lost"}`);
});
