"""The fixed phrases of news pages in Russian, Ukrainian, English and Spanish: data for the other modules."""

TEASER_HEADERS = frozenset(
    """
недавние новости|последние новости|свежие новости|новости по теме|похожие новости|похожие статьи
другие новости|главные новости|популярные новости|ещё новости|еще новости|больше новостей|лента новостей
читайте также|читайте еще|читайте ещё|смотрите также|по теме|материалы по теме|популярное|самое читаемое
останні новини|свіжі новини|новини за темою|схожі новини|інші новини|головні новини|популярні новини
більше новин|стрічка новин|читайте також|читайте ще|дивіться також|за темою|матеріали за темою
популярне|найпопулярніше|найчитаніше|новини партнерів|новости партнёров|новости партнеров
latest news|recent news|more news|top stories|related|related news|related stories|related articles
read also|read more|also read|see also|most read|most popular|more stories|more from us|trending|latest
more on this story|you may also like|recommended|in other news
más noticias|últimas noticias|noticias recientes|noticias relacionadas|otras noticias|lo más leído
lea también|lee también|leer más|le puede interesar|te puede interesar|relacionado|relacionadas
artículos relacionados|lo último|ver también|más leídas|también te puede interesar
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

# "Latest news: minister resigns" is a headline; only an invitation to read on opens a teaser in its own line.
INLINE_TEASER_HEADERS = frozenset(
    """
читайте также|читайте еще|читайте ещё|смотрите также|по теме|читайте також|читайте ще|дивіться також
за темою|read also|also read|read more|see also|related|lea también|lee también|ver también
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

BYLINE_LABELS = frozenset(
    """
автор|авторы|автор материала|авторы материала|автор статьи|авторы статьи|автор текста|автор новости
автори|автор матеріалу|автори матеріалу|автор статті|автори статті|автор тексту|автор новини|авторка
author|authors|written by|story by|words by|text by|reported by|reporting by|article by|byline
autor|autora|autores|autoras|escrito por|texto|texto de|redactor|redactora|por|by|текст
подготовил|подготовила|підготував|підготувала
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

# One word each, for the one case that the form cannot decide: a short line above a headline with a full stop.
SECTIONS = frozenset(
    """
мир|политика|экономика|общество|спорт|культура|наука|технологии|происшествия|бизнес|здоровье|новости
світ|політика|економіка|суспільство|культура|наука|технології|події|бізнес|здоров'я|новини|україна|украина
world|politics|business|sport|sports|culture|science|technology|health|opinion|economy|news|europe
mundo|política|economía|sociedad|deportes|cultura|ciencia|tecnología|salud|opinión|internacional|noticias
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

# Quoted sources: "earlier Reuters reported" is news about Reuters, not a pointer to the outlet's own story.
AGENCIES = frozenset(
    """
reuters|рейтер|рейтерс|ройтерс|cnn|ap|associated press|afp|bbc|би-би-си|бі-бі-сі|bloomberg|блумберг|efe
ansa|dpa|apa|nyt|new york times|washington post|wall street journal|wsj|financial times|guardian|times
axios|politico|bild|spiegel|der spiegel|le monde|el país|el mundo|sky news|cbs|cbs news|nbc|nbc news|abc
abc news|fox news|euronews|al jazeera|haaretz|kan|тасс|tass|риа новости|риа|интерфакс|interfax
інтерфакс-україна|интерфакс-украина|interfax-ukraine|укринформ|укрінформ|ukrinform|униан|уніан|рбк
синьхуа|xinhua|anadolu|анадолу|kyodo|media|сми|змі|press
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

# Of these, the words that name nobody in particular.
UNNAMED_MEDIA = frozenset("media|сми|змі|press|times|kan|bild".split("|"))

# Bodies that announce things: their earlier statement belongs to the story, too.
INSTITUTIONS = frozenset(
    """
мид|мчс|мвд|фсб|сбу|оон|нато|всу|зсу|гсчс|дснс|генштаб|минобороны|минздрав|міноборони|моз|мзс|мвс|цахал
кремль|полиция|поліція|суд|министерство|міністерство|правительство|уряд|президент|прокуратура|минэнерго
police|ministry|government|officials|court|council|pentagon|kremlin|nato|un|idf|fbi|who
policía|ministerio|gobierno|fiscalía|ayuntamiento|onu|otan|oms
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
