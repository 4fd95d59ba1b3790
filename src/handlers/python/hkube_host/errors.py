"""The one error that an author meets; `code` is for programs, the text for people."""


class HKubeError(Exception):
    def __init__(self, code, message, **facts):
        super().__init__(message)
        self.code = code
        self.facts = facts
