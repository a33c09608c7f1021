"""On which day a file of events ends. One wrong date would make all that ever happened ages old, or not yet there."""

from __future__ import annotations

import numpy as np
from benchmarks.influence.facts import Numbers

from renown.clock import DAY

#: An event may be so far ahead of the machine's clock.
AHEAD = DAY
#: The last events are not believed where they are so few of all, behind a gap of more than so long, and than so many
#: times the gap that is usual. Of at least so many events one may be such.
FEW, FAR, TIMES, LEAST = 0.01, 180 * DAY, 100, 10


def end(times: Numbers, now: int) -> int:
    """The instant of the last event whose time can be believed, of one or more. All in microseconds.

    Nothing lies in the future, unless most of the file does: then it tells of another time. And nothing lies alone far
    behind everything else.
    """
    ordered = np.sort(times)
    past = int(np.searchsorted(ordered, now + AHEAD, "right"))
    if past * 2 >= len(ordered):
        ordered = ordered[:past]
    if len(ordered) < LEAST:
        return int(ordered[-1])
    gaps, few = np.diff(ordered), max(1, int(len(ordered) * FEW))
    far = np.flatnonzero(gaps[-few:] > max(FAR, TIMES * int(np.median(gaps))))
    return int(ordered[len(gaps) - few + far[0]] if len(far) else ordered[-1])
