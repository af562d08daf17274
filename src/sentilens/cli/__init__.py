"""The command line: each command is the twin of a function, and prints errors as one line with what to do next."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import typer

from .. import __version__
from ..errors import ConfigError, DataQualityWarning, LowSupportWarning, SentilensError

EXIT_OK, EXIT_BAD_DATA, EXIT_USAGE, EXIT_REJECTS, EXIT_INTERRUPTED = 0, 1, 2, 3, 130
#: Only where it is asked for: alerts were found.
EXIT_ALERTS = 10

app = typer.Typer(
    name="sentilens",
    help="Sentiment, complaints and trends in exported customer posts, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"sentilens {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and stop."),
) -> None:
    """Sentiment, complaints and trends in exported customer posts, on your own machine."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the process.

    Returns
    -------
    int
        0 ok, 1 bad data or model, 2 usage, 3 finished but too many rejects, 10 alerts found (where asked for), 130 interrupted.
    """
    from . import (  # noqa: F401  (each adds its command)
        alerts,
        compare,
        evaluate,
        explain,
        inspect,
        label,
        model,
        model_compare,
        queue,
        replies,
        report,
        score,
        train,
        trends,
    )

    _speak_utf8()
    result: Any = EXIT_OK
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            for category in (DataQualityWarning, LowSupportWarning):
                warnings.simplefilter("always", category)
            result = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()  # a reader that is gone is noticed here, not when Python ends
    except (KeyboardInterrupt, typer.Abort, typer.Exit) as stop:
        result = getattr(stop, "exit_code", EXIT_INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # typer turns the first into the second
        # The reader of the pipe has seen enough; closing stdout here keeps Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except SentilensError as error:
        typer.echo(f"Error: {error}", err=True)
        return EXIT_USAGE if isinstance(error, ConfigError) else EXIT_BAD_DATA
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"Error: {where}{error.strerror or type(error).__name__}.", err=True)
        return EXIT_BAD_DATA
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        error.show()  # type: ignore[attr-defined]  # a usage error of typer
        return EXIT_USAGE
    if result == EXIT_INTERRUPTED:  # some releases of typer turn Ctrl-C into such a result
        typer.echo("Interrupted.", err=True)
    return int(result or EXIT_OK)


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(main())


def _speak_utf8() -> None:
    # A Windows console that is redirected into a file speaks a code page in which half the posts cannot be written.
    # Line ends stay as they are written, as some stand inside posts.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    typer.echo(f"Note: {message}", err=True)
