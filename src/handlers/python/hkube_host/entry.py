"""Finds and loads the author's functions, with words for what can be wrong with them."""

import importlib
import importlib.util
import os
import sys

from hkube_host.errors import HKubeError
from hkube_host.failure import message_of, place_of, trace_of

# How many arguments each handler is given at most; what it does not take is left away.
GIVEN = {'start': 2, 'initialize': 2, 'stop': 2, 'exit': 1}


class Unloadable(Exception):
    def __init__(self, message, details=''):
        super().__init__(message)
        self.failure = {'code': 'INVALID_ENTRY', 'message': message, 'details': details}


def load_handlers(path):
    """The author's functions by name, each ready to be called with all it may be given. Raises Unloadable."""
    module = _import(path)
    functions = {name: getattr(module, name, None) for name in ('start', 'initialize', 'init', 'stop', 'exit')}
    if functions['start'] is None:
        raise Unloadable(f'{path}: no function `start`. Every algorithm needs one: def start(args, hkube_api).')
    if functions['init'] and functions['initialize']:
        raise Unloadable(f'{path}: `init` and `initialize` are two names of the same handler. Keep one.')
    functions['initialize'] = functions['initialize'] or functions.pop('init')
    return {name: _fitted(path, name, functions[name]) for name in GIVEN if functions[name] is not None}


def _import(path):
    root, name = _module_of(path)
    for folder in (os.path.dirname(path), root):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)
    try:
        if root != os.path.dirname(path):
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(name if name not in sys.modules else f'algorithm_{name}', path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    except BaseException as error:  # SystemExit, too: a module must not end the process by being loaded
        raise Unloadable(f'{place_of(error) or path + ": "}{message_of(error)}{_hint(error, root)}', trace_of(error)) from None


def _module_of(path):
    """The folder that the algorithm is imported from, and the entry's name below it, as HKube does it."""
    folder, file = os.path.split(path)
    root = folder
    while os.path.exists(os.path.join(root, '__init__.py')) and os.path.dirname(root) != root:
        root = os.path.dirname(root)
    if root == folder:
        root = _with_requirements(folder) or folder
    parts = os.path.relpath(folder, root).split(os.sep) if root != folder else []
    stem = os.path.splitext(file)[0]
    importable = all(part.isidentifier() for part in [*parts, stem])
    return (root, '.'.join([*parts, stem])) if importable else (folder, stem)


def _with_requirements(folder):
    while not os.path.exists(os.path.join(folder, 'requirements.txt')):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    return folder


def _hint(error, root):
    if not isinstance(error, ModuleNotFoundError):
        return ''
    requirements = os.path.join(root, 'requirements.txt')
    if not os.path.exists(requirements):
        return f' (by {sys.executable})'
    venv = os.path.join(root, '.venv')
    return f' (by {sys.executable}). Install {requirements}: python3 -m venv {venv} && {venv}/bin/pip install -r {requirements}'


def _fitted(path, name, function):
    if not callable(function):
        raise Unloadable(f'{path}: `{name}` is no function but a {type(function).__name__}.')
    least, most = _arity(function)
    given = GIVEN[name]
    if least > given or (name == 'start' and most < 1):
        called = 'start(args) or start(args, hkube_api)' if name == 'start' else f'{name}(data{", hkube_api" if given > 1 else ""})'
        takes = f'{least} or more' if most == float('inf') else least if least == most else f'{least} to {most}'
        raise Unloadable(f'{path}:{line_of(function)}: `{name}` takes {takes} arguments. It is called as {called}.')
    fitted = lambda *args: function(*args[: int(min(most, given))])  # noqa: E731
    fitted.line = line_of(function)
    return fitted


def line_of(function):
    code = getattr(getattr(function, '__func__', function), '__code__', None)
    return code.co_firstlineno if code else 0


def _arity(function):
    """How many positional arguments it needs, and how many it takes."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some of C's do not say
        return 0, float('inf')
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    needed = [one for one in parameters if one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    only_named = [one for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
    endless = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    # One that needs a named argument can never be called.
    return (float('inf') if only_named else len(needed)), (float('inf') if endless else len(positional))
