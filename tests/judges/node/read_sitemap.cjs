// Reads a sitemap from standard input with the library that many sites write theirs with; prints its items
// as JSON. Whatever the library does not know or misses ends in an error.
const { XMLToSitemapItemStream, ErrorLevel } = require("sitemap");

const items = [];
process.stdin
  .pipe(new XMLToSitemapItemStream({ level: ErrorLevel.THROW, logger: false }))
  .on("data", (item) => items.push(item))
  .on("error", (error) => {
    console.log(JSON.stringify({ error: error.message }));
    process.exit(1);
  })
  .on("end", () => console.log(JSON.stringify({ items })));
