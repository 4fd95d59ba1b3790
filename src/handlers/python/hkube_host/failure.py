"""Exceptions as words: what HKube shows its users of an algorithm that failed."""

import os
import traceback

OURS = os.path.dirname(os.path.abspath(__file__))


# In characters; what is longer is cut, as in src/model/failure.ts.
MESSAGE_LIMIT = 16 * 1024
DETAILS_LIMIT = 64 * 1024


def describe(error):
    """The failure of a task: the author's own message, and the trace of the author's own code. Never raises."""
    try:
        return {'code': _code_of(error), 'message': message_of(error)[:MESSAGE_LIMIT], 'details': trace_of(error)[:DETAILS_LIMIT]}
    except BaseException:  # an exception of the author's may do anything when it is looked at
        return {'code': 'Failed', 'message': 'The handler raised an exception that cannot be read.', 'details': ''}


def _code_of(error):
    code = getattr(error, 'code', None)
    is_own = isinstance(code, (str, int)) and code != '' and not isinstance(error, SystemExit)
    return printable(str(code)) if is_own else 'Failed'


def message_of(error):
    name = type(error).__name__
    try:
        text = printable(str(error).strip())
    except BaseException:  # the author's __str__ may do anything
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
    except BaseException:
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
