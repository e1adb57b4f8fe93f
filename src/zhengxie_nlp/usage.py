"""How the command line shows its help, and what is wrong with a command, in the language spoken."""

from __future__ import annotations

from typing import Any, Final

import typer

from zhengxie_nlp.messages import said
from zhengxie_nlp.streams import complain

#: Exit status of wrong usage.
EXIT_USAGE: Final = 2
#: How long a part of a message may be that stands for what the user wrote.
_LONGEST: Final = 500


def translate_help(command: Any) -> None:  # noqa: ANN401 - typer has a copy of click with types of its own
    """Put the help of a command, of its options and of the commands below it into the language spoken."""
    if command.help:
        paragraphs = (" ".join(one.split()) for one in command.help.split("\n\n"))
        command.help = "\n\n".join(said(one) for one in paragraphs)
    for parameter in (*command.params, command.get_help_option(typer.Context(command))):
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = said(text)
    for inner in getattr(command, "commands", {}).values():
        translate_help(inner)


def fold_help() -> None:
    """Let help be broken anywhere in a line: Chinese has no blanks, and typer would cut off what is too long.

    Whatever typer shows as help goes through its highlighter, which only it calls.
    """
    from rich.text import Text
    from typer import rich_utils

    class Folding(rich_utils.OptionHighlighter):
        def highlight(self, text: Text) -> None:
            super().highlight(text)
            text.overflow = "fold"

    rich_utils.highlighter = Folding()
    rich_utils.ARGUMENTS_PANEL_TITLE = said("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = said("Options")
    rich_utils.COMMANDS_PANEL_TITLE = said("Commands")
    rich_utils.REQUIRED_LONG_STRING = said("[required]")
    rich_utils.DEFAULT_STRING = said("[default: {}]")


def run(command: Any, arguments: list[str]) -> int:  # noqa: ANN401 - as above
    """Run a command and return its exit status; what is wrong with how it is called is said in one line.

    Args:
        command: the command of the whole program.
        arguments: those of the command line, without the program's name.
    """
    try:
        status = command.main(arguments, prog_name="zhengxie", standalone_mode=False)
    except Exception as error:
        # typer has its own copy of click's errors, which are known by how they show themselves.
        if not hasattr(error, "format_message"):
            raise
        _complain_of(error)
        return int(getattr(error, "exit_code", EXIT_USAGE))
    return status if isinstance(status, int) else 0


def _complain_of(error: Any) -> None:  # noqa: ANN401 - an error of typer's copy of click
    message = " ".join(str(error.format_message()).split())
    if not message:
        # Called without anything, a command has shown its help.
        return
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}…"
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "zhengxie"
    message = message.replace("Value error, ", "")
    complain(f"{path}: {said(message)} {said(f'Try `{path} --help`.')}")
