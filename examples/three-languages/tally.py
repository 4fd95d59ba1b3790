"""Counts the words of a text, on top of a tally that is there already. In Python."""

import re
from collections import Counter


def start(args, hkube_api):
    text, before = (args['input'] + [{}])[:2]
    with hkube_api.span('count', {'characters': len(text)}):
        tally = Counter(before)
        tally.update(re.findall('[a-z]+', text.lower()))
    hkube_api.progress({'progress': 100, 'details': f'{len(tally)} words'})
    return tally
