"""What an author asks of HKube: the calls of the official Python wrapper by their names, and progress, spans and logs.

L7  finish_span with nothing open is an error of the author's; nothing is sent.
L8  Every sub-pipeline and every execution settles: the runtime tells how, whatever happens to the task.
"""

import collections
import math
import operator
import threading
import time

from hkube_host.errors import HKubeError
from hkube_host.failure import message_of, printable
from hkube_host.values import encode, encode_message

# In characters.
LONGEST_LINE = 64 * 1024

# Of what can be started: the call, the message, the noun, and how the codes of its errors begin.
Kind = collections.namedtuple('Kind', 'name call message noun code')
RAW = Kind('raw', 'start_raw_subpipeline', 'startRawSubPipeline', 'sub-pipeline', 'SUB_PIPELINE')
STORED = Kind('stored', 'start_stored_subpipeline', 'startStoredSubPipeline', 'sub-pipeline', 'SUB_PIPELINE')
ALGORITHM = Kind('algorithm', 'start_algorithm', 'startAlgorithmExecution', 'execution of', 'EXECUTION')

# In characters.
LONGEST_TAG = 500
# Calls that need not leave at once leave together: when they are so many, or when the first has waited so long.
MANY_CALLS = 256
WAIT_S = 0.05
# What 32 bits can hold.
LARGEST = 3.4028234663852886e38
# Of tags that were warned about, and of those that are known to be sound.
REMEMBERED = 1000

NOT_BUILT = {
    'getDataSource', 'sendMessage', 'registerInputListener', 'startMessageListening',
    'isListeningToMessages', 'stopStreaming', 'get_streaming_statistics', 'resetQueue', 'resetQueuePartial',
}


class Child:
    """A started sub-pipeline or execution: `result()` waits for it, `await` does so in async code, `stop(reason)` ends it."""

    def __init__(self, api, id, kind, name):
        self.id = id
        self.name = name
        self.state = 'requested'
        self._kind = kind
        self._api = api
        self._settled = threading.Event()
        self._response = None
        self._error = None
        self._callbacks = []
        self._lock = threading.Lock()

    def result(self, timeout=None):
        """Its result: of a sub-pipeline a list of {nodeName, algorithmName, result}, of an execution what its algorithm returned.
        Raises HKubeError, or TimeoutError after `timeout` seconds."""
        if not self._settled.wait(timeout):
            raise TimeoutError(f'The {self._what()} has not ended after {timeout} s; it goes on.')
        if self._error is not None:
            raise self._error
        return self._response

    def done(self):
        return self._settled.is_set()

    def stop(self, reason=None):
        self._api._stop('stop', self.id, reason)

    def __await__(self):
        import asyncio

        loop = asyncio.get_running_loop()
        settled = loop.create_future()
        self._when_settled(lambda: loop.call_soon_threadsafe(lambda: settled.done() or settled.set_result(None)))
        yield from settled
        return self.result()

    def _when_settled(self, callback):
        with self._lock:
            if not self._settled.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def _settle(self, state, response=None, error=None):
        with self._lock:
            if self._settled.is_set():
                return
            self.state, self._response, self._error = state, response, error
            self._settled.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def hear(self, settlement, response):
        kind = settlement['kind']
        if kind == 'done':
            self._settle('done', response=response)
        else:
            self._settle(kind, error=_error_of(settlement, self._what(), self._kind.code))

    def _what(self):
        return f'{self._kind.noun} "{self.name}" ({self.id})'


