"""The one page a plugin may import: everything public, and nothing else is.

What stands here grows by addition: `docs/growing.md` says how, `docs/api.md` and `docs/hooks.md` have it on two pages.
"""

from __future__ import annotations

from renown.access.routes import needs, opened, public
from renown.access.viewer import NOBODY, Role, Viewer
from renown.clock import DAY, SECOND, day_of, from_datetime, to_date, to_datetime, to_day
from renown.context import PluginContext
from renown.context.answers import FeedItem, as_csv, as_feed, as_json
from renown.context.customers import NotACustomer, SignInRefused, Vouched, enter_customer
from renown.context.events import RefusedEvent
from renown.context.hashtags import Hashtags
from renown.context.http import Forbidden, Response, TooLarge
from renown.context.limits import TooMany
from renown.context.parts import NotConfigured
from renown.context.prepared import Prepared, among
from renown.context.request import framed_by, local, viewer
from renown.context.services import NotSigned
from renown.context.sources import Located
from renown.context.spaces import PublicSpace
from renown.db.base import BigKey, Owned, SmallKey
from renown.events.types import (
    ACTIVITIES,
    KINDS,
    VERBS,
    Activity,
    Actor,
    CloudEvent,
    Data,
    ObjectRef,
    Quality,
    Ref,
    Tag,
    collab,
)
from renown.events.whereabouts import STANDING, Standing
from renown.hooks.manifest import (
    EventType,
    ManifestError,
    MeasureSpec,
    NoticeKind,
    OwnRules,
    Permission,
    Plugin,
    RuleSpec,
)
from renown.hooks.markers import API, hookimpl
from renown.hooks.types import (
    Account,
    Admits,
    Channel,
    DemoDay,
    Directory,
    Explanation,
    Health,
    IdentityProvider,
    Job,
    Message,
    Metric,
    NavItem,
    Panel,
    Part,
    Place,
    Rejection,
)
from renown.ledger.boards import Board, Line
from renown.ledger.directory import Shown
from renown.ledger.entries import Curve, Entry, Limit, Party, Quota, Rules, RuleVersion, ScoredEvent
from renown.ledger.givers import Giver
from renown.ledger.levels import Levels, Stood
from renown.ledger.packed import Packed
from renown.ledger.periods import Span, period_days
from renown.ledger.why import Change, Why
from renown.people.calendar import Calendar
from renown.people.packed import AFFILIATIONS, Accounts
from renown.people.persons import Profile
from renown.people.teams import Membership
from renown.sources.connector import (
    Answer,
    BadPayload,
    BadSignature,
    Connector,
    Field,
    Inbound,
    Skipped,
    SourceInfo,
    hmac_sha256,
    matches,
)
from renown.sources.exports import Export, gzip_lines, open_zip
from renown.sources.payload import (
    BlankField,
    Payload,
    clean_text,
    count_words,
    natural_key,
    parse_json,
    text_digest,
)
from renown.sources.secrets import WrongKey

__all__ = [
    "ACTIVITIES",
    "AFFILIATIONS",
    "API",
    "DAY",
    "KINDS",
    "NOBODY",
    "SECOND",
    "STANDING",
    "VERBS",
    "Account",
    "Accounts",
    "Activity",
    "Actor",
    "Admits",
    "Answer",
    "BadPayload",
    "BadSignature",
    "BigKey",
    "BlankField",
    "Board",
    "Calendar",
    "Change",
    "Channel",
    "CloudEvent",
    "Connector",
    "Curve",
    "Data",
    "DemoDay",
    "Directory",
    "Entry",
    "EventType",
    "Explanation",
    "Export",
    "FeedItem",
    "Field",
    "Forbidden",
    "Giver",
    "Hashtags",
    "Health",
    "IdentityProvider",
    "Inbound",
    "Job",
    "Levels",
    "Limit",
    "Line",
    "Located",
    "ManifestError",
    "MeasureSpec",
    "Membership",
    "Message",
    "Metric",
    "NavItem",
    "NotACustomer",
    "NotConfigured",
    "NotSigned",
    "NoticeKind",
    "ObjectRef",
    "OwnRules",
    "Owned",
    "Packed",
    "Panel",
    "Part",
    "Party",
    "Payload",
    "Permission",
    "Place",
    "Plugin",
    "PluginContext",
    "Prepared",
    "Profile",
    "PublicSpace",
    "Quality",
    "Quota",
    "Ref",
    "RefusedEvent",
    "Rejection",
    "Response",
    "Role",
    "RuleSpec",
    "RuleVersion",
    "Rules",
    "ScoredEvent",
    "Shown",
    "SignInRefused",
    "Skipped",
    "SmallKey",
    "SourceInfo",
    "Span",
    "Standing",
    "Stood",
    "Tag",
    "TooLarge",
    "TooMany",
    "Viewer",
    "Vouched",
    "Why",
    "WrongKey",
    "among",
    "as_csv",
    "as_feed",
    "as_json",
    "clean_text",
    "collab",
    "count_words",
    "day_of",
    "enter_customer",
    "framed_by",
    "from_datetime",
    "gzip_lines",
    "hmac_sha256",
    "hookimpl",
    "local",
    "matches",
    "natural_key",
    "needs",
    "open_zip",
    "opened",
    "parse_json",
    "period_days",
    "public",
    "text_digest",
    "to_date",
    "to_datetime",
    "to_day",
    "viewer",
]
