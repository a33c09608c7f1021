"""The ideas of a demo: what Acme's customers and colleagues bring, and how each of them fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Step:
    """`after` so many working days since the idea came."""

    after: int
    state: str
    answer: str


@dataclass(frozen=True)
class Told:
    """`liked`: the part of all who might vote that does so in the end. Steps in their order."""

    by: Literal["customer", "colleague"]
    title: str
    body: str
    tags: str
    liked: float
    steps: Sequence[Step] = ()
    comments: Sequence[str] = ()
    #: The title of the idea that it turns out to be the same as.
    same_as: str = ""
    #: The headline of the changelog once it is delivered.
    news: str = ""


def _read(text: str = "Thank you. We have read it and will look into it.", after: int = 1) -> Step:
    return Step(after, "acknowledged", text)


PRODUCT = (
    Told(
        "customer", "Book a launch window online",
        "Today we write three mails to learn which windows are free. A calendar that shows them, with a way to hold "
        "one for two days, would save us a week for each launch.",
        "booking, calendar", 0.75,
        (
            _read(),
            Step(6, "review", ""),
            Step(15, "planned", "Windows of the next twelve weeks will be shown. Holding one comes after that."),
            Step(30, "delivery", "The calendar is being built by Platform and Product together."),
            Step(55, "delivered", "The calendar is open to all customers, with a hold of two days."),
        ),
        ("We would use this every week.", "Please show the time in our own zone.", "Could a hold be extended once?"),
        news="Launch windows can be booked online",
    ),
    Told(
        "customer", "Show the launch calendar in our time zone",
        "All times are in UTC. Our night shift has misread one twice.",
        "calendar", 0.3, (_read(),), same_as="Book a launch window online",
    ),
    Told(
        "customer", "Telemetry as a stream and not as a file",
        "The file comes an hour after the flight. A stream, even one that is thinned out, would let our own desk see "
        "what yours sees.",
        "telemetry, interfaces", 0.6,
        (
            _read(),
            Step(8, "review", "We look at what the ground stations can send without getting in the way of the flight."),
            Step(28, "planned", "A stream with one sample a second, from the autumn flights on."),
            Step(50, "delivery", "Two customers try it with the flights of this month."),
        ),
        ("One sample a second is plenty for us.", "Which format?", "We would like to be among the first to try it."),
    ),
    Told(
        "customer", "A dark mode for the flight desk",
        "The desk is used at night, in rooms kept dark on purpose. White pages are the brightest thing in them.",
        "flight desk", 0.5,
        (
            _read(),
            Step(12, "planned", "Yes. It is less work than we thought."),
            Step(24, "delivered", "It follows the setting of your system, and can be chosen by hand."),
        ),
        ("Finally.",),
        news="The flight desk has a dark mode",
    ),
    Told(
        "customer", "Insurance papers in the same place as the contract",
        "They come by mail from somebody else each time, and our auditors ask for them twice a year.",
        "contracts", 0.25,
        (_read(), Step(10, "review", "")),
        ("Ours as well.",),
    ),
    Told(
        "customer", "Tell us early when a launch is likely to slip",
        "We hear of it on the day before, though the weather and the pad are known sooner. A number between 0 and 100 "
        "that moves would be enough.",
        "booking, messages", 0.65,
        (
            _read(),
            Step(9, "elaborating", "We would like to write this with two of you: what would you do at which number?"),
            Step(40, "planned", "A forecast from five days before, with what it goes by."),
        ),
        ("At 60 we would move our crew's flights.", "What it goes by matters more than the number."),
    ),
    Told(
        "customer", "One invoice for all flights of a month",
        "We get eleven, and each has to be approved by itself.",
        "invoices", 0.2,
        (
            _read(),
            Step(7, "declined", "Each flight has a contract of its own, and the tax office wants one invoice for each. "
                 "We can send them together on one day: ask your contact for it."),
        ),
    ),
    Told(
        "customer", "Reusable adapters for small satellites",
        "We buy a new adapter for each flight and throw it away. Renting one would be cheaper for all of us.",
        "hardware", 0.45,
        (_read(), Step(11, "review", "Research has two questions on wear; we will say more after the tests."),
         Step(45, "parked", "Not this year: tests showed cracks after the third flight. It comes up again with "
              "the new alloy.")),
        ("Even two flights each would help.",),
    ),
    Told(
        "customer", "An interface to read our bookings by program",
        "We copy dates by hand into our own planning, and get them wrong.",
        "interfaces, booking", 0.4,
        (_read(), Step(13, "planned", "Read only at first, with the same addresses as the calendar.")),
        ("A token for each of our tools, please.",),
    ),
    Told(
        "customer", "Let us cancel a hold ourselves",
        "A hold that we do not need any more blocks the window for others until somebody in your office is awake.",
        "booking", 0.3,
        (_read(after=6), Step(20, "planned", "It comes with the next step of the calendar.")),
    ),
    Told(
        "customer", "Photographs of the integration",
        "Our board loves pictures, and we have to ask for each.",
        "messages", 0.35,
        (_read(), Step(5, "planned", "An album for each flight, from the clean room to the pad."),
         Step(19, "delivered", "Albums are there for all flights from now on.")),
        news="An album for each flight",
    ),
    Told(
        "customer", "A phone number that is answered on launch day",
        "On the one day on which every minute counts, the line is busy.",
        "messages", 0.55,
        (_read(), Step(4, "planned", "A line of its own for customers with a payload on the pad."),
         Step(18, "delivered", "The number is in the launch-day letter from now on.")),
        ("Thank you!",),
        news="A line of your own on launch day",
    ),
    Told(
        "customer", "Carbon figures for each flight",
        "Our customers ask us for them, and we can only guess.",
        "reports", 0.38,
        (_read(),),
        ("We need them by the end of the year.",),
    ),
    Told(
        "customer", "Explain the holds in the countdown",
        "The countdown stops and nobody says why. A sentence would do.",
        "flight desk, messages", 0.33,
        (),
    ),
)  # fmt: skip

PITCH = (
    Told("customer", "A week of launches for universities", "Small payloads, one price, one week in which all of us "
         "are there to help.", "pitch", 0.62),
    Told("customer", "A twin of the payload bay to try things in", "Ours came back twice for a cable too short.",
         "pitch", 0.5),
    Told("colleague", "Open the second pad for tests of customers", "It stands empty between flights.", "pitch", 0.46),
    Told("customer", "A visitors' gallery at the pad", "With a guide who knows which flight it is.", "pitch", 0.44),
    Told("colleague", "Answer each customer within a day", "On working days, by somebody who knows.", "pitch", 0.4),
    Told("customer", "Landing the first stage nearer to the port", "It takes a week to bring it back.", "pitch", 0.2),
    Told("customer", "A second recovery ship", "One is in the yard for a month each year.", "pitch", 0.17),
    Told("colleague", "Paint the rockets again", "They look tired in pictures.", "pitch", 0.09),
)  # fmt: skip

OFFICE = (
    Told(
        "colleague", "Quiet hours without meetings on Wednesdays",
        "A morning a week on which nobody is invited to anything.",
        "meetings", 0.5,
        (_read(), Step(8, "planned", "We try it for three months, from nine to twelve."),
         Step(25, "delivered", "It stays. Nobody wanted the meetings back.")),
        ("Please not Wednesday, that is when the other site is awake.", "Three months is a fair trial."),
    ),
    Told(
        "colleague", "Write down what was decided, where everybody finds it",
        "Half of what is asked in #help was decided somewhere once.",
        "writing", 0.45,
        (_read(), Step(14, "elaborating", "Who asks most in #help? Let us write it with them.")),
        ("A page for each decision, with its reason.",),
    ),
    Told(
        "colleague", "Spare tools at the second pad",
        "We drive twenty minutes for a torque wrench.",
        "pads", 0.3,
        (_read(), Step(6, "planned", "Ordered."), Step(16, "delivered", "They are in the blue cabinet.")),
    ),
    Told(
        "colleague", "A room for customer calls in building 2",
        "Service takes calls in the corridor.",
        "rooms", 0.35,
        (_read(), Step(9, "declined", "Every room of building 2 is taken until the move in spring. Two booths for "
                       "calls come to the corridor instead.")),
        ("Booths would do.",),
    ),
    Told(
        "colleague", "Show new colleagues a launch in their first month",
        "Some of us waited a year.",
        "people", 0.55,
        (_read(), Step(12, "planned", "Two seats in the gallery at each launch.")),
    ),
    Told(
        "colleague", "Share what customers ask, once a week",
        "Research hears of it by chance.",
        "customers", 0.4,
        (),
    ),
)  # fmt: skip
