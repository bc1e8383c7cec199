"""How the related index keeps a million articles in little memory: arrays, hashed terms, numbered slots."""
