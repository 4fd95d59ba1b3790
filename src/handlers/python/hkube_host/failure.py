"""Exceptions as words: what HKube shows its users of an algorithm that failed."""

import os
import traceback

OURS = os.path.dirname(os.path.abspath(__file__))


def describe(error):
    """The failure of a task: the author's own message, and the trace of the author's own code."""
    code = getattr(error, 'code', None)
    own_code = str(code) if isinstance(code, (str, int)) and code != '' and not isinstance(error, SystemExit) else 'Failed'
    return {'code': own_code, 'message': message_of(error), 'details': trace_of(error)}


def message_of(error):
    name = type(error).__name__
    try:
        text = str(error).strip()
    except Exception:  # the author's __str__ may do anything
        text = ''
    if isinstance(error, SystemExit):
        return f'The handler called sys.exit({text}). To end a task early, return or raise.'
    if name == 'HKubeError':
        return text
    return f'{name}: {text}' if text else name


def trace_of(error):
    """The traceback without our own frames."""
    try:
        lines = traceback.TracebackException.from_exception(error)
        _drop_ours(lines, set())
        return printable(''.join(lines.format()))
    except Exception:
        return ''


def printable(text):
    return text.encode('utf-8', 'backslashreplace').decode()


def _drop_ours(lines, seen):
    if lines is None or id(lines) in seen:
        return
    seen.add(id(lines))
    lines.stack[:] = [frame for frame in lines.stack if is_authors(frame.filename)]
    _drop_ours(lines.__cause__, seen)
    _drop_ours(lines.__context__, seen)


def is_authors(filename):
    return not filename.startswith(OURS) and not filename.startswith('<frozen importlib')


def place_of(error):
    """`file:line` of where it happened in the author's code, or nothing."""
    if isinstance(error, SyntaxError) and error.filename:
        return f'{error.filename}:{error.lineno or 0}: '
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_authors(frame.filename)]
    return f'{frames[-1].filename}:{frames[-1].lineno}: ' if frames else ''
