"""Whose span is current, where a task is traced: for the author's spans, and for those that libraries make by OpenTelemetry.

C1  A scope is what runs below a span: a hook, the handler, the block of `api.span`. What `start_span` opens is current in its scope.
C2  The span in OpenTelemetry's context stands for whatever is current: libraries ask it when they make a span of their own.
"""

import contextlib
import contextvars
import importlib.util
import secrets

_here = contextvars.ContextVar('algorithm-actor scope', default=None)


class Scope:
    def __init__(self, owner, base):
        self.owner = owner
        self.base = base
        self.opened = []

    @property
    def top(self):
        return self.opened[-1] if self.opened else self.base


class TaskTrace:
    """Where a task stands in its trace. `hook` is the span that the runtime has made for what runs."""

    def __init__(self):
        self._hook = None
        self._root = None
        self._scopes = {}

    def next_id(self):
        return secrets.token_hex(8)

    def current(self):
        """The id of the current span; of a library's, where one is. None: nobody knows."""
        library = _libraries() if self._hook else None
        span = library and library.current()
        here = _here.get()
        # Not of another trace, and not in a context that was carried over from another task.
        if span and f'{span.trace_id:032x}' == self._hook['traceId'] and (here is None or here.owner is self):
            return f'{span.span_id:016x}'
        scope = self._scope()
        return scope and scope.top

    def opened(self, id):
        scope = self._scope()
        if scope is not None:
            scope.opened.append(id)
            self._scopes[id] = scope

    def ended(self, id):
        scope = self._scopes.pop(id, None)
        if scope is not None and id in scope.opened:
            scope.opened.remove(id)

    @contextlib.contextmanager
    def below(self, hook):
        """What runs below the span of a hook or handler; without one it runs as ever."""
        if hook is None:
            yield
            return
        self._hook = hook
        self._root = Scope(self, hook['spanId'])
        leave = self._enter(self._root)
        try:
            yield
        finally:
            leave()

    def within(self, id):
        """Enters the scope of a span; gives what leaves it."""
        return self._enter(Scope(self, id))

    def address(self, id):
        return self._hook['traceId'], id, self._hook['isSampled']

    def _scope(self):
        """Of this task: a context may have been carried over from another, and a thread may have none."""
        scope = _here.get()
        return scope if scope is not None and scope.owner is self else self._root

    def _enter(self, scope):
        before = _here.set(scope)
        library = _libraries() if self._hook else None
        attached = library and library.attach(self, scope)

        def leave():
            if attached:
                library.detach(attached)
            # A block may be left in another context than it was entered in.
            with contextlib.suppress(ValueError):
                _here.reset(before)

        return leave


class Libraries:
    """OpenTelemetry's api, where it is installed. Who makes spans of it, and who sends them, is the author's choice."""

    def __init__(self):
        from opentelemetry import context, trace

        class CurrentSpan(trace.NonRecordingSpan):
            """C2"""

            def __init__(self, task, scope):
                super().__init__(trace.INVALID_SPAN_CONTEXT)
                self.task = task
                self.scope = scope

            def get_span_context(self):
                trace_id, span_id, is_sampled = self.task.address(self.scope.top)
                flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if is_sampled else trace.TraceFlags.DEFAULT)
                return trace.SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=flags)

        self._context = context
        self._trace = trace
        self._span = CurrentSpan

    def current(self):
        """A library's own span, if that is the current one."""
        span = self._trace.get_current_span()
        context = span.get_span_context()
        return None if isinstance(span, self._span) or not context.is_valid else context

    def attach(self, task, scope):
        return self._context.attach(self._trace.set_span_in_context(self._span(task, scope)))

    def detach(self, token):
        self._context.detach(token)


_found = []


def _libraries():
    """Looked for once, when the first traced task runs."""
    if not _found:
        try:
            _found.append(Libraries() if importlib.util.find_spec('opentelemetry') else None)
        except (ImportError, AttributeError):  # something else of that name, or in parts
            _found.append(None)
    return _found[0]
