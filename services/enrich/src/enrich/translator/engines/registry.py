"""The engines that the settings give, in their order. A new one is one file, one name and one line here."""

from collections.abc import Callable, Mapping
from typing import Final

from enrich.translator.engines.apertium_apy import ApertiumApy
from enrich.translator.engines.apertium_command import ApertiumCommand
from enrich.translator.engines.firefox import Firefox
from enrich.translator.engines.http import HttpAsker
from enrich.translator.engines.libretranslate import LibreTranslate
from enrich.translator.engines.openai import OpenAi
from enrich.translator.ports import Engine
from enrich.translator.settings import TranslatorSettings

Build = Callable[[TranslatorSettings], Engine | None]


def engines_of(settings: TranslatorSettings) -> list[Engine]:
    """Engines by preference; those that the settings give no address for are left out."""
    built = (_BUILD[name](settings) for name in dict.fromkeys(settings.translate_engines))
    return [engine for engine in built if engine is not None]


def _firefox(settings: TranslatorSettings) -> Engine:
    return Firefox(
        settings.firefox_models,
        timeout=settings.translate_timeout,
        download=settings.firefox_download == "on",
    )


def _apertium(settings: TranslatorSettings) -> Engine:
    if settings.apertium_url:
        return ApertiumApy(HttpAsker(settings.apertium_url, timeout=settings.translate_timeout))
    return ApertiumCommand(timeout=settings.translate_timeout)


def _libretranslate(settings: TranslatorSettings) -> Engine | None:
    if not settings.libretranslate_url:
        return None
    asker = HttpAsker(settings.libretranslate_url, timeout=settings.translate_timeout)
    return LibreTranslate(asker, key=settings.libretranslate_key.get_secret_value())


def _openai(settings: TranslatorSettings) -> Engine | None:
    if not (settings.openai_url and settings.openai_model):
        return None
    key = settings.openai_key.get_secret_value()
    headers = {"authorization": f"Bearer {key}"} if key else {}
    asker = HttpAsker(settings.openai_url, timeout=settings.translate_timeout, headers=headers)
    return OpenAi(asker, model=settings.openai_model, leaves_the_house=settings.openai_inside == "off")


_BUILD: Final[Mapping[str, Build]] = {
    "firefox": _firefox,
    "apertium": _apertium,
    "libretranslate": _libretranslate,
    "openai": _openai,
}
