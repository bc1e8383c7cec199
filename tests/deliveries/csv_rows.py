"""What a spreadsheet exports: a header, cells in quotes, a byte order mark, lists with semicolons."""

from tests.deliveries.sample import Sample, typed

TABLE = (
    "\ufeffexternal_id,revision,headline,body_text,section,authors,keywords,action,reason\r\n"
    'sheet-21,1,"Tram, bus and boat on one ticket","It costs three crowns.\r\n\r\n'
    'The ""old"" tickets stay valid.",City,Ole Brandt;Ines Falk,transport;tickets,,\r\n'
    "sheet-22,1,Каток откроют в декабре,Если замерзнет.,Спорт,,,,\r\n"
)
KILL = "external_id,action,reason\nsheet-22,kill,the rink is closed for good\n"


def _sample(what: str, table: str, external_id: str, headline: str | None) -> Sample:
    return Sample(
        dialect="csv",
        what=what,
        path="/v1/articles/batch",
        body=table.encode(),
        headers=typed("text/csv; charset=utf-8"),
        external_id=external_id,
        headline=headline,
        status=200,
    )


SAMPLES = (
    _sample("a table of two articles", TABLE, "sheet-21", "Tram, bus and boat on one ticket"),
    _sample("a table that takes one back", KILL, "sheet-22", None),
)
