"""What JSON can carry. A value that it cannot is told by its path, not by the encoder's words."""

import gc
import json
import math

from hkube_host.errors import HKubeError

IDENTIFIER = str.isidentifier
# Smaller ones are not worth the trouble.
LARGE_BYTES = 64 * 1024


def encode(value, root):
    """JSON as UTF-8, and whether a number was lost; JSON has null for NaN. Raises NOT_ENCODABLE naming the place."""
    try:
        return _dumps(value), False
    except (TypeError, ValueError, RecursionError) as error:
        found = _find(value, root)
        if found is None and isinstance(error, ValueError):
            try:
                return _dumps(_finite(value)), True
            except (TypeError, ValueError, RecursionError) as second:
                error = second
        path, what = found or (root, f'what JSON cannot carry ({error})')
        raise HKubeError('NOT_ENCODABLE', f'The value cannot be sent as json: {path} is {what}.') from None


def decode_data(message):
    """The data of a wire message. Nothing of a large value is garbage before its task has ended, but the collector would look
    through all of it, again and again: so it is put out of the collector's sight until `let_go`."""
    if len(message) < LARGE_BYTES or not gc.isenabled():
        return json.loads(message).get('data')
    gc.disable()
    try:
        return json.loads(message).get('data')
    finally:
        gc.freeze()
        gc.enable()


def let_go():
    """A task has ended: what was put out of the collector's sight is seen again."""
    gc.unfreeze()


def encode_message(command, data_json):
    """A wire message around data that is JSON already."""
    return b'{"command":"%s","data":%s}' % (command.encode(), data_json)


def _dumps(value):
    # UnicodeEncodeError is a ValueError, too.
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(',', ':')).encode()


def _finite(value):
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _find(value, path, above=()):
    """The first place that JSON has no form for, as (path, what)."""
    if value is None or isinstance(value, (bool, int, float)):
        return None
    if isinstance(value, str):
        return None if _is_text(value) else (path, 'text that UTF-8 cannot carry (a lone surrogate)')
    if id(value) in above:
        return path, 'a reference back to what contains it (a cycle)'
    if len(above) > 500:
        return path, 'nested too deep'
    if isinstance(value, dict):
        return _find_in_items(value, path, above + (id(value),))
    if isinstance(value, (list, tuple)):
        items = enumerate(value)
        return _first(_find(item, f'{path}[{index}]', above + (id(value),)) for index, item in items)
    return path, _describe(value)


def _find_in_items(value, path, above):
    for key, item in value.items():
        if not (key is None or isinstance(key, (str, int, float, bool))):
            return path, f'a dict with a key of type {type(key).__name__}, and keys are text'
        if isinstance(key, str) and not _is_text(key):
            return path, 'a dict with a key that UTF-8 cannot carry (a lone surrogate)'
        place = f'{path}.{key}' if isinstance(key, str) and IDENTIFIER(key) else f'{path}[{json.dumps(key)}]'
        found = _find(item, place, above)
        if found:
            return found
    return None


def _first(found):
    return next((one for one in found if one), None)


def _is_text(value):
    try:
        value.encode('utf-8')
        return True
    except UnicodeEncodeError:
        return False


def _describe(value):
    kind = f'{type(value).__module__}.{type(value).__qualname__}'.replace('builtins.', '')
    if isinstance(value, (set, frozenset)):
        return f'a {kind}; make it a list'
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f'{kind}; JSON carries text only, such as base64'
    if hasattr(value, 'tolist'):
        return f'a {kind}; call its tolist()'
    return f'a {kind}'
