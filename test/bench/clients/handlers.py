"""The workload in Python."""
import os


def start(args, api):
    given = args['input'][0] if args['input'] else {}
    mode = given.get('mode') if isinstance(given, dict) else None
    if mode == 'subs':
        subs = [api.start_stored_subpipeline('child', {'data': [n]}, blocking=False) for n in range(given['count'])]
        return len([sub.result() for sub in subs])
    if mode == 'progress':
        for n in range(given['count']):
            api.progress({'progress': n})
        return given['count']
    if mode == 'spans':
        for n in range(given['count'] // 2):
            api.start_span('step', {'i': n})
            api.finish_span({'ok': True})
        return given['count']
    if mode == 'spin':
        api.progress('spinning')
        while True:
            pass
    if mode == 'exit':
        os._exit(1)
    return args['input']