def _error_of(settlement, what, code):
    kind = settlement['kind']
    sentence = f'{what[0].upper()}{what[1:]}'
    if kind == 'failed':
        return HKubeError(f'{code}_FAILED', f'{sentence} failed: {settlement["error"]}', error=settlement['error'])
    if kind == 'stopped':
        by = 'by this algorithm' if settlement['by'] == 'algorithm' else 'from outside'
        reason = settlement['reason'] if settlement['reason'] is not None else 'no reason given'
        return HKubeError(f'{code}_STOPPED', f'{sentence} was stopped {by}: {reason}', reason=reason, by=settlement['by'])
    if kind == 'timedOut':
        ms = settlement['timeoutMs']
        return HKubeError(f'{code}_TIMED_OUT', f'{sentence} took longer than {ms} ms and was stopped.', timeoutMs=ms)
    if kind == 'notSent':
        return HKubeError(settlement['code'], settlement['message'])
    return HKubeError('TASK_ENDED', f'The task ended before {what} did. Wait for its result before the handler returns.')


class Span:
    """A span around a block: `with hkube_api.span('read'):`, or `async with`."""

    def __init__(self, api, name, tags):
        self._api, self._name, self._tags = api, name, tags
        self._id = None
        self._leave = None

    def __enter__(self):
        self._id = self._api._open('span', self._name, self._tags)
        self._leave = self._api._trace and self._api._is_heard() and self._api._trace.within(self._id)
        return self

    def __exit__(self, kind, error, trace):
        if self._leave:
            self._leave()
        self._api._end(self._id, {} if error is None else {'error': message_of(error)})
        return False

    async def __aenter__(self):
        return self.__enter__()

    async def __aexit__(self, *how):
        return self.__exit__(*how)


class Log:
    """Lines in the log of the algorithm."""

    def __init__(self, report):
        self._report = report

    def debug(self, message):
        self._write('debug', message)

    def info(self, message):
        self._write('info', message)

    def warning(self, message):
        self._write('warn', message)

    warn = warning

    def error(self, message):
        self._write('error', message)

    def _write(self, level, message):
        self._report({'type': 'logged', 'level': level, 'message': printable(str(message))[:LONGEST_LINE]})


class Metrics:
    """Curves for TensorBoard: the runtime writes them below ALGO_METRICS_DIR."""

    def __init__(self, api):
        self._api = api
        self._warned = set()
        self._known = set()

    def _check(self, tag):
        _text('metrics.scalar', 'tag', tag)
        if len(tag) > LONGEST_TAG or printable(tag) != tag:
            raise HKubeError('INVALID_CALL', f'hkube_api.metrics.scalar: expected a tag of {LONGEST_TAG} printable characters at most.')
        if len(self._known) < REMEMBERED:
            self._known.add(tag)

    def scalar(self, tag, value, step):
        """Writes one point of a curve: scalar('train/loss', 0.25, epoch). The value is kept with 32 bits; one that is no number, or too
        large, is left out with a warning."""
        if not isinstance(tag, str) or tag not in self._known:
            self._check(tag)
        number, step = _number(value), _step(step)
        if -LARGEST <= number <= LARGEST:
            self._api._call_later({'kind': 'scalar', 'tag': tag, 'value': number, 'step': step, 'at': int(time.time() * 1000)})
        elif tag not in self._warned and len(self._warned) < REMEMBERED:
            self._warned.add(tag)
            self._api.log.warning(f'hkube_api.metrics.scalar: "{tag}" was {number}, which no curve can show: such points are left out')


