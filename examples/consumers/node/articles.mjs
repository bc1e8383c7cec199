// What the topic says of every article: the highest version of each, and nothing of those that were taken back.

/** The newest major of each event that we were written for. Older ones are brought up to it, see `upcast`. */
const KNOWN = {
  "newsloom.article.published": { newest: 2, state: "published" },
  "newsloom.article.withheld": { newest: 1, state: "withheld" },
  "newsloom.article.killed": { newest: 1, state: "killed" },
};

/** An event that we must understand and cannot: to go on would show an old state as if it were the truth. */
export class TooNew extends Error {
  constructor(type) {
    super(`${type} is newer than this consumer; give it a version that reads ${type}, then start it again`);
  }
}

/**
 * The public state of all articles. Taking in the same event twice, or an old one late, changes nothing, so a
 * topic may be read again from its beginning at any time.
 */
export class Articles {
  #known = new Map();

  /**
   * Takes in one CloudEvent. Returns the article's new state, or null when the event changes nothing.
   * Throws TooNew for a later major of an event that matters here.
   */
  take(event) {
    const { name, major } = parse(event.type);
    const { newest, state } = KNOWN[name] ?? {};
    if (!state) return null; // of another kind: events may be added to a topic at any time
    if (major > newest) throw new TooNew(event.type);

    const { article_id, document_version } = event.data;
    const before = this.#known.get(article_id);
    if (before?.state === "killed") return null; // a killed article never comes back
    // The same version again is taken in: it may come in a newer form that tells more.
    if (state !== "killed" && before && document_version < before.document_version) return null;

    const now = { article_id, document_version, state };
    if (state === "published") now.article = upcast(event.data, major);
    this.#known.set(article_id, now); // the others are kept without content, so that we know what is old
    return now;
  }

  /** Every article that readers may see now. */
  *published() {
    for (const known of this.#known.values()) if (known.state === "published") yield known;
  }
}

/** `newsloom.article.published.v2` is major 2 of `newsloom.article.published`. */
function parse(type) {
  const [, name, major] = /^(.+)\.v([1-9][0-9]*)$/.exec(type ?? "") ?? [];
  return { name, major: Number(major) };
}

/** Until version 2 an author was no more than a name. */
function upcast(article, major) {
  if (major >= 2) return article;
  const authors = (article.content.authors ?? []).map((name) => ({ name }));
  return { ...article, content: { ...article.content, authors } };
}
