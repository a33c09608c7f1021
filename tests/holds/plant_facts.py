"""Drifts of rules and facts to plant: counting the log again would follow them."""

from __future__ import annotations

from tests.holds.plant import Drift, one

_OWN_RULE = one("core_rule", "published > 0 AND version > 1")
_MEMBER = one("core_team_member", "dropped IS NULL", "id")
_FORMER = one("core_team_member", "dropped IS NOT NULL", "id")
_AFFILIATED = one("core_affiliation", "dropped IS NULL", "id")
_LIKE = one("core_event", "type = 3 AND id NOT IN (SELECT event_id FROM core_set_aside)", "id")
_TAGGED = one("core_tagged", order="object_id", column="object_id")
_NAMING = one("core_mention", order="event_id", column="event_id")

FACTS: dict[str, Drift] = {
    "another body of a rule": Drift(
        ("UPDATE core_rule SET body = '{{\"most\": 1}}' WHERE id = " + _OWN_RULE,), "the log says another body"
    ),
    "another first day of a rule": Drift(
        ("UPDATE core_rule SET effective = effective - 40 WHERE id = " + _OWN_RULE,), "the log says another first day ("
    ),
    "a rule for every day": Drift(
        ("UPDATE core_rule SET effective = NULL WHERE id = " + _OWN_RULE,), "kept is every day)"
    ),
    "another position of a rule": Drift(
        ("UPDATE core_rule SET published = published - 1 WHERE id = " + _OWN_RULE,), "the log says another position"
    ),
    "another version of a rule": Drift(
        ("UPDATE core_rule SET version = version + 1 WHERE id = " + _OWN_RULE,), "the log says another version"
    ),
    "a lost rule": Drift(("DELETE FROM core_rule WHERE id = " + _OWN_RULE,), "it is not kept", "anew"),
    "a rule that nobody published": Drift(
        ("INSERT INTO core_rule (plugin, name, version, published, effective, body, at) SELECT plugin, name,"
         " version + 7, published, effective, body, at FROM core_rule WHERE id = " + _OWN_RULE,),
        "is kept, which the log does not say",
    ),
    "a member of another team": Drift(
        ("UPDATE core_team_member SET team_id = 3 - team_id WHERE id = " + _MEMBER,), "by the log in team 1"
    ),
    "a member of a team that is not there": Drift(
        ("UPDATE core_team_member SET team_id = 999 WHERE id = " + _MEMBER,), "kept is in team 999"
    ),
    "other days of a member": Drift(
        ("UPDATE core_team_member SET from_day = {earlier} WHERE id = " + _MEMBER,), "kept is in team 1 from "
    ),
    "a member who never left": Drift(
        ("UPDATE core_team_member SET dropped = NULL WHERE id = " + _FORMER,), ", known from position "
    ),
    "a lost member": Drift(
        ("DELETE FROM core_team_member WHERE id = " + _MEMBER,), "kept is nothing", "anew"
    ),
    "a member whom nobody placed": Drift(
        ("INSERT INTO core_team_member (team_id, person_id, known) SELECT 2, max(id), 5 FROM core_person",),
        "by the log nothing like that, kept is in team 2 on all days",
    ),
    "another affiliation": Drift(
        ("UPDATE core_affiliation SET kind = 'customer' WHERE id = " + _AFFILIATED,), "kept is as customer"
    ),
    "a lost affiliation": Drift(
        ("DELETE FROM core_affiliation WHERE id = " + _AFFILIATED,), "kept is nothing", "anew"
    ),
    "what a source's accounts were": Drift(
        ("UPDATE core_source_affiliation SET kind = 'customer' WHERE known > 0",),
        "kept is that from position",
    ),
    "what a source's accounts were before": Drift(
        ("DELETE FROM core_source_affiliation WHERE known = 0",), "from position 0 on its accounts are", "anew"
    ),
    "what a source's accounts are": Drift(
        ("UPDATE core_source SET affiliation = 'customer' WHERE id = "
         + one("core_source_affiliation", "known > 0", "id", "source_id"),), "now, kept is customer",
    ),
    "a mention that no merge finds": Drift(
        ("DELETE FROM core_mention WHERE event_id = " + _NAMING,), "mentions are not kept for merges to find"
    ),
    "a mention that nobody made": Drift(
        ("INSERT INTO core_mention (identity_id, event_id) SELECT max(identity_id) + 1, " + _NAMING
         + " FROM core_mention",), "mentions are kept that no event says",
    ),
    "a hashtag that an object has no more": Drift(
        ("DELETE FROM core_tagged WHERE object_id = " + _TAGGED,), "1 objects are not tagged as the log says"
    ),
    "a hashtag that nobody gave": Drift(
        ("INSERT INTO core_tagged (object_id, hashtag_id) SELECT max(o.id), max(h.id)"
         " FROM core_object o, core_hashtag h",),
        "1 objects are not tagged as the log says",
    ),
    "a hashtag that is not there": Drift(
        ("DELETE FROM core_hashtag WHERE name = 'tea'",), "1 hashtags that the log speaks of are not there", "nobody",
        "restore a back-up",
    ),
    "an event that is set aside no more": Drift(
        ("DELETE FROM core_set_aside",), "since position", "anew"
    ),
    "an event that nobody set aside": Drift(
        ("INSERT INTO core_set_aside (plugin, event_id, known) VALUES ('activity', " + _LIKE + ", 9)",),
        "was set aside for activity never by the log",
    ),
    "an event that was set aside at another time": Drift(
        ("UPDATE core_set_aside SET known = known + 9",), "set aside for activity since position"
    ),
}  # fmt: skip
