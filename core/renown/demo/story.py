"""What happens at Acme, day by day. Two lines run through it.

Marketing begins strong, with a campaign that ends; customers ask more from month to month, and customer service
answers them: somewhere past the middle it overtakes marketing. Beside them, five people come to like whatever one of
them says. Everything else is as in any company: quiet experts, busy posters, holidays, leave, an edit here, a like
taken back there.
"""

from __future__ import annotations

import math
import random

from renown.clock import DAY, SECOND, to_date
from renown.demo.circle import Circle
from renown.demo.deliveries import Channel, Mail
from renown.demo.github import GitHub, Thing
from renown.demo.organisation import MARKETING, SERVICE, TEAMS, Colleague, Customer, Organisation, weekday
from renown.demo.slack import ACCEPTS, Post, Workspace

HOUR = 3600 * SECOND
AFTERWARDS = 10 * SECOND
#: Days on which nobody works, as (month, day).
HOLIDAYS = {
    (1, 1): "New Year",
    (5, 1): "Labour Day",
    (10, 12): "Founders' Day",
    (12, 25): "Christmas",
    (12, 26): "Boxing Day",
}
REPOSITORIES = ["engine", "guidance", "launchpad", "website", "handbook"]
HANDBOOK = 4
#: Channels of the company, and the one where customers ask.
GENERAL, HELP = "C0ACME000", "C0HELP001"
_EMOJI = ("+1", "heart", "tada", "rocket", "eyes", "raised_hands")
_SAID = (
    "the tank sensor reads high after the second burn so we swapped the valve and ran it again with the older "
    "table which showed the same curve please have a look at the page I wrote about it before the review on "
    "Thursday thanks"
)
_WORDS = _SAID.split()


