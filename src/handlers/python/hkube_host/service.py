"""Commands from the runtime, carried out; what comes of them is reported.

P1  The author's handlers run in the main thread, one after the other: there signals work, and asyncio, and libraries that ask for it.
P2  Another thread reads the pipe, so that a stop is heard while a handler computes. The hook of a stop runs in a thread of its own.
P3  When the runtime is gone, this process ends, whatever it does.
"""

import contextlib
import faulthandler
import os
import queue
import signal
import sys
import threading

from hkube_host.calls import HKubeApi
from hkube_host.entry import Unloadable, load_handlers
from hkube_host.errors import HKubeError
from hkube_host.failure import describe, message_of, trace_of
from hkube_host.pipe import Pipe
from hkube_host.tracing import TaskTrace
from hkube_host.values import decode_data, encode, encode_message, let_go


def serve(from_runtime, to_runtime):
    """Serves until the runtime is gone."""
    # Ctrl-C is the runtime's: it ends its handlers in order. No SIG_IGN, which what the author starts would inherit.
    signal.signal(signal.SIGINT, lambda *_: None)
    # What kills the interpreter says at which line.
    faulthandler.enable()
    sys.stdout.reconfigure(encoding='utf-8', errors='strict', line_buffering=True)
    Service(Pipe(from_runtime, to_runtime)).run()


class Task:
    """One run: its data, its api, and how much of the author's code is at work for it."""

    def __init__(self, run, api, body, trace):
        self.run = run
        self.api = api
        self.body = body
        self.trace = trace
        self.data = None
        self.awaited = None
        self._busy = 0
        self._rest = threading.Condition()

    def begin(self):
        with self._rest:
            self._busy += 1

    def end(self):
        with self._rest:
            self._busy -= 1
            self._rest.notify_all()

    def wait_for_rest(self):
        with self._rest:
            self._rest.wait_for(lambda: self._busy == 0)

    def abort(self):
        """Sets the signal, and cancels what async code awaits."""
        self.api.signal.set()
        awaited = self.awaited
        if awaited is not None:
            loop, job = awaited
            try:
                loop.call_soon_threadsafe(job.cancel)
            except RuntimeError:  # the author's code has closed it
                pass


def below(task, hook):
    """What runs below the span that was made for it, where the task is traced."""
    return task.trace.below(hook) if task.trace else contextlib.nullcontext()


