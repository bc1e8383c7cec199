"""The translator: articles in other languages, sentence by sentence, by whichever engine can."""
