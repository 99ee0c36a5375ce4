"""Which file of tests runs when, and on which of two workers.

One worker takes files from the front of the order, the other from its end, until they meet. What
counts lies in front, what is served at the end, so each kernel is compiled, each demo company
built and each browser, server and cluster started by one worker only; what is short and needs none
of them lies in the middle, so neither worker waits for the other's last file.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdist.scheduler import LoadFileScheduling

FRONT = (
    "tests/questions/",
    "tests/kernels/",
    "tests/acceptance/test_demo_truth.py",
    "tests/laws/",
    "tests/oracles/",
    "tests/engines/",
    "tests/intake/test_realdata.py",
    "tests/identity/",
    "tests/journeys/",
    "tests/demo/",
    "tests/acceptance/",
    "tests/cli/",
    "tests/intake/",
)
BACK = (
    "tests/documents/",
    "tests/exports/",
    "tests/maps/editing/",
    "tests/browser/test_editor_model.py",
    "tests/browser/test_accessibility.py",
    "tests/studio/maps/",
    "tests/studio/jobs/",
    "tests/browser/",
    "tests/soak/",
    "tests/web/",
    "tests/studio/",
    "tests/docs/",
    "tests/maps/",
)
"""Those without kernels first: meanwhile the other worker compiles them."""


def place(path: str) -> tuple[int, int]:
    """Where a file lies in the order: the front, the middle, the end; and there."""
    for number, start in enumerate(FRONT):
        if path.startswith(start):
            return 0, number
    for number, start in enumerate(BACK):
        if path.startswith(start):
            return 2, -number
    return 1, 0


class FromBothEnds(LoadFileScheduling):
    """Gives every other worker files from the end of the order."""

    def _assign_work_unit(self, node) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def schedule(self) -> None:
        self.config.option.loadscopereorder = False  # ours is the order
        super().schedule()


def sort(items: Sequence) -> None:
    """Bring tests into the order; those of a file stay as they are."""
    items.sort(key=lambda item: place(item.nodeid))
