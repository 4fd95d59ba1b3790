"""Counts the words of a text. HKube calls `start` for each task; what it returns is the task's result, what it raises fails the
task with its words."""

import collections
import re


def start(args, hkube_api):
    # What the node of a pipeline gives: a text, and how many words are wanted. HKube does not check it.
    given = args['input']
    text = given[0] if given else None
    top = given[1] if len(given) > 1 else 3
    if not isinstance(text, str):
        raise TypeError('the first input has to be a text')
    with hkube_api.span('count', {'characters': len(text)}):
        counts = count_words(text, hkube_api)
    return [{'word': word, 'times': times} for word, times in counts.most_common(top)]


def count_words(text, hkube_api):
    counts = collections.Counter()
    lines = text.split('\n')
    for done, line in enumerate(lines, start=1):
        # Set when HKube has stopped the task: what is returned then, nobody waits for.
        if hkube_api.signal.is_set():
            break
        counts.update(re.findall(r'[^\W\d_]+', line.lower()))
        hkube_api.progress({'progress': round(100 * done / len(lines)), 'details': f'line {done} of {len(lines)}'})
    return counts
