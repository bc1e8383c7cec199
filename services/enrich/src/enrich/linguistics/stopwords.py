"""Words that say nothing about a story, for languages without a morphological dictionary here."""

from typing import Final

_EN = """
a about above according across after again against ago all almost along already also although always am
among an and another any are around as at away back be became because become been before began behind being
below between both but by came can cannot could day days did do does doing done down during each early
either else end enough even ever every expected far few first five following for former found four from full
further gave get gets give given go goes going gone got had half has have having he her here hers high him
himself his hold how however if in including instead into is it its itself just keep kept know known last
late later latest least left less like likely little long longer lot made main make makes making many may me
mean meant might million minute minutes monday month months more most mr mrs ms much must my near nearly
need never new next night no nobody none nor not nothing now of off often old on once one only onto or other
others our out outside over own part past people per percent place point put quite rather reported reporters
right round said same saturday say saying says second see seen set seven several shall she should show side
since six so some something soon still such sunday take taken taking ten than that the their them then there
these they thing things third this those though three through thursday time times to today together told
tomorrow too took toward towards tuesday turn two eight nine eleven twelve dozen dozens hundred hundreds
thousand thousands quarter big small real simple create save number under until up upon us use used using
very want wants was way we wednesday week weeks well went were what when where whether which while who whole
whom whose why will with within without work would year years yesterday yet you your january february march
april june july august september october november december friday
""".split()
_ES = """
a acerca además ahora al algo alguien alguna algunas alguno algunos allí ambos ante antes apenas aquel
aquella aquellos aquí así aun aunque año años ayer bajo bien cada casi cerca cinco como con contra cosa cual
cuales cualquier cuando cuanto cuatro cuya cuyo dar de debe deben decir del desde después dice dicen dicho
dijo donde dos durante día días e el ella ellas ellos embargo en entonces entre era eran es esa esas ese eso
esos esta estaba estado estamos estar estas este esto estos está están fin forma fue fueron gran grande ha
haber había hace hacer hacia han hasta hay haya hecho hizo hora horas hoy hubo igual incluso informó jamás
junto la las le les lo los luego lugar lunes martes miércoles jueves viernes sábado domingo mal manera mayor
me mejor menos mes meses mi mientras mil millones minuto minutos mis mismo misma mucho muchos muy más nada
nadie ni ninguna ninguno no nos nosotros nuestra nuestro nueva nuevo nunca o ocho otra otras otro otros para
parte pero poco pocos poder podrá por porque primer primera primero pudo puede pueden pues punto que quien
quienes qué quedó se sea segunda según segundo seis semana semanas ser será si sido siempre siete sin sino
sobre sola solo son su sus sí sólo tal también tampoco tan tanto te tendrá tenía tener tercera tercero
tiempo tiene tienen toda todas todavía todo todos tras tres tu un una unas uno unos va van varias varios
veces ver vez y ya yo él tuvo llegó enero febrero marzo abril mayo junio julio agosto septiembre octubre
noviembre diciembre
""".split()
_DE = """
aber alle als also am an auch auf aus bei bis da damit dann das dass dem den der des die diese dieser doch
dort durch ein eine einem einen einer eines er es etwa für gegen hat hatte ich ihr ihre im in ist ja jahr
jahre kann kein keine können mehr mit muss nach nicht noch nun nur ob oder ohne schon sein seine seit sich
sie sind so soll sowie über um und uns unter vom von vor war waren was wegen weil wenn wer werden wie wieder
will wir wird wurde wurden zu zum zur zwei zwischen
""".split()
_FR = """
a afin ainsi alors après au aucun aussi autre autres aux avait avant avec avoir c car ce cela celui ces
cette chaque comme contre d dans de depuis des deux dit donc dont du elle elles en encore entre est et eu
être faire fait fois il ils j je jour jours l la le les leur leurs lors lui mais même moins n ne ni non nos
notre nous on ont ou où par parce pas pendant peu plus pour pourrait près qu quand que quel quelle qui s sa
sans se selon ses si son sont sous sur tous tout toute toutes très trois un une vers vous y était été an ans
année années
""".split()
_PL = """
a aby ale bardzo bez by być był była było były bo ci co czy dla do dwa dwie gdy gdzie go i ich ile im innych
ja jak jako je jednak jego jej jest jeszcze jeśli już każdy kiedy kto która które którego której który
którzy lat lub ma mają mi może można my na nad nas nie niż o od on ona one oni oraz po pod podczas poza
przed przez przy roku również się są ta tak także tam te tego tej ten to tu tym tylko w we według więc
wszystko z za ze że
""".split()
_RU = """
глава президент министр представитель сфера руководитель сотрудник акцент ход середина основа кадр лидер
год день неделя месяц час время раз человек случай число часть дело слово место сторона вопрос образ ряд
процент тысяча миллион миллиард понедельник вторник среда четверг пятница суббота воскресенье январь февраль
март апрель май июнь июль август сентябрь октябрь ноябрь декабрь этот тот который такой весь сам самый свой
мой наш ваш другой каждый любой быть стать мочь сказать заявить сообщить сообщать отметить говорить
рассказать написать писать передавать добавить являться иметь новый последний первый второй третий прошлый
нынешний следующий один два три тема мера итог начало конец утро вечер ночь сутки минута секунда сегодня
вчера автор большой крупный главный пока уже ранее половина треть доля ход город страна дом мир середина
берег юг север запад восток километр гектар тонна метр килограмм млн млрд тыс евро доллар рубль решение рост
состояние условие данные результат уровень цена пункт район область участие возможность момент период связь
""".split()
_UK = """
очільник президент міністр представник сфера керівник працівник основа кадр лідер голова
рік день тиждень місяць година час раз людина випадок число частина справа слово місце сторона питання низка
відсоток тисяча мільйон мільярд понеділок вівторок середа четвер п'ятниця субота неділя січень лютий
березень квітень травень червень липень серпень вересень жовтень листопад грудень цей той який такий весь
сам свій мій наш ваш інший кожен кожний будь-який бути стати могти сказати заявити повідомити повідомляти
зазначити говорити розповісти написати писати передавати додати мати новий останній перший другий третій
минулий нинішній наступний один два три тема захід підсумок початок кінець ранок вечір ніч доба хвилина
секунда сьогодні вчора автор великий головний поки вже раніше половина третина частка хід місто країна дім
світ середина берег південь північ схід кілометр гектар тонна метр кілограм млн млрд тис євро долар гривня
рішення зростання стан умова дані результат рівень ціна пункт район область участь можливість момент період
зв'язок вартість кошт рівня
""".split()
STOP_WORDS: Final = {
    "en": frozenset(_EN),
    "es": frozenset(_ES),
    "de": frozenset(_DE),
    "fr": frozenset(_FR),
    "pl": frozenset(_PL),
    "ru": frozenset(_RU),
    "uk": frozenset(_UK),
}


def stop_words(language: str) -> frozenset[str]:
    """Words to leave out; lemmas for Russian and Ukrainian, word forms elsewhere."""
    return STOP_WORDS.get(language, frozenset())
