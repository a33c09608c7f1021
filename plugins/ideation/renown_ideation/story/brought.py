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
class Making:
    """How it is made real, once it is planned. `horizon`: where on the roadmap. `lasts` so many working days.

    Its `steps` are done one by one as days pass, the first `done` of them unless it is delivered.
    """

    goal: str
    expected: str
    horizon: Literal["now", "next", "later"]
    lasts: int
    steps: Sequence[str]
    done: int = 0
    #: What came of it, of one that is delivered.
    outcome: str = ""


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
    made: Making | None = None


def _read(text: str = "Thank you. We have read it and will look into it.", after: int = 1) -> Step:
    return Step(after, "acknowledged", text)


PRODUCT = (
    Told(
        "customer", "Book a launch window online",
        "Today we write three mails to learn which windows are free. A calendar that shows them, with a way to hold "
        "one for two days, would save us a week for each launch.",
        "booking, calendar, website", 0.75,
        (
            _read(),
            Step(6, "review", ""),
            Step(15, "planned", "Windows of the next twelve weeks will be shown. Holding one comes after that."),
            Step(30, "delivery", "The calendar is being built by Platform and Product together."),
            Step(55, "delivered", "The calendar is open to all customers, with a hold of two days."),
        ),
        ("We would use this every week.", "Please show the time in our own zone.", "Could a hold be extended once?"),
        news="Launch windows can be booked online",
        made=Making(
            "Customers see and hold launch windows by themselves.", "Three mails fewer for each launch.", "now", 25,
            ("Read the windows from the flight plan", "Show them as a calendar", "Hold one for two days"),
            outcome="Nine of ten holds come by the calendar now. Before a launch we write one mail and not four.",
        ),
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
        "telemetry, interfaces, guidance", 0.6,
        (
            _read(),
            Step(8, "review", "We look at what the ground stations can send without getting in the way of the flight."),
            Step(28, "planned", "A stream with one sample a second, from the autumn flights on."),
            Step(50, "delivery", "Two customers try it with the flights of this month."),
        ),
        ("One sample a second is plenty for us.", "Which format?", "We would like to be among the first to try it."),
        made=Making(
            "Customers read one sample a second while their payload flies.",
            "Customers see what we see, and ask the desk half as often during a flight.", "now", 70,
            ("Thin out what the ground stations send", "Try it with two customers", "Write down the format",
             "Open it for all flights"), 2,
        ),
    ),
    Told(
        "customer", "A dark mode for the flight desk",
        "The desk is used at night, in rooms kept dark on purpose. White pages are the brightest thing in them.",
        "flight desk, website", 0.5,
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
        "contracts, customer service", 0.25,
        (_read(), Step(10, "review", "")),
        ("Ours as well.",),
    ),
    Told(
        "customer", "Tell us early when a launch is likely to slip",
        "We hear of it on the day before, though the weather and the pad are known sooner. A number between 0 and 100 "
        "that moves would be enough.",
        "booking, messages, launchpad", 0.65,
        (
            _read(),
            Step(9, "elaborating", "We would like to write this with two of you: what would you do at which number?"),
            Step(40, "planned", "A forecast from five days before, with what it goes by."),
        ),
        ("At 60 we would move our crew's flights.", "What it goes by matters more than the number."),
        made=Making(
            "A forecast from five days before each launch, with what it goes by.",
            "Nobody hears of a delay on the day before.", "next", 60,
            ("Agree with two customers on what they do at which number", "Reckon it for the last forty launches",
             "Show it beside the window"), 1,
        ),
    ),
    Told(
        "customer", "One invoice for all flights of a month",
        "We get eleven, and each has to be approved by itself.",
        "invoices, sales", 0.2,
        (
            _read(),
            Step(7, "declined", "Each flight has a contract of its own, and the tax office wants one invoice for each. "
                 "We can send them together on one day: ask your contact for it."),
        ),
    ),
    Told(
        "customer", "Reusable adapters for small satellites",
        "We buy a new adapter for each flight and throw it away. Renting one would be cheaper for all of us.",
        "hardware, research", 0.45,
        (_read(), Step(11, "review", "Research has two questions on wear; we will say more after the tests."),
         Step(45, "parked", "Not this year: tests showed cracks after the third flight. It comes up again with "
              "the new alloy.")),
        ("Even two flights each would help.",),
    ),
    Told(
        "customer", "An interface to read our bookings by program",
        "We copy dates by hand into our own planning, and get them wrong.",
        "interfaces, booking, website", 0.4,
        (_read(), Step(13, "planned", "Read only at first, with the same addresses as the calendar.")),
        ("A token for each of our tools, please.",),
        made=Making(
            "Bookings can be read by program, by the addresses of the calendar.", "No dates copied by hand.", "next",
            80, ("Choose what is shown", "A token for each tool"),
        ),
    ),
    Told(
        "customer", "Let us cancel a hold ourselves",
        "A hold that we do not need any more blocks the window for others until somebody in your office is awake.",
        "booking, website", 0.3,
        (_read(after=6), Step(20, "planned", "It comes with the next step of the calendar.")),
        made=Making(
            "Whoever holds a window gives it back.", "Windows are free a day earlier.", "later", 90,
            ("A way to give a hold back", "Tell those who wait for the window"),
        ),
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
        "messages, customer service", 0.55,
        (_read(), Step(4, "planned", "A line of its own for customers with a payload on the pad."),
         Step(18, "delivered", "The number is in the launch-day letter from now on.")),
        ("Thank you!",),
        news="A line of your own on launch day",
    ),
    Told(
        "customer", "Carbon figures for each flight",
        "Our customers ask us for them, and we can only guess.",
        "reports, engine", 0.38,
        (_read(),),
        ("We need them by the end of the year.",),
    ),
    Told(
        "customer", "Explain the holds in the countdown",
        "The countdown stops and nobody says why. A sentence would do.",
        "flight desk, messages, launchpad", 0.33,
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
        "pads, launchpad", 0.3,
        (_read(), Step(6, "planned", "Ordered."), Step(16, "delivered", "They are in the blue cabinet.")),
    ),
    Told(
        "colleague", "A room for customer calls in building 2",
        "Service takes calls in the corridor.",
        "rooms, customer service", 0.35,
        (_read(), Step(9, "declined", "Every room of building 2 is taken until the move in spring. Two booths for "
                       "calls come to the corridor instead.")),
        ("Booths would do.",),
    ),
    Told(
        "colleague", "Show new colleagues a launch in their first month",
        "Some of us waited a year.",
        "people", 0.55,
        (_read(), Step(12, "planned", "Two seats in the gallery at each launch.")),
        made=Making(
            "Everybody sees a launch in their first month.", "Who is new knows what we are here for.", "next", 50,
            ("Two seats at each launch", "Ask whoever is new in their first week"), 1,
        ),
    ),
    Told(
        "colleague", "Share what customers ask, once a week",
        "Research hears of it by chance.",
        "customers, research", 0.4,
        (),
    ),
)  # fmt: skip

