"""
Stories: the history of a case as JSON Lines, one act per line, the first of them `open`.

::

    {"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "ana", "complaint": "..."}
    {"act": "listen", "by": "sam", "at": "2026-01-05T09:05Z", "account": "..."}

A line is decided anew when it is read, so a story says what was done and not what came of it. Where
it moves the case to another method, what comes after is decided by that one.
"""
