"""The keys of a deployment: none that was only made for one machine, none that may everything."""

from pathlib import Path
from urllib.parse import urlsplit

from newsloom.stack.doctor import Check
from newsloom_runtime.keys_file import DEVELOPMENT_KEY, EVERY_SOURCE, KeysUnusable, read_keys
from newsloom_runtime.production import is_loopback


def examine_keys(file: Path | None, ingest_url: str) -> list[Check]:
    """Without a file it says so. Behind a loopback address a development key is in its place."""
    if file is None:
        said = "not looked at: say where ingest's file of them is with --keys"
        return [Check(name="keys", level="note", detail=said)]
    try:
        keys = read_keys(file)
    except KeysUnusable as error:
        return [Check(name="keys", level="problem", detail=str(error), fix="correct INGEST_KEYS_FILE")]
    here = is_loopback(urlsplit(ingest_url).hostname or "localhost")
    wide = [key.name for key in keys if EVERY_SOURCE in key.sources]
    if DEVELOPMENT_KEY in wide and not here:
        said = f"the development key `{DEVELOPMENT_KEY}` opens {ingest_url}"
        fix = "take it out of INGEST_KEYS_FILE; make keys of your own with `newsloom keys create`"
        return [Check(name="keys", level="problem", detail=said, fix=fix)]
    if wide:
        return [Check(name="keys", level="note", detail=f"may write every source: {', '.join(wide)}")]
    return [Check(name="keys", level="ok", detail=f"{len(keys)}, each bound to its sources")]
