"""What workers do for ideas, again and again. Each looks first whether there is something to do."""

from __future__ import annotations

from renown.api import Job
from renown_ideation.answers import followers, record, reminding
from renown_ideation.campaigns import answers as decisions
from renown_ideation.campaigns import clockwork, telling
from renown_ideation.delivery import steps
from renown_ideation.ideas import voters
from renown_ideation.intake import asked, post, returning
from renown_ideation.moderation import reminding as late
from renown_ideation.polling import when
from renown_ideation.portal import tokens
from renown_ideation.rewards import support

_SECOND = 1_000_000

JOBS = (
    Job("fold", "Count voters", _SECOND, when(voters.waiting, voters.fold)),
    Job("phases", "Open and close campaigns", 5 * _SECOND, when(clockwork.waiting, clockwork.turn)),
    Job("voters", "Tell those who may vote", 10 * _SECOND, when(telling.waiting, telling.work)),
    Job("decided", "Answer the ideas of a vote", 10 * _SECOND, when(decisions.waiting, decisions.work)),
    Job("tell", "Tell those who follow an idea", 10 * _SECOND, when(followers.waiting, followers.work)),
    Job("records", "Look how well answers were kept", 300 * _SECOND, record.work),
    Job("due", "Remind of answers that are due", 600 * _SECOND, when(reminding.waiting, reminding.work)),
    Job("tokens", "Forget used tokens", 3600 * _SECOND, when(tokens.waiting, tokens.forget)),
    Job("votes", "Let votes count for initiative", 10 * _SECOND, when(support.waiting, support.drain)),
    Job("steps", "Tell of steps that are overdue", 600 * _SECOND, when(steps.waiting, steps.work)),
    Job("late", "Remind moderators", 600 * _SECOND, when(late.waiting, late.work)),
    Job("returns", "Return answers to where ideas were said", 10 * _SECOND, when(returning.waiting, returning.work)),
    Job("mails", "Forget mails that nobody confirmed", 3600 * _SECOND, when(post.waiting, post.forget)),
    Job("asked", "Forget questions that nobody answered", 3600 * _SECOND, when(asked.late, asked.tidy)),
)
