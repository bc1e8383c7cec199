"""Knowledge of languages: models, words, places and the names of news agencies."""
