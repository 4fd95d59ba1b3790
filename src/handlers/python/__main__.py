"""The program of a Python process that runs handlers: parcels on pipe 3 from the runtime, on pipe 4 to it."""

import sys

from hkube_host.service import serve

# This folder stands first only while our own modules are found: then the author's names are the author's.
sys.path.pop(0)
serve(to_runtime=4, from_runtime=3)
