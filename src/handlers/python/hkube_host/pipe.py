"""Parcels on pipes: the same form as src/handlers/parcels.ts.

4 bytes, little-endian   length of the note
4 bytes, little-endian   length of the body, 0 for none
the note                 JSON, UTF-8
the body                 bytes, not looked at
"""

import collections
import json
import os
import struct
import threading

HEAD = struct.Struct('<II')


class Pipe:
    def __init__(self, from_runtime, to_runtime):
        for descriptor in (from_runtime, to_runtime):
            os.set_blocking(descriptor, True)
            os.set_inheritable(descriptor, False)
        self._reader = os.fdopen(from_runtime, 'rb', buffering=256 * 1024)
        self._to_runtime = to_runtime
        self._lock = threading.Lock()
        self._waiting = collections.deque()

    def read(self):
        """The next note and its body, or None when the runtime is gone."""
        head = self._reader.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        note_bytes, body_bytes = HEAD.unpack(head)
        note = self._reader.read(note_bytes)
        body = self._reader.read(body_bytes)
        if len(note) < note_bytes or len(body) < body_bytes:
            return None
        return json.loads(note), body

    def report(self, note, body=b''):
        """Sends a note; any thread may, and a signal handler that interrupts one that does: whoever writes sends what waits."""
        words = json.dumps(note).encode()
        self._waiting.append((HEAD.pack(len(words), len(body)) + words, body))
        while self._waiting and self._lock.acquire(blocking=False):
            try:
                while self._waiting:
                    head, rest = self._waiting.popleft()
                    self._write(head)
                    self._write(rest)
            finally:
                self._lock.release()

    def _write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self._to_runtime, view):]
