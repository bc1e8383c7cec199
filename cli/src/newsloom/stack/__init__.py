"""The local stack. Import from here; the other files of this folder are its parts."""

from newsloom.stack.addresses import BACKENDS, COMPONENTS, EXTRAS, SERVICES, USUAL, Addresses
from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.home import Home, find_home
from newsloom.stack.listener import Listener, Quiet
from newsloom.stack.local import ComponentStatus, LocalStack

__all__ = [
    "BACKENDS",
    "COMPONENTS",
    "EXTRAS",
    "SERVICES",
    "USUAL",
    "Addresses",
    "ComponentStatus",
    "ExitCode",
    "Home",
    "Listener",
    "LocalStack",
    "Quiet",
    "StackError",
    "find_home",
]
