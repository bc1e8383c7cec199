"""Words that make a poor keyphrase, beyond the stop words: they fit every story and so tell of none."""

from typing import Final

_RU = """
работа сила помощь система житель предприятие компания проект встреча борьба программа документ управление
подготовка организация служба имя поддержка причина цель действие развитие создание получение использование
проведение рамка роль проблема задача вид тип сообщение заявление слова информация список власть группа лицо
метр поле рука голова глаз счет очко тур гол игра победа команда матч победитель участник сосед друг ребенок
мужчина женщина девушка парень семья сын дочь отец мать жена муж житель горожанин журналист корреспондент
эксперт специалист сотрудница коллега тысяча сотня десяток пара множество большинство отношение польза
мнение предложение просьба ответ выступление интервью пресс-служба ведомство адрес телефон карта
важный крупнейший нужный разный общий полный целый единственный основной различный некоторый ближайший
возможный необходимый подобный очередной определенный соответствующий остальной известный местный
хороший плохой старый молодой маленький небольшой огромный серьезный сложный дополнительный прежний поздний
иной некий должный готовый последующий предыдущий действующий сегодняшний вчерашний завтрашний третий
четвертый пятый шестой седьмой восьмой девятый десятый отдельный настоящий одиночный мокрый счастливый долгий
короткий высокий низкий длинный близкий далекий быстрый бывший хозяин гость пресс-секретарь сторонник
век столетие дорога коллега
""".split()
_UK = """
робота сила допомога система житель мешканець підприємство компанія проєкт проект зустріч боротьба програма
документ управління підготовка організація служба ім'я підтримка причина мета дія розвиток створення
отримання використання проведення рамка роль проблема завдання вид тип повідомлення заява слова інформація
список влада група обличчя метр поле рука голова око рахунок очко тур гол гра перемога команда матч
переможець учасник сусід друг дитина чоловік жінка дівчина хлопець родина сім'я син дочка батько мати дружина
журналіст кореспондент експерт фахівець колега тисяча сотня десяток пара безліч більшість ставлення користь
думка пропозиція прохання відповідь виступ інтерв'ю пресслужба відомство адреса телефон карта змога рок рад
рада грн уж банка газа винний сорок сорока п'ять шість сім вісім дев'ять десять дев'яносто двадцять тридцять
важливий найбільший потрібний різний загальний повний цілий єдиний основний деякий найближчий можливий
необхідний подібний черговий певний відповідний решта відомий місцевий гарний поганий старий молодий
маленький невеликий величезний серйозний складний додатковий колишній пізній сьогоднішній вчорашній
завтрашній четвертий п'ятий шостий сьомий восьмий дев'ятий десятий окремий справжній довгий короткий високий
низький близький далекий швидкий булий самий весь бути гість прихильник
""".split()
_EN = """
fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
company group plan call ban final meet beat win wins won lead hands builds kills list lists student ship
city council contract water world border law cut vote job jobs narrow extra regional northern southern eastern
western majority price board sound hospital trial minute game match score team president minister problem
official man woman men women child children member leader night morning home house street road line others
spokesman spokeswoman statement result decision move step chance question answer reason effort idea view
head face side top bottom front middle half quarter lot bit kind sort type way area
""".split()
_ES = """
veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien nueve diez once doce trece catorce
quince empresa grupo frente número problema dólar dólares euro euros metro metros noche línea jefe final rival
resultado meta votos provincia ciudad país gobierno presidente presidenta ministro ministra hombre mujer niño
niña persona personas vecinos serie encuentro equipo partido obra planta puerto caso casos estudio estudios
interés intereses autora autor libro cálculos derrota amenaza abuelo alemana uruguaya vasco prueba paso
prórroga situación decisión medida manera lado zona calle casa lista cambio plan ayuda trabajo servicio
acuerdo jornada
""".split()
_WEAK: Final = {"ru": frozenset(_RU), "uk": frozenset(_UK), "en": frozenset(_EN), "es": frozenset(_ES)}


def weak_words(language: str) -> frozenset[str]:
    """Lemmas for Russian and Ukrainian, word forms elsewhere."""
    return _WEAK.get(language, frozenset())
