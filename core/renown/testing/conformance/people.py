"""People who are merged, split and erased, and what a plugin keeps of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from renown.access.viewer import Viewer
from renown.hooks.guard import Fault, HookFault
from renown.hooks.manifest import Plugin
from renown.people.models import Person
from renown.testing.conformance.base import Base, faults, installed_plugins, tables_of
from renown.testing.kit import Kit
from renown.testing.time import Clock
from renown_migrations import version_table
from renown_migrations.dropping import tables

_HEARING = ("export_person", "person_erased", "person_merged")
#: Behind this, the number of a person is taken for nothing else.
_FAR = 718_281


class People(Base):
    @pytest.mark.usefixtures("renown_clock")  # what a plugin does by night, it does whenever this runs
    def test_who_keeps_something_of_people_hears_of_them(self, kit: Kit, manifest: Plugin) -> None:
        _count_from_far(kit)
        people = self.lively(kit)
        kit.settle()
        held = self._holding(kit, people)
        of_people = [
            f"{table.name}.{key.parent.name}"
            for table in tables_of(self.plugin)
            for key in table.foreign_keys
            if key.target_fullname == "core_person.id"
        ]
        missing = [hook for hook in _HEARING if hook not in installed_plugins().hooks_of(self.plugin)]
        refers = ", ".join(sorted({*of_people, *held}))
        assert not refers or not missing, f"{refers} refers to people: write {', '.join(missing)}"
        own = ", ".join(table.name for table in tables_of(self.plugin))
        assert not own or any(True for _ in self._values(kit)), (
            f"there is no row in {own}: override `fill`, and have the plugin keep something of people there, or all "
            "that is asked of it is asked of nothing"
        )
        assert held or not of_people, (
            f"{', '.join(of_people)} names nobody whom `fill` was given: have the plugin keep something of them"
        )
        unsaid = sorted(
            where for where, whom in held.items() for person in whom if not _leaves(self._told(kit, person))
        )
        assert not unsaid, f"{unsaid[0]} names somebody of whom export_person gives nothing: give all that is kept"

    def test_people_may_be_merged_split_and_erased_more_than_once(self, kit: Kit) -> None:
        ana, bea, _ = self.lively(kit)
        dispatcher = kit.renown.dispatcher
        try:
            for _ in range(2):
                with kit.db.write() as conn:
                    dispatcher.person_merged(self.plugin, ana, bea, conn)
                    dispatcher.person_split(self.plugin, ana, bea, conn)
                    dispatcher.person_erased(self.plugin, bea, conn)
        except (HookFault, SQLAlchemyError) as error:
            raise AssertionError(
                f"{error}: these hooks are tried again for ever, so the second time must do no harm"
            ) from error

    def test_who_was_merged_is_found_with_whom_they_count_as(self, renown_clock: Clock, kit: Kit) -> None:
        ana, bea, cem = people = self.lively(kit)
        kit.settle()
        before = {person: self._told(kit, person) for person in people}
        merge = kit.merge(ana, bea)
        kit.settle()
        assert not faults(kit), "; ".join(faults(kit))
        daily = not self._has_what_was(kit, ana, before[ana], before[bea])
        if daily:
            # What is reckoned anew each day has not seen the merge yet.
            renown_clock.move(days=1)
            kit.settle()
        assert not daily or self._has_what_was(kit, ana, before[ana], before[bea]), (
            "what it kept of somebody is gone once they count as somebody else: let person_merged move it, or look for "
            "all who count as that person"
        )
        kit.split(merge)
        kit.settle()
        assert not faults(kit), "; ".join(faults(kit))
        wrong = [
            f"of {which} it gives {self._told(kit, person)}, and gave {before[person]}"
            for which, person in (("the one who was gone", bea), ("the one who remained", ana))
            if not daily and _sorted(self._told(kit, person)) != _sorted(before[person])
        ]
        assert not wrong, (
            f"two who were merged and split do not hold what they held before: {'; '.join(wrong)}. Let person_merged "
            "write down what it moves, and person_split give it back"
        )
        inner = kit.merge(bea, cem)
        kit.merge(ana, bea)
        kit.settle()
        kit.split(inner)
        kit.settle()
        assert not faults(kit), "; ".join(faults(kit))
        again = self._told(kit, cem)
        assert daily or _sorted(again) == _sorted(before[cem]), (
            f"of one who was merged into somebody who was merged in turn, and was split again, it gives {again}, and "
            f"gave {before[cem]}: what was theirs is with whom `kept` of person_split counts as, so go by whose it was"
        )

    def _has_what_was(self, kit: Kit, kept: int, held: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
        """Whether somebody who held this has what the other had, who counts as them now; as far as can be seen."""
        now, theirs = self._told(kit, kept), _leaves(others)
        return not theirs or bool(_leaves(now) and (now != held or set(theirs) <= set(_leaves(now))))

    def test_nothing_of_an_erased_person_stays(self, kit: Kit) -> None:
        _count_from_far(kit)
        names = ("Zora Quillfeather", "Xenia Overlook", "Yorick Underwing")
        zora, xenia, yorick = gone = [kit.person(name) for name in names]
        ann = kit.person("Ann")
        self.fill(kit, [*gone, ann])
        for person in gone:
            kit.act(person, "create")
        kit.settle()
        words = {person: _words(kit, person, name) for person, name in zip(gone, names, strict=True)}
        merge = kit.merge(ann, yorick)
        kit.merge(zora, xenia)
        kit.settle()
        kit.split(merge)
        kit.settle()
        kit.erase(zora)
        kit.erase(yorick)
        kit.settle()
        assert not faults(kit), (
            f"{'; '.join(faults(kit))}: an erasure is tried again until every plugin has done its part"
        )
        left = self._saying(kit, words[zora])
        assert not left, f"{left} still says who an erased person was: blank it in person_erased"
        left = self._saying(kit, words[xenia])
        assert not left, f"{left} still says who somebody was who had been merged into an erased person"
        left = self._saying(kit, words[yorick])
        assert not left, (
            f"{left} still says who an erased person was who had been merged and split before: let person_split give "
            "back what person_merged moved, so that person_erased finds it"
        )

    def test_what_it_holds_of_somebody_can_be_written_down(self, kit: Kit) -> None:
        ana, *_ = self.lively(kit)
        for viewer in (Viewer(ana, "member"), Viewer(kit.person("Bea"), "administrator")):
            with kit.db.read() as conn:
                found = kit.renown.dispatcher.export_person(ana, viewer, conn).get(self.plugin, {})
            assert not isinstance(found, Fault), f"export_person raised {found}"
            try:
                json.dumps(found)
            except (TypeError, ValueError) as error:
                raise AssertionError(
                    f"export_person: {error}: give texts, numbers, lists and mappings alone"
                ) from error

    def _told(self, kit: Kit, person: int) -> Mapping[str, Any]:
        with kit.db.read() as conn:
            found = kit.renown.dispatcher.export_person(person, Viewer(person, "member"), conn).get(self.plugin, {})
        return {} if isinstance(found, Fault) else found

    def _holding(self, kit: Kit, people: Sequence[int]) -> dict[str, set[int]]:
        """By column, whom it names: by number, or by an account."""
        marks = {person: _mark(rf"{person}|{re.escape(kit.account(person))}") for person in people}
        found = defaultdict(set)
        for where, value in self._values(kit):
            for person, mark in marks.items():
                if mark.search(value):
                    found[where].add(person)
        return dict(found)

    def _saying(self, kit: Kit, words: re.Pattern[str]) -> str:
        return ", ".join(sorted({where for where, value in self._values(kit) if words.search(value)}))

    def _values(self, kit: Kit) -> Iterator[tuple[str, str]]:
        """All that stands in the plugin's tables, whatever its models say of them: columns, and values as text."""
        with kit.db.read() as conn:
            for table in tables(conn, self.plugin):
                if table != version_table(self.plugin):
                    rows = conn.exec_driver_sql(f'SELECT * FROM "{table}"')
                    columns = list(rows.keys())
                    for row in rows:
                        yield from ((f"{table}.{name}", _text(value)) for name, value in zip(columns, row, strict=True))


