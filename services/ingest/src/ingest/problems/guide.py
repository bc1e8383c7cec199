"""What each refusal means and what helps, for the people whose tool was refused: one row for each code."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ingest.refusal import FieldError


@dataclass(frozen=True, kw_only=True)
class Advice:
    """`fixes` begin with the likeliest. `detail` and `errors` are an example of the answer."""

    means: str
    fixes: tuple[str, ...]
    detail: str
    errors: tuple[FieldError, ...] = ()


_AGAIN = (
    "Send the same request again after the time in Retry-After. Repeating is harmless: it is the same event."
)

GUIDE: Mapping[str, Advice] = MappingProxyType(
    {
        "malformed-http": Advice(
            means="The request contradicts itself, for example with two lengths, or ends before its length.",
            fixes=(
                "Let a client library write the request; if one does, look at the proxy in between.",
                "Say the length once: Content-Length, or Transfer-Encoding: chunked.",
            ),
            detail="say the length once: Content-Length or Transfer-Encoding",
        ),
        "empty-body": Advice(
            means="Nothing arrived but spaces, or nothing at all.",
            fixes=(
                "Put the article into the body of the request; with curl use --data-binary @FILE.",
                "Look whether the tool renders its template for this kind of article.",
            ),
            detail="send the article in the body of the request",
        ),
        "not-utf8": Advice(
            means=(
                "The bytes are no plain UTF-8: another encoding, broken bytes, or a byte order mark in front."
            ),
            fixes=(
                "Save or encode the text as UTF-8 without a byte order mark.",
                "For a saved web page in another encoding use the address for saved pages, which reads the"
                " encoding that the page names.",
            ),
            detail="encode the body as UTF-8",
        ),
        "not-json": Advice(
            means="The body is cut off, has something behind its end, nests too deeply, or is no JSON.",
            fixes=(
                "Let a JSON library write the body; a template forgets to escape quotation marks and line"
                " ends.",
                "Send one document a request; many go to POST /v1/articles/batch, one a line.",
            ),
            detail="send one JSON document: EOF while parsing a string at line 4 column 20",
        ),
        "not-csv": Advice(
            means="A row of a table cannot be taken apart, or does not have the columns of the first row.",
            fixes=(
                "Name the fields in the first row, and put a field with commas or line ends in quotation"
                " marks.",
                "Write the file with a spreadsheet's export as CSV in UTF-8.",
            ),
            detail="give the row as many fields as the first row names",
        ),
        "duplicate-key": Advice(
            means=(
                "An object in the JSON names the same key twice. Readers disagree which one counts, so none"
                " does."
            ),
            fixes=("Name every key once; look for a field that a template adds a second time.",),
            detail="name every key of a JSON object once",
        ),
        "unauthorized": Advice(
            means=(
                "There is no valid credential: none was sent, it is unknown, expired or revoked, or a"
                " signature does not fit. The answer never says which; the audit log does."
            ),
            fixes=(
                "Send the key as Authorization: Bearer KEY.",
                "For a signed webhook compare the secret with the one in the file of sources, sign the raw"
                " bytes of the body, and set the clock: a stamp may be five minutes off at most.",
                "Ask for a new key; an operator makes one with newsloom keys create.",
            ),
            detail="send a valid key: Authorization: Bearer KEY",
        ),
        "scope": Advice(
            means="The key is valid but may not do this, such as withdrawing an article.",
            fixes=("Use a key with the scope that the detail names, or ask the operator for one.",),
            detail="use a key with the scope kill",
        ),
        "source": Advice(
            means="The key is valid but belongs to other sources than the one in the address.",
            fixes=(
                "Leave ?source= out, or name a source of this key.",
                "Articles of another source cannot be changed or withdrawn with it.",
            ),
            detail="use a key of this source, or leave ?source= out",
        ),
        "reserved-source": Advice(
            means=(
                "The source canary belongs to newsloom's own prober, which proves with articles of no content"
                " that submissions become public. What it writes is in no feed that readers see."
            ),
            fixes=(
                "Name another source: articles of this one would be shown to nobody.",
                "For a prober, an operator makes a key with newsloom keys create --name canary --source"
                " canary --scope canary; it opens no other source.",
            ),
            detail="use another source, or a key with the scope canary",
        ),
        "not-found": Advice(
            means="Nothing answers at this address, or what it names is not known here.",
            fixes=(
                "Compare the address with those at /docs; it has no slash at its end.",
                "When it asks for a submission: use a key of the source that sent it.",
            ),
            detail="see /docs for what there is",
        ),
        "method": Advice(
            means="The address exists but takes another method. Overrides in headers are not looked at.",
            fixes=("Use the method in the header Allow; articles are sent with POST.",),
            detail="see the header Allow, or /docs",
        ),
        "idempotency-key": Advice(
            means=(
                "The header Idempotency-Key is empty, too long, sent twice, or holds more than visible"
                " characters."
            ),
            fixes=("Send one key of at most 255 visible characters, such as a UUID, or leave it out.",),
            detail="send one Idempotency-Key of at most 255 visible characters",
        ),
        "idempotency-running": Advice(
            means="A request with this Idempotency-Key is being worked on, so its answer is not known yet.",
            fixes=("Send the same request again after the time in Retry-After; then the answer is known.",),
            detail="repeat the request after the time in Retry-After",
        ),
        "idempotency-reused": Advice(
            means="This Idempotency-Key came before with another body or address. Nothing was done.",
            fixes=(
                "Make a new key for each new request, and keep it for the repeats of that request.",
                "Without the header a repeat is recognised by external_id, revision and content.",
            ),
            detail="make a new Idempotency-Key for a new request",
        ),
        "revision-conflict": Advice(
            means=(
                "The correction names as previous_revision one that is not the latest: somebody else has"
                " corrected the article meanwhile. current_revision says which is the latest."
            ),
            fixes=(
                "Read the latest revision, put the correction on top of it, and name it as"
                " previous_revision.",
                "Leave previous_revision out when the correction is to win whatever came before.",
            ),
            detail="read the latest revision, correct that one and name it as previous_revision",
        ),
        "body-timeout": Advice(
            means="The body did not arrive in time.",
            fixes=(
                "Send the body at once; look at the connection between the tool and newsloom.",
                "Send long files to POST /v1/articles/batch, which may take as long as it goes on.",
            ),
            detail="send the whole body within 10 s",
        ),
        "too-large": Advice(
            means="The body, a line of a batch, or the article after cleaning is larger than newsloom takes.",
            fixes=(
                "Send pictures as addresses under images, not inside the text.",
                "Split a collection into articles; many go to POST /v1/articles/batch.",
            ),
            detail="send at most 1048576 bytes",
        ),
        "content-type": Advice(
            means=(
                "The media type is missing, or is not one that this address takes, or names another charset."
            ),
            fixes=("Send the header Content-Type that the detail names, in UTF-8.",),
            detail="send Content-Type: application/json; charset=utf-8",
        ),
        "content-encoding": Advice(
            means="The body is compressed. A few bytes could unpack to gigabytes, so none are unpacked.",
            fixes=("Send the body as it is, and no header Content-Encoding.",),
            detail="send the body uncompressed, without Content-Encoding",
        ),
        "invalid": Advice(
            means="The request can be read, but fields or parameters do not fit their description.",
            fixes=(
                "Correct what stands under errors: pointer names a field of the body, parameter one of the"
                " address.",
                "Nothing is guessed: numbers are no text, times have a zone, unknown fields are refused.",
            ),
            detail="correct what is listed under errors and send again",
            errors=(
                FieldError(
                    pointer="/published_at",
                    code="timezone_aware",
                    detail="Input should have timezone info",
                ),
                FieldError(
                    pointer="/title",
                    code="extra_forbidden",
                    detail="remove this field: it is not part of the description",
                ),
            ),
        ),
        "source-missing": Advice(
            means="The key speaks for several sources, and the request does not say which it means.",
            fixes=("Add ?source=NAME to the address, or use a key of one source.",),
            detail="add ?source= to the address: this key speaks for several sources",
        ),
        "not-a-page": Advice(
            means="No article was found in the text: no headline with text under it, or only teasers.",
            fixes=(
                "Copy the page from its headline to the end of the text, or save it whole.",
                "POST /v1/pages/preview shows what newsloom sees in a copied page, and publishes nothing.",
            ),
            detail="send the text of a news page: a headline and paragraphs under it",
        ),
        "not-a-feed": Advice(
            means="The document is no RSS, Atom or JSON Feed, is broken, or declares a document type.",
            fixes=(
                "Send the feed as the site serves it, and check it with a feed validator.",
                "Remove <!DOCTYPE: documents that declare one are never read.",
            ),
            detail="send an RSS, Atom or JSON Feed document",
        ),
        "fetch-refused": Advice(
            means=(
                "newsloom would have to read an address that it may not: a host that is not registered for"
                " the source, or one inside a private network."
            ),
            fixes=("Let the operator name the site in the file of sources; redirects are not followed.",),
            detail="register the site of this source",
        ),
        "fetch-failed": Advice(
            means="newsloom asked the source's own site about this article and got no usable answer.",
            fixes=(
                "Look whether the site answers without a login and without a redirect.",
                _AGAIN,
            ),
            detail="look whether the site answers; the hint may be sent again",
        ),
        "too-complex": Advice(
            means=(
                "Reading the document took longer, or more memory, than any article needs, and was stopped."
            ),
            fixes=(
                "Send the text without the page around it, or as plain text.",
                "Look for markup that nests a thousandfold, as some editors leave behind.",
            ),
            detail="simplify the document: reading it takes longer than any article needs",
        ),
        "too-many-headers": Advice(
            means="The request has more headers, or longer ones, than any tool needs.",
            fixes=("Send fewer headers; look for cookies and traces that a proxy adds.",),
            detail="send at most 100 headers of together 16384 bytes",
        ),
        "rate-limited": Advice(
            means="This credential sends faster than it may. Others are not affected.",
            fixes=(
                "Wait for the time in Retry-After, then send on more slowly.",
                "Send many articles in one request to POST /v1/articles/batch.",
                "Ask the operator for a higher rate for the key.",
            ),
            detail="wait for the time in Retry-After and send more slowly",
        ),
        "internal": Advice(
            means="newsloom met a fault of its own. Whether the article was taken is not known.",
            fixes=(
                "Send the same request again later. Repeating is harmless: it is the same event.",
                "Tell the operator the time: the log of ingest holds what happened.",
            ),
            detail="repeat the request later; the failure is in newsloom's log",
        ),
        "guard-unavailable": Advice(
            means=(
                "The request uses Idempotency-Key or previous_revision, and what remembers them cannot be"
                " asked. To answer without asking would promise what cannot be held."
            ),
            fixes=(_AGAIN, "Or leave Idempotency-Key and previous_revision out: then nothing need be asked."),
            detail="repeat later, or leave previous_revision out",
        ),
        "register-unavailable": Advice(
            means="What became of a submission cannot be looked up now. The submission itself is safe.",
            fixes=("Ask again after the time in Retry-After.",),
            detail="ask again after the time in Retry-After",
        ),
        "overloaded": Advice(
            means="newsloom has as much in hand as it can bear, and refuses before memory grows.",
            fixes=(_AGAIN, "Send fewer requests at once."),
            detail="repeat the request after the time in Retry-After",
        ),
        "unavailable": Advice(
            means="The log did not confirm the article in time. It may have arrived all the same.",
            fixes=(_AGAIN,),
            detail="send the same again after the time in Retry-After; repeating is harmless",
        ),
    }
)
