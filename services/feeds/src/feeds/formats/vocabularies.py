"""Where the vocabularies that tags take their ids from describe what an id stands for."""

_ADDRESSES = {
    "geonames": "https://sws.geonames.org/{}/",
    "iso3166": "https://www.iso.org/obp/ui/#iso:code:3166:{}",
    "medtop": "http://cv.iptc.org/newscodes/mediatopic/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
}


def uri_of(tag_id: str | None) -> str | None:
    """The public address of a tag's id, such as that of `geonames:698740`; None for an unknown vocabulary.

    >>> uri_of("medtop:20000001")
    'http://cv.iptc.org/newscodes/mediatopic/20000001'
    """
    vocabulary, _, key = (tag_id or "").partition(":")
    address = _ADDRESSES.get(vocabulary)
    return address.format(key) if address and key.isascii() and key.isalnum() else None