def _count_from_far(kit: Kit) -> None:
    """Have people's numbers be such as nothing else has."""
    with kit.db.write() as conn:
        conn.execute(insert(Person).values(id=_FAR, handle="nobody-before", name="Nobody Before", entered=True))
        if not kit.db.is_sqlite:
            conn.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('core_person', 'id'), {_FAR})")


def _words(kit: Kit, person: int, name: str) -> re.Pattern[str]:
    """By which somebody is known: name, handle, e-mail, account."""
    handle, last = kit.handle(person), name.rpartition(" ")[2]
    return re.compile(f"(?i:{re.escape(last)}|{re.escape(handle)})|{_mark(re.escape(kit.account(person))).pattern}")


def _mark(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])")


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def _leaves(found: object) -> list[str]:
    """What is said in it, without what stands for nothing."""
    inside: Iterable[object]
    if isinstance(found, Mapping):
        inside = found.values()
    elif isinstance(found, list | tuple):
        inside = found
    else:
        return [] if found in (None, "", 0, False) else [repr(found)]
    return [leaf for one in inside for leaf in _leaves(one)]


def _sorted(found: Any) -> Any:
    """The same whatever the order of lists."""
    if isinstance(found, Mapping):
        return {key: _sorted(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return sorted((_sorted(one) for one in found), key=repr)
    return found
