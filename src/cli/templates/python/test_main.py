"""Calls the algorithm as HKube does, with a stand-in for what HKube gives it."""

import contextlib
import threading
import unittest

import main


class StandIn:
    """Of hkube_api what main.py calls; it keeps what it was told."""

    def __init__(self):
        self.signal = threading.Event()
        self.reports = []
        self.spans = []

    def progress(self, report):
        self.reports.append(report)

    @contextlib.contextmanager
    def span(self, name, tags=None):
        self.spans.append(name)
        yield


class Start(unittest.TestCase):
    def setUp(self):
        self.api = StandIn()

    def test_gives_the_words_that_come_most_often(self):
        result = main.start({'input': ['To be, or not to be:\nthat is the question', 2]}, self.api)
        self.assertEqual(result, [{'word': 'to', 'times': 2}, {'word': 'be', 'times': 2}])

    def test_shows_what_it_is_doing(self):
        main.start({'input': ['one\ntwo']}, self.api)
        self.assertEqual(self.api.reports[-1], {'progress': 100, 'details': 'line 2 of 2'})
        self.assertEqual(self.api.spans, ['count'])

    def test_ends_when_it_is_stopped(self):
        self.api.signal.set()
        self.assertEqual(main.start({'input': ['one\ntwo']}, self.api), [])

    def test_says_what_is_wrong_with_its_input(self):
        with self.assertRaisesRegex(TypeError, 'the first input has to be a text'):
            main.start({'input': []}, self.api)


if __name__ == '__main__':
    unittest.main()
