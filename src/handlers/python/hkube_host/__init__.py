"""Runs the handlers of a Python algorithm for algorithm-actor. Python 3.8 or later, nothing but the standard library.

pipe      parcels on the pipes
values    what JSON can carry, and where a value cannot
failure   exceptions as words
entry     finds and loads the author's functions
calls     what an author asks of HKube: spans, progress, sub-pipelines, executions
service   commands in, reports out
"""
