"""Words around and inside names that tell what they name, where no trained model can."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

CONNECTORS: Final = {
    "en": frozenset(
        {"of", "the", "de", "del", "la", "von", "van", "bin", "al", "der", "di", "da", "dos", "el"}
    ),
    "es": frozenset({"de", "del", "la", "las", "los", "el", "von", "van", "bin", "al", "der", "da", "dos"}),
    "fr": frozenset({"de", "du", "des", "la", "d"}),
    "pl": frozenset(),
    "uk": frozenset({"де", "ван", "фон", "дер", "да", "аль", "бін", "ель"}),
}
ORGANISATION_WORDS: Final = frozenset(
    """
    athletics energy foods gas logistics marine media mining motors oil pharma semiconductor shipping steel
    telecom academy agency airlines airways alliance army assembly association athletic authority bank board
    brigade broadcasting bureau cathedral center centre chamber church clinic club co coalition college
    commission committee company confederation congress consortium conservatory corp corporation council
    court department directorate embassy enterprises exchange faculty fc federation festival force forces
    forum foundation front fund gallery group guard guild holding holdings hospital hotel inc industries
    initiative inspectorate institute institution laboratories laboratory league library llc ltd ministry
    mission museum navy network observatory office opera orchestra organisation organization parliament
    partners partnership party philharmonic plc police press productions programme rangers school senate
    service services society squadron store studios survey syndicate systems team technologies theatre
    theater treasury tribunal trust union united university ventures youth zoo acción administración agencia
    alianza asamblea asociación audiencia autoridad ayuntamiento banco biblioteca bolsa cabildo cámara
    centro clínica colegio comandancia comisaría comisión comité compañía confederación congreso consejería
    consejo conselleria consorcio cooperativa corporación corte cruz cuerpo defensoría delegación
    departamento diputación dirección editorial ejército embajada escuela facultad federación fiscalía fondo
    fundación gobierno grupo hospital iglesia inspección institución instituto junta juzgado laboratorio
    liga ministerio museo observatorio oficina orquesta parlamento partido patronato plataforma policía
    procuraduría secretaría senado servicio sindicato sociedad subdelegación teatro tribunal unión
    universidad автономія агентство академія адміністрація асоціація банк бібліотека бюро видавництво
    галерея гімназія група депутатів департамент держкомітет ендаумент заповідник збірна завод інспекція
    інститут кабмін клуб коледж комбінат комісія комітет компанія консерваторія консорціум конгрес концерн
    корпорація лабораторія лікарня ліга ліцей міністерство музей нацбанк обсерваторія оркестр організація
    палата парламент партія підприємство поліція правління прокуратура профспілка рада рух служба союз
    спілка суд театр товариство трест університет управління уряд училище факультет федерація філармонія
    філія фірма фонд холдинг центр церква школа штаб
    """.split()
)
SPEECH_WORDS: Final = frozenset(
    """
    said says told added tweeted argued warned explained insisted admitted wrote replied recalled stressed
    noted concluded acknowledged complained predicted claimed dijo afirmó explicó declaró aseguró señaló
    añadió lamentó advirtió sostuvo recordó comentó admitió resumió indicó manifestó subrayó precisó destacó
    apuntó reconoció agregó reiteró insistió сказав сказала заявив заявила повідомив повідомила пояснив
    пояснила додав додала зазначив зазначила каже запевнив запевнила пояснює застерігає наголосив наголосила
    розповів розповіла підкреслив підкреслила визнав визнала нагадав нагадала стверджує згадує розповідає
    говорить відповів відповіла
    """.split()
)
# Forms of address and office that come before a name and are no part of it.
TITLES: Final = frozenset(
    """
    mr mrs ms dr prof rev hon gov sen rep gen col capt lt sgt sir lord lady president prime minister
    chancellor governor mayor captain coach professor senator judge justice general colonel major sergeant
    lieutenant admiral cardinal bishop archbishop pope king queen prince princess king's secretary
    ambassador chairman chairwoman presidente presidenta ministro ministra alcalde alcaldesa don doña doctor
    doctora señor señora sr sra juez jueza general coronel capitán obispo arzobispo cardenal papa rey reina
    príncipe princesa senador senadora
    """.split()
)
# Callings in small letters before a name: «striker Tom Reed», «портавоз», «мер Тарас Вербовий».
CALLINGS: Final = frozenset(
    """
    actor actress adviser analyst architect artist astronaut attorney author candidate captain champion
    chief coach commander commissioner conductor correspondent cyclist dancer defender deputy designer
    director driver economist editor engineer farmer fisherman footballer founder goalkeeper guitarist
    historian inventor journalist lawmaker lawyer leader manager mayor midfielder minister musician novelist
    owner painter philosopher photographer physicist pianist pilot player poet policeman politician
    president producer professor prosecutor researcher resident scientist secretary senator singer skipper
    spokesman spokesperson spokeswoman striker student surgeon swimmer teacher veteran vice-president winger
    winner writer abogado abogada actor actriz alcalde alcaldesa alumno arquitecto arquitecta artista autor
    autora cantante capitán catedrático centrocampista concejal concejala consejera consejero delantero
    delantera delegado diputada diputado director directora doctor doctora economista empresario empresaria
    entrenador entrenadora escritor escritora exministro expresidente fiscal fotógrafo fundador futbolista
    guardameta historiador ingeniero investigador investigadora jefe jefa jugador jugadora juez jueza líder
    magistrado médico ministra ministro músico novelista periodista pianista piloto pintor pintora poeta
    portavoz portero presidenta presidente profesor profesora secretaria secretario senador senadora técnico
    tenista vecino vecina vicepresidenta vicepresidente акторка актор адвокат адвокатка аналітик архітектор
    воротар голова дизайнер директор директорка дослідник дослідниця експерт експертка економіст журналіст
    журналістка захисник інженер історик історикиня капітан капітанка керівник керівниця композитор
    кореспондент координатор координаторка лідер лідерка лікар лікарка мер міністр міністерка музикант
    музикантка начальник начальниця нападник науковець науковиця очільник очільниця письменник письменниця
    півзахисник пілот піаніст піаністка плавчиня поет поетеса президент президентка прем'єр прем'єр-міністр
    прокурор професор професорка психолог режисер режисерка речник речниця рятувальник рятувальниця секретар
    співак співачка спортсмен спортсменка суддя тренер тренерка учитель учителька фермер фермерка фізик
    художник художниця чемпіон чемпіонка
    """.split()
)
# A common noun of geography before a name (es, uk) or at its end (en).
PLACE_WORDS: Final = frozenset(
    """
    port cape fort isle town village lake river mount mountain mountains island islands county bay strait
    valley province peninsula gulf sea ocean desert canyon creek hills coast avenue street road square
    district heights falls forest glacier lago río isla islas sierra monte valle provincia municipio comarca
    calle avenida plaza barrio golfo mar estrecho península cabo bahía volcán distrito playa puerto
    autopista localidad comunidad вулиця село місто селище річка озеро область район провулок проспект площа
    бульвар півострів острів затока гора станиця хутір мікрорайон порт протока шахта
    """.split()
)
# Heads of the names of regions, after an adjective: «Харківська область», «Труханів острів».
REGION_WORDS: Final = frozenset("область район громада край округ острів острови море затока".split())
# Common nouns right before the name of a company, party or paper: «la empresa X», "the shipyard X".
INSTITUTION_CALLINGS: Final = frozenset(
    """
    company compañía airline carrier chain charity developer firm maker manufacturer operator publisher
    retailer shipyard startup supplier think-tank union aerolínea coalición constructora empresa fabricante
    firma naviera ong operadora organización petrolera tecnológica авіакомпанія видавництво компанія стартап
    гурт
    """.split()
)
# A name behind these is a street's or a feast's: «avenida Caracas», «вулиця Шевченка».
STREETS: Final = frozenset(
    "avenida calle plaza paseo fiesta fiestas vuelta вулиця площа проспект бульвар провулок".split()
)
# Prepositions of place that hardly ever stand before people.
PLACE_PREPOSITIONS: Final = {
    "en": frozenset({"in", "near", "at", "outside"}),
    "es": frozenset({"en"}),
    "uk": frozenset({"у", "в", "на", "біля", "поблизу"}),
}
# Articles: what they stand before is seldom a person.
ARTICLES: Final = {
    "en": frozenset({"the", "a", "an"}),
    "es": frozenset({"el", "la", "los", "las", "un", "una", "al", "del"}),
}
# Capitals that name nobody.
NO_NAMES: Final = frozenset(
    """
    GDP VAT DNA RNA HIV AIDS COVID AI TV CEO CFO MP MPs PhD USB GPS PM AM PIB IVA IPC ADN VIH ONG PYME IA
    TIC ETT ВВП ПДВ ДНК ДТП НП ЗМІ ЖКГ АЕС ГЕС ТЕЦ ЗНО ІТ ШІ БПЛА ППО COVID-19
    """.split()
)
# What ends the name of a people or its language and is no name by itself: Tanzanian, Scottish.
DEMONYM_ENDINGS: Final = {
    "en": ("ian", "ians", "ean", "eans", "ish", "ese", "african", "africans", "arab", "arabs")
}
# Words that go on with the name of an institution: "Ministerio para la Transición Ecológica".
INSTITUTION_LINKS: Final = {"en": frozenset({"for", "&"}), "es": frozenset({"para", "e", "y"})}
# Prizes, tournaments, days and the like: an editor tags none of them as a name.
EVENT_WORDS: Final = frozenset(
    """
    act agreement award awards bowl championship championships classic convention cup day derby eve fair
    games grand law marathon masters medal night olympics open prix prize protocol season series star stars
    summit tour treaty war week year acuerdo batalla campeonato copa día feria fiesta gala guerra juegos ley
    liga maratón medalla mundial premio premios protocolo semana supercopa torneo tratado vuelta битва війна
    гран-прі день договір закон ігри кубок ліга медаль олімпіада премія протокол рік саміт тиждень турнір
    фестиваль чемпіонат ярмарок
    """.split()
)


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names in Latin letters, lower case."""
    text = (files("enrich") / "data" / "given-names.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(name for line in lines for name in line.split())
