"""The fixed phrases of page furniture in Russian, Ukrainian, English and Spanish: data for `furniture`."""


def _phrases(lines: str) -> frozenset[str]:
    return frozenset(phrase for line in lines.strip().splitlines() for phrase in line.split("|"))


# Whole lines, without their final marks.
BUTTONS = _phrases("""
поделиться|поделитесь|поделиться новостью|поделиться в соцсетях|копировать ссылку|скопировать ссылку|печать
распечатать|версия для печати|в закладки|сохранить|слушать|реклама|на правах рекламы|войти|регистрация|меню
комментировать|оставить комментарий|добавить комментарий|написать комментарий|читать далее|наверх
в избранное
принять|принять все|понятно|соглашаюсь|закрыть|перейти к содержимому|перейти к основному содержанию
поділитися|поділіться|поділитися новиною|скопіювати посилання|копіювати посилання|друк|роздрукувати|зберегти
слухати|реклама|увійти|реєстрація|залишити коментар|додати коментар|коментувати|читати далі|нагору
прийняти|прийняти все|зрозуміло|погоджуюсь|закрити|перейти до вмісту
share|share this|share this article|share this story|share this page|share on facebook|share on x
share on twitter
share on whatsapp|tweet|tweet this|copy link|copy link to article|print|print this article|email
email this article
save|save article|bookmark|listen|listen to this article|advertisement|sponsored|log in|sign in|sign up
register
menu|leave a comment|add a comment|post a comment|join the conversation|continue reading|back to top
accept|accept all|accept cookies|reject all|got it|i agree|manage preferences|close|skip to content
skip to main content|give this article
compartir|comparte|compartir en facebook|compartir en x|compartir esta noticia|copiar enlace
copiar el enlace
imprimir|guardar|escuchar|publicidad|iniciar sesión|regístrate|suscríbete|menú|dejar un comentario|comentar
añadir comentario|seguir leyendo|volver arriba|aceptar|aceptar todo|aceptar cookies|rechazar|entendido
cerrar
ir al contenido|saltar al contenido
facebook|twitter|x|telegram|whatsapp|viber|linkedin|instagram|youtube|tiktok|threads|bluesky|вконтакте|vk
одноклассники|ok|messenger|reddit|pinterest|rss|телеграм|фейсбук|flipboard|google news
""")

# How invitations begin; the rest of the line names a channel.
OPENERS = tuple(
    _phrases("""
подписывайтесь на|подпишитесь на|подписаться на|следите за нами|следите за новостями|читайте нас в
присоединяйтесь к нам|мы в telegram|мы в телеграм|больше новостей в нашем|нашли ошибку|заметили ошибку
если вы нашли ошибку|если вы заметили ошибку|поделиться в|поделиться:|хотите быть в курсе
підписуйтесь на|підписуйтеся на|підпишіться на|стежте за нами|стежте за новинами|читайте нас у|читайте нас в
приєднуйтесь до|приєднуйтеся до|більше новин у нашому|знайшли помилку|помітили помилку
якщо ви знайшли помилку
якщо ви помітили помилку|поділитися в|поділитися:|ми в telegram
follow us on|follow us:|subscribe to our|sign up for our|sign up to our|join us on|join our|share via
share:|download our app|get our app|like us on|spotted an error|found a mistake|get the latest|for more news
subscribe for|read us on
síguenos en|siga nuestras|sigue nuestro|suscríbete a|suscríbase a|únete a|compartir:|compartir en
descarga nuestra app|recibe nuestro boletín|recibe las últimas|¿encontraste un error|¿has visto un error
apúntate a nuestra
""")
)

CREDIT_LABELS = _phrases("""
фото|фотография|фотографія|источник фото|джерело фото|фото автора|иллюстрация|ілюстрація|скриншот|скріншот
обложка|фото на обложке|photo|photograph|photo by|photo credit|image|image credit|picture|pictures
illustration
screenshot|getty images|foto|fotografía|fotos|imagen|imágenes|ilustración|captura|crédito
""")

TAG_LABELS = _phrases("""
теги|тэги|метки|ключевые слова|темы|теґи|мітки|ключові слова|теми
tags|topics|keywords|filed under|etiquetas|temas|palabras clave|más sobre
""")

# Patterns, not phrases: what is counted comes in every case.
COMMENT_WORDS = (
    "комментари[йяеив]+",
    "коментар[іяиїв]*",
    "comments?",
    "comentarios?",
    "нет комментариев",
    "немає коментарів",
    "no comments",
)
VIEW_WORDS = (
    "просмотр(?:ов|а|ы)?",
    "перегляд(?:ів|и|у)?",
    "лайк(?:ов|а)?",
    "views?",
    "reads",
    "shares",
    "visitas",
    "visualizaciones",
)
READING_TIMES = (
    "время чтения:? .{1,20}",
    "час читання:? .{1,20}",
    r"читать \d+ мин\w*",
    r"\d+[ -]min(?:ute)?s? read",
    "reading time:? .{1,20}",
    r"lectura de \d+ min\w*",
    "tiempo de lectura:? .{1,20}",
    r"\d+ min\w* de lectura",
)

# A notice speaks to its reader; a story about such files speaks of somebody else.
COOKIE = ("cookie", "куки", "кукі")
CONSENT = tuple(
    _phrases("""
мы используем|сайт использует|вы соглаша|даёте согласие|даете согласие|принять все
ми використовуємо|сайт використовує|ви погоджу|даєте згоду|прийняти все
we use|site uses|website uses|you agree|you accept|your consent|your privacy|accept all|accept cookies
usamos|utilizamos|utiliza cookies|aceptas|aceptar todo|aceptar cookies|tu privacidad|su privacidad
""")
)

HOMES = _phrases("главная|головна|home|homepage|inicio|portada|новости|новини|news|noticias")
