"""The report's sentences count what the vote selected, and not the seats that it had."""

from __future__ import annotations

import pytest

from tests.ideation.campaigns import staged
from tests.ideation.company import Company
from tests.ideation.desk import data

_WHY = "It is worth it."


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("by_vote", "by_board", "third", "said"),
    [
        (4, 0, ("vote", ""), [
            "4 seats: the charter gives 4 to the vote and 0 to the board.",
            "The vote chose 3, fewer than it has seats.",
            "Of the 3 that the vote chose, 3 were taken.",
            "The board gave 0 seats to others.",
            "Of the 4 in the vote, 3 were taken.",
            "No decision differs from the vote.",
            "4 of 4 have a decision.",
            "The answer came in time.",
            "What the charter promised was kept.",
        ]),
        (3, 1, ("board", _WHY), [
            "4 seats: the charter gives 3 to the vote and 1 to the board.",
            "Of the 3 that the vote chose, 3 were taken, 1 of them on a seat of the board.",
            "The board gave 0 seats to others.",
            "1 of 4 seats was given to nobody. Three are enough.",
            "Of the 4 in the vote, 3 were taken.",
            "1 decision differs from the vote, with its reason.",
            "4 of 4 have a decision.",
            "The answer came in time.",
            "What the charter promised was not kept.",
        ]),
    ],
)  # fmt: skip
def test_what_the_vote_selected_is_counted(
    company: Company, by_vote: int, by_board: int, third: tuple[str, str], said: list[str]
) -> None:
    company.board()
    campaign = staged.counted(company, seats={"by_vote": by_vote, "by_board": by_board})
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""), o3=third, o4=("vote", ""))
    published = staged.published(company.browser("mo"), "/desk/campaigns/autumn", unfilled="Three are enough.")
    assert published.status_code == 302
    figures = data(company, None, "/campaigns/autumn/report.json")["figures"]
    # Eve, who brought them all, has a sentence of her own.
    assert [one for one in figures if not one.startswith("Whoever came")] == said