class Service:
    def __init__(self, pipe):
        self._pipe = pipe
        self._work = queue.SimpleQueue()
        self._handlers = None
        self._entry = ''
        self._ids = ''
        self._given = 0
        self._given_lock = threading.Lock()
        self._task = None
        self._loop = None
        # Hooks that were given to the loop; None while it does not run.
        self._hooks = None
        self._hooks_lock = threading.Lock()
        self._warned = set()

    def run(self):
        threading.Thread(target=self._listen, name='algorithm-actor commands', daemon=True).start()
        while True:
            work, *args = self._work.get()
            work(*args)

    # In the thread that reads.

    def _listen(self):
        for command, body in iter(self._pipe.read, None):
            try:
                self._obey(command, body)
            except BaseException as error:
                self._pipe.report({'type': 'logged', 'level': 'error', 'message': f'{command["type"]}: {trace_of(error)}'})
        os._exit(0)

    def _obey(self, command, body):
        kind = command['type']
        if kind == 'load':
            self._ids = command['ids']
            self._work.put((self._load, command['entry']))
        elif kind == 'initialize':
            trace = TaskTrace() if 'hook' in command else None
            api = HKubeApi(command['run'], self._next_id, self._pipe.report, trace)
            self._end_task()
            self._task = Task(command['run'], api, body, trace)
            self._task.begin()
            self._work.put((self._initialize, self._task, command.get('hook')))
        elif kind == 'start':
            self._task.begin()
            self._work.put((self._start, self._task, command.get('hook')))
        elif kind in ('running', 'settled'):
            self._tell(command, body)
        else:
            self._end(kind, command)

    def _end(self, kind, command):
        task = self._task
        if task is not None:
            if kind == 'stop':
                task.api.phase = 'stopping'
            task.abort()
        if kind == 'stop':
            self._in_thread(self._stop, task, {'forceStop': command['force']})
        elif kind == 'exit':
            self._in_thread(self._exit, {'exitCode': command['code']})
        else:
            self._end_task()

    def _tell(self, command, body):
        task = self._task
        if task is not None:
            settlement, response = command.get('settlement'), None
            try:
                response = decode_data(body) if body else None
            except (ValueError, RecursionError) as error:
                settlement = {'kind': 'failed', 'error': f'its response cannot be read: {message_of(error)}'}
            task.api.hear(command['id'], settlement, response)

    def _end_task(self):
        if self._task is not None:
            self._task.api.phase = 'ended'
            self._task = None
            let_go()

    def _in_thread(self, work, *args):
        threading.Thread(target=work, args=args, name='algorithm-actor hook', daemon=True).start()

    def _next_id(self):
        with self._given_lock:
            self._given += 1
            return f'{self._ids}{self._given}'

    # In the main thread.

    def _load(self, entry):
        self._entry = entry
        try:
            self._handlers = load_handlers(entry)
        except Unloadable as error:
            self._pipe.report({'type': 'unloadable', 'failure': error.failure})
        else:
            self._pipe.report({'type': 'loaded', 'initialize': 'initialize' in self._handlers})

    def _initialize(self, task, hook):
        def work():
            task.data = decode_data(task.body)
            task.body = None
            if task.data.get('input') is None:
                task.data['input'] = []
            if 'initialize' in self._handlers:
                with below(task, hook):
                    self._call(task, 'initialize', task.data, task.api)

        self._attempt(task, work, lambda _: self._pipe.report({'type': 'initialized', 'run': task.run}))

    def _start(self, task, hook):
        def work():
            if task.api.phase == 'initialize':
                task.api.phase = 'start'
            # What is large is let go of when the result has left, not when the next task waits.
            data, task.data = task.data, None
            with below(task, hook):
                result = self._call(task, 'start', data, task.api)
            return data, self._encoded(result)

        def leave(ended):
            self._pipe.report({'type': 'returned', 'run': task.run}, ended[1])
            let_go()

        self._attempt(task, work, leave)

    def _attempt(self, task, work, on_value):
        try:
            if task.api.signal.is_set():
                return
            value = work()
            task.api.flush()
        except BaseException as error:
            task.api.flush()
            self._pipe.report({'type': 'failed', 'run': task.run, 'failure': describe(error)})
            self._close(task)
        else:
            on_value(value)
        finally:
            task.end()

    def _close(self, task):
        task.data = None
        let_go()
        if task.api.phase != 'stopping':
            task.api.phase = 'ended'

    def _encoded(self, result):
        try:
            data, lost = encode(result, 'result')
        except HKubeError as error:
            error.args = (f'{self._entry}:{self._handlers["start"].line}: start returned what cannot leave. {error}',)
            raise
        if lost and 'NaN' not in self._warned:
            self._warned.add('NaN')
            self._pipe.report({'type': 'logged', 'level': 'warn', 'message': 'start returned NaN or Infinity: JSON has null for it'})
        return encode_message('done', data)

    def _call(self, task, name, *args):
        """Calls a handler; a coroutine runs to its end on the one event loop of this process."""
        value = self._handlers[name](*args)
        if not hasattr(value, '__await__'):
            return value
        import asyncio

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        job = asyncio.ensure_future(value, loop=self._loop)
        task.awaited = (self._loop, job)
        if task.api.signal.is_set():
            job.cancel()
        with self._hooks_lock:
            self._hooks = []
        try:
            return self._loop.run_until_complete(job)
        finally:
            task.awaited = None
            self._finish_hooks()

    def _finish_hooks(self):
        """A hook that was given to the loop ends on it, also when the handler has ended before."""
        import asyncio

        while True:
            with self._hooks_lock:
                if not self._hooks:
                    self._hooks = None
                    return
                hooks, self._hooks = self._hooks, []
            given = [asyncio.wrap_future(hook, loop=self._loop) for hook in hooks]
            self._loop.run_until_complete(asyncio.wait(given))

    # In a thread of their own.

    def _stop(self, task, data):
        if self._handlers and task is not None:
            self._hook('stop', data, task.api)
        if task is not None:
            task.wait_for_rest()
            task.api.phase = 'ended'
            task.api.flush()
            self._pipe.report({'type': 'stopped', 'run': task.run})

    def _exit(self, data):
        if self._handlers:
            self._hook('exit', data)
        self._pipe.report({'type': 'left'})

    def _hook(self, name, *args):
        """A hook that raises is logged; the answer is the same."""
        if name not in self._handlers:
            return
        try:
            value = self._handlers[name](*args)
            if hasattr(value, '__await__'):
                self._await_hook(value)
        except BaseException as error:
            self._pipe.report({'type': 'logged', 'level': 'error', 'message': f'the {name} handler raised: {trace_of(error)}'})

    def _await_hook(self, value):
        import asyncio

        async def awaited():
            return await value

        # Where the handlers' loop runs, the hook belongs there too, with all that is bound to it.
        with self._hooks_lock:
            given = self._hooks is not None and asyncio.run_coroutine_threadsafe(awaited(), self._loop)
            if given:
                self._hooks.append(given)
        if given:
            given.result()
        else:
            asyncio.run(awaited())