class Story:
    """Writes days into the mail. The same seed tells the same story."""

    def __init__(self, mail: Mail, sources: tuple[Channel, Channel, Channel], acme: Organisation, seed: int) -> None:
        company, community, code = sources
        self._rng = random.Random(f"{seed}:story")
        self._acme = acme
        self._company = Workspace(mail, company, "T0ACME")
        self._community = Workspace(mail, community, "T0CLUB")
        self._code = GitHub(mail, code, REPOSITORIES)
        self._circle = Circle(self._company, GENERAL, acme, seed)
        self._places = {name: f"C0TEAM{index:03d}" for index, name in enumerate(TEAMS)}
        self._recent: dict[str, list[Post]] = {}
        self._pages: list[tuple[str, Colleague]] = []

    def begin(self, at: int) -> None:
        """Everybody is there: channels with names, accounts with names and addresses, and the channels they joined.

        The company's own accounts come first, those elsewhere `AFTERWARDS`: so these join the people already known.
        """
        later = at + AFTERWARDS
        for place, called in ((GENERAL, "general"), *((place, _slug(name)) for name, place in self._places.items())):
            self._company.open(at, place, called)
        self._community.open(at, HELP, "help")
        for one in self._acme.colleagues:
            self._company.arrive(at, one.slack, one.name, one.login, one.email)
            self._company.join(at + SECOND, GENERAL, one.slack)
            self._company.join(at + SECOND, self._places[one.team], one.slack)
            if one.team == SERVICE or one.nature.answers > 1:
                self._community.arrive(later, one.community, one.name, one.login, one.email)
            if one.on_github:
                self._code.star(later, one.number % self._code.repositories, one)
        for customer in self._acme.customers:
            login = customer.email.partition("@")[0]
            name = f"{customer.name} ({customer.company})"
            self._community.arrive(later, customer.slack, name, login, customer.email)

    def day(self, day: int, progress: float) -> None:
        """One day (since 1970), `progress` of the way through (0 to 1)."""
        holiday = (to_date(day).month, to_date(day).day) in HOLIDAYS
        here = [] if holiday else [one for one in self._acme.colleagues if one.works(day)]
        for one in here:
            self._talk(day, one, here)
            if one.codes:
                self._build(day, one, here)
            elif one.team == MARKETING:
                self._campaign(day, one, here, 1.0 - 0.6 * progress)
        self._circle.day(day, progress, here)
        if here:
            # Customers ask at weekends too, and are answered on the next working day.
            for _ in range(self._some((0.15 + 7 * progress**1.5) * len(self._acme.customers) / 40)):
                self._ask(day, self._rng.choice(self._acme.customers), here)
        elif weekday(day) == 5 and self._rng.random() < 0.5:
            self._ask(day, self._rng.choice(self._acme.customers), [])

    def _campaign(self, day: int, one: Colleague, here: list[Colleague], energy: float) -> None:
        """Marketing tells everybody how it goes, and writes the pages for it."""
        if self._rng.random() < 0.7 * energy:
            self._like(self._company.say(self._when(day), GENERAL, one.slack, self._text(15, 60)), here, 6 * energy)
        if self._rng.random() < 0.4 * energy:
            self._write(day, one)

    def _talk(self, day: int, one: Colleague, here: list[Colleague]) -> None:
        rng, nature = self._rng, one.nature
        for _ in range(self._some(nature.messages)):
            place = GENERAL if rng.random() < 0.25 else self._places[one.team]
            post = self._company.say(self._when(day), place, one.slack, self._text(4, 40))
            self._recent.setdefault(place, []).append(post)
            del self._recent[place][:-40]
            self._like(post, here, nature.charm * 3)
            self._regret(post)
        for _ in range(self._some(nature.replies)):
            above = self._found(day, one)
            if above is not None:
                reply = self._company.say(self._after(above.at, 3), above.place, one.slack, self._text(3, 30), above)
                self._like(reply, here, nature.charm)
        for _ in range(self._some(nature.reactions)):
            seen = self._found(day, one)
            if seen is not None:
                self._company.react(self._after(seen.at, 4), seen, one.slack, rng.choice(_EMOJI))

    def _like(self, post: Post, here: list[Colleague], mean: float) -> None:
        for other in self._rng.sample(here, min(len(here), self._some(mean))):
            if other.slack != post.author:
                at, emoji = self._after(post.at, 4), self._rng.choice(_EMOJI)
                self._company.react(at, post, other.slack, emoji)
                if self._rng.random() < 0.02:
                    self._company.react(at + 20 * SECOND, post, other.slack, emoji, on=False)

    def _regret(self, post: Post) -> None:
        chance = self._rng.random()
        if chance < 0.03:
            self._company.edit(self._after(post.at, 0.2), post, self._text(4, 40))
        elif chance < 0.04:
            self._company.delete(self._after(post.at, 2), post)

    def _found(self, day: int, one: Colleague) -> Post | None:
        """Something lately said near them by somebody else."""
        posts = self._recent.get(GENERAL if self._rng.random() < 0.3 else self._places[one.team], [])
        post = self._rng.choice(posts) if posts else None
        fresh = post is not None and post.author != one.slack and post.at > day * DAY - 2 * DAY
        return post if fresh else None

    def _ask(self, day: int, customer: Customer, here: list[Colleague]) -> None:
        question = self._community.say(self._when(day), HELP, customer.slack, self._text(12, 60))
        able = [one for one in here if one.team == SERVICE or one.nature.answers > 1]
        if not able:
            return
        weights = [one.nature.answers * (6 if one.team == SERVICE else 0.5) for one in able]
        helpers = dict.fromkeys(one.number for one in self._rng.choices(able, weights, k=self._rng.choice((1, 1, 2))))
        thanked = False
        for number in helpers:
            one = self._acme.colleagues[number]
            at = self._after(question.at, 5)
            answer = self._community.say(at, HELP, one.community, self._text(15, 90), question)
            if not thanked and self._rng.random() < customer.thanks * one.nature.skill:
                thanked = True
                self._community.react(self._after(at, 20), answer, customer.slack, ACCEPTS)
            elif self._rng.random() < 0.3:
                self._community.react(self._after(at, 20), answer, customer.slack, "+1")

    def _build(self, day: int, one: Colleague, here: list[Colleague]) -> None:
        rng, chance, repo = self._rng, self._rng.random(), one.number % HANDBOOK
        if chance < 0.10:
            self._change(day, one, repo, [other for other in here if other.codes and other is not one])
        elif chance < 0.15:
            issue = self._code.open(self._when(day), repo, one, "Valve reads high", self._text(12, 80))
            self._settle(issue, one, here)
        elif chance < 0.156:
            self._code.release(self._when(day), repo, one, f"v{day}", self._text(20, 80))
        elif chance < 0.18:
            self._write(day, one)
        elif chance < 0.21:
            self._code.push(self._when(day), repo, one, [self._text(3, 9) for _ in range(rng.randint(1, 3))])

    def _change(self, day: int, one: Colleague, repo: int, others: list[Colleague]) -> None:
        """A change is opened, reviewed, at times argued over, and mostly merged."""
        at = self._when(day)
        pull = self._code.open(at, repo, one, "Swap the valve", self._text(8, 60), pull=True)
        near = [other for other in others if other.number % HANDBOOK == repo] or others
        for other in self._rng.sample(near, min(len(near), self._rng.choice((1, 1, 2)))):
            at = self._after(at, 6)
            state = "approved" if self._rng.random() < other.nature.skill else "changes_requested"
            self._code.review(at, pull, other, self._text(0, 30), state)
            if self._rng.random() < 0.4:
                at = self._after(at, 3)
                self._code.comment(at, pull, one, self._text(5, 30))
        if near and self._rng.random() < 0.88:
            merger = self._rng.choice(near) if self._rng.random() < 0.8 else None
            self._code.close(self._after(at, 8), pull, merger, pull=True, merged=True)

    def _settle(self, issue: Thing, one: Colleague, here: list[Colleague]) -> None:
        others = [other for other in here if other.codes and other is not one]
        if not others:
            return
        at = self._after(issue.at, 24)
        helper = self._rng.choice(others)
        self._code.comment(at, issue, helper, self._text(6, 50))
        if self._rng.random() < 0.7:
            self._code.close(self._after(at, 72), issue, helper)
            if self._rng.random() < 0.06:
                self._code.reopen(self._after(at, 120), issue, one)

    def _write(self, day: int, one: Colleague) -> None:
        """A page of the handbook: a new one, or a colleague's made better."""
        if self._pages and self._rng.random() < 0.5:
            name, author = self._rng.choice(self._pages)
            if author is not one:
                self._code.page(self._when(day), HANDBOOK, one, name, new=False)
                return
        name = f"Page {len(self._pages) + 1}"
        self._pages.append((name, one))
        self._code.page(self._when(day), HANDBOOK, one, name, new=True)

    def _some(self, mean: float) -> int:
        """How often it happened that happens `mean` times on average (Poisson)."""
        limit, count, left = math.exp(-min(mean, 30.0)), 0, self._rng.random()
        while left > limit:
            count += 1
            left *= self._rng.random()
        return count

    def _when(self, day: int) -> int:
        """Some time in the working hours of the day."""
        return day * DAY + int(self._rng.triangular(7.5, 18.5, 10.5) * HOUR) + self._rng.randrange(SECOND)

    def _after(self, at: int, hours: float) -> int:
        return at + 60 * SECOND + int(self._rng.random() ** 2 * hours * HOUR)

    def _text(self, least: int, most: int) -> str:
        count = self._rng.randint(least, most)
        start = self._rng.randrange(len(_WORDS))
        return " ".join((_WORDS * 4)[start : start + count])


def _slug(team: str) -> str:
    """A team's channel is called like the team, as Slack writes names."""
    return team.lower().replace(" ", "-")