#: What the board of the office chooses among, and what customers do; brought while ideas are collected.
OFFICE_PITCH = (
    Told("colleague", "A workshop that is open in the evening", "With somebody who knows the machines.", "people", 0.6),
    Told("colleague", "Bicycles between the buildings", "It is a kilometre to the pad's gate.", "people", 0.5),
    Told("colleague", "A kitchen on the third floor", "With a table for twelve.", "rooms", 0.35),
    Told("colleague", "Plants along the corridor", "And somebody who waters them.", "rooms", 0.25),
)  # fmt: skip

NEXT_PITCH = (
    Told("customer", "A test flight for new payloads each spring", "Short, cheap, and on a day that is known a year "
         "ahead.", "pitch", 0.55),
    Told("customer", "A desk of our own in the control room", "Two chairs and two screens are enough.", "pitch", 0.45),
    Told("customer", "Training for our operators", "A day with your crew, before the first flight.", "pitch", 0.4),
    Told("customer", "Spare connectors at the pad", "We carry ours across the world and hope.", "pitch", 0.3),
    Told("customer", "Results of vibration tests as data", "We type them off the pages of a report.", "pitch", 0.25),
)  # fmt: skip

#: What waits for moderators on the last day.
ABOUT = "Insurance papers in the same place as the contract"
HELD = "We compared three who do this: https://papers.example/a, https://papers.example/b and https://papers.example/c."
RUDE = "Whoever looks after the papers has never read one."
AGAIN = Told("customer", "Carbon figures for each of our flights", "For our yearly report, please.", "reports", 0.0)
