"""Words that show who is quoted: a medium's generic noun beside a name, and verbs that media have."""

from typing import Final

# A medium's generic noun right before or around the name: «агентство X», "la agencia X", "X news agency".
MEDIA_NOUNS: Final = frozenset(
    """
    агентство газета издание телеканал журнал портал радиостанция еженедельник информагентство
    интернет-издание агенція видання часопис інформагентство інтернет-видання радіостанція тижневик agency
    newspaper broadcaster newswire magazine newsroom agencia diario periódico cadena revista semanario
    """.split()
)
# Verbs that news uses of media rather than of people and offices.
CITING_VERBS: Final = frozenset(
    "цитировать передавать писать процитировать цитувати передавати писати".split()
)