class HKubeApi:
    """What a handler may ask for. It belongs to one task: calls that come after its end do no harm."""

    def __init__(self, run, next_id, report, trace=None):
        self.signal = threading.Event()
        """Set when the task is to end: look at `signal.is_set()`, or wait with `signal.wait(seconds)`."""
        self.log = Log(report)
        self.metrics = Metrics(self)
        self.phase = 'initialize'
        self._waiting = []
        # Reentrant: a signal handler may write one while another is written.
        self._waiting_lock = threading.RLock()
        self._waiting_timer = None
        self._run = run
        self._next_id = next_id
        self._report = report
        self._trace = trace
        self._opened = []
        self._pending = {}

    def progress(self, progress):
        """Reports {'progress': 40, 'details': 'half of the tiles'}, or any JSON value."""
        self._call({'kind': 'progress', 'progress': progress})

    def start_span(self, name, tags=None):
        """Opens a span; finish_span ends it. Spans nest."""
        id = self._open('start_span', name, tags)
        self._opened.append(id)
        if self._trace and self._is_heard():
            self._trace.opened(id)

    def finish_span(self, tags=None, error=None):
        """Ends the span that start_span opened last; `error` is a message or an exception."""
        checked = _tags('finish_span', tags)
        if not self._opened:
            raise HKubeError('SPAN_NOT_OPEN', 'hkube_api.finish_span: no span that start_span opened is open.')
        words = {} if error is None else {'error': message_of(error) if isinstance(error, BaseException) else printable(str(error))}
        id = self._opened.pop()
        if self._trace:
            self._trace.ended(id)
        self._end(id, {**checked, **words})

    def span(self, name, tags=None):
        """A span around a block; what the block raises is the span's error."""
        return Span(self, name, tags)

    def start_algorithm(self, name, input=None, includeResult=True, blocking=True, timeoutMs=None):
        """Runs another algorithm once. Gives what it returns, or with `blocking=False` a Child at once."""
        given = [] if input is None else input
        if not isinstance(given, (list, tuple)):
            raise HKubeError('INVALID_CALL', 'hkube_api.start_algorithm: expected input to be a list of arguments.')
        return self._start(ALGORITHM, name, {'algorithmName': name, 'input': given}, (includeResult, blocking, timeoutMs))

    def start_stored_subpipeline(self, name, flowInput=None, includeResult=True, blocking=True, timeoutMs=None):
        """Runs a stored pipeline. Gives its result, or with `blocking=False` a Child at once."""
        pipeline = {'name': name, 'flowInput': {} if flowInput is None else flowInput}
        return self._start(STORED, name, {'subPipeline': pipeline}, (includeResult, blocking, timeoutMs))

    def start_raw_subpipeline(
        self, name, nodes, flowInput, options=None, webhooks=None, includeResult=True, blocking=True, timeoutMs=None
    ):
        """Runs a pipeline described in full. Gives its result, or with `blocking=False` a Child at once."""
        if not (isinstance(nodes, (list, tuple)) and nodes):
            raise HKubeError('INVALID_CALL', 'hkube_api.start_raw_subpipeline: expected nodes to be a list of nodes.')
        pipeline = {'name': name, 'nodes': nodes, 'flowInput': flowInput, 'options': options or {}, 'webhooks': webhooks or {}}
        return self._start(RAW, name, {'subPipeline': pipeline}, (includeResult, blocking, timeoutMs))

    def stop_subpipeline(self, id, reason=None):
        """Stops a sub-pipeline of this task; its result() raises SUB_PIPELINE_STOPPED."""
        self._stop('stop_subpipeline', id, reason)

    def __getattr__(self, name):
        if name in NOT_BUILT:
            raise HKubeError('UNSUPPORTED', f'hkube_api.{name} is not built yet.')
        raise AttributeError(f'hkube_api has no {name}')

    def hear(self, id, settlement=None, response=None):
        """News of a child."""
        child = self._pending.get(id) if settlement is None else self._pending.pop(id, None)
        if child is None:
            return
        if settlement is None:
            child.state = 'running'
        else:
            child.hear(settlement, response)

    def _start(self, kind, name, body, how):
        include_result, blocking, timeout_ms = how
        _text(kind.call, 'name', name)
        if timeout_ms is not None and not (isinstance(timeout_ms, (int, float)) and 0 < timeout_ms < 2**31):
            raise HKubeError('INVALID_CALL', f'hkube_api.{kind.call}: expected timeoutMs to be a number above 0.')
        if self.phase == 'initialize' and kind is not ALGORITHM:
            raise HKubeError('INVALID_CALL', 'HKube takes sub-pipelines only while `start` runs: start them there.')
        child = Child(self, self._next_id(), kind, name)
        if self.phase in ('initialize', 'start'):
            encoded = self._encode(kind.message, body)
            self._pending[child.id] = child
            note = {'type': 'requested', 'id': child.id, 'kind': kind.name, 'includeResult': bool(include_result), 'timeoutMs': timeout_ms}
            span = self._trace and self._trace.current()
            if span:
                note['span'] = span
            self._report(note, encoded)
        else:
            child.hear({'kind': 'taskEnded'}, None)
        return child.result() if blocking else child

    def _stop(self, method, id, reason):
        _text(method, 'id', id)
        if reason is not None:
            _text(method, 'reason', reason)
        self._report({'type': 'stopRequested', 'id': id, 'by': 'algorithm', 'reason': reason and printable(reason)[:LONGEST_LINE]})

    def _open(self, method, name, tags):
        # A name that is no string takes HKube's worker down, so it never leaves.
        _text(method, 'name', name)
        checked = _tags(method, tags)
        id = self._trace.next_id() if self._trace else self._next_id()
        self._call({'kind': 'open', 'id': id, 'name': name, **checked, **self._place(), **self._moment()})
        return id

    def _end(self, id, end):
        self._call({'kind': 'end', 'id': id, 'end': end, **self._moment()})

    def _place(self):
        parent = self._trace and self._trace.current()
        return {'parent': parent} if parent else {}

    def _moment(self):
        return {'at': time.time() * 1000} if self._trace else {}

    def _is_heard(self):
        """Whether a span is made: one that nobody makes is nobody's parent."""
        return self.phase not in ('initialize', 'ended')

    def _call(self, call):
        if self.phase == 'ended':
            return
        if not self._is_heard() and call['kind'] != 'progress':
            return
        encoded = self._encode('called', [call])
        self.flush()
        self._report({'type': 'called', 'run': self._run}, encoded)

    def _call_later(self, call):
        if self.phase == 'ended':
            return
        with self._waiting_lock:
            self._waiting.append(call)
            if len(self._waiting) < MANY_CALLS:
                if self._waiting_timer is None:
                    self._waiting_timer = threading.Timer(WAIT_S, self.flush)
                    self._waiting_timer.daemon = True
                    self._waiting_timer.start()
                return
        self.flush()

    def flush(self):
        """What waits leaves now: before whatever else is said, and at the end."""
        with self._waiting_lock:
            timer, self._waiting_timer = self._waiting_timer, None
            if timer is not None:
                timer.cancel()
            calls, self._waiting = self._waiting, []
            if calls:
                self._report({'type': 'called', 'run': self._run}, self._encode('called', calls))

    def _encode(self, command, data):
        words, _ = encode(data, f'{command}.data')
        return encode_message(command, words)


def _tags(method, tags):
    if tags is None:
        return {}
    if isinstance(tags, dict):
        return {'tags': tags}
    raise HKubeError('INVALID_CALL', f'hkube_api.{method}: expected tags to be a dict, got {type(tags).__name__}.')


def _number(value):
    """A number, also one of NumPy or of a tensor of one element."""
    if not isinstance(value, (str, bytes, bool)):
        try:
            # NumPy wants to be asked for the one element of an array.
            return float(value.item() if hasattr(value, 'item') else value)
        except OverflowError:
            return math.inf
        except (TypeError, ValueError, RuntimeError):
            pass
    raise HKubeError('INVALID_CALL', f'hkube_api.metrics.scalar: expected the value as a number, got {type(value).__name__}.')


def _step(step):
    try:
        if not isinstance(step, bool) and 0 <= operator.index(step) < 2**53:
            return operator.index(step)
    except TypeError:
        pass
    raise HKubeError('INVALID_CALL', f'hkube_api.metrics.scalar: expected the step as a whole number, 0 or more, got {step!r:.100}.')


def _text(method, name, value):
    if not isinstance(value, str) or value == '':
        raise HKubeError('INVALID_CALL', f'hkube_api.{method}: expected {name} to be text, got {type(value).__name__}.')
