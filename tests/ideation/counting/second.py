"""A second `verify`, written from docs/ideation-tally.md alone: the standard library, and nothing of Renown."""

import json
import re
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

ORDER = "charter (amendment )*(option )+opening (voter )*(ballot )*result "


def once(pairs):
    assert len(dict(pairs)) == len(pairs), "a key is there twice"
    return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be")))


def whole(text):
    assert abs(int(text)) < 2**53, f"{text} is beyond 2^53 - 1"
    return int(text)


def canonical(text):
    value = json.loads(text, object_pairs_hook=once, parse_int=whole, parse_float=whole, parse_constant=whole)
    return value, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def digest(*values, end=b"\n"):
    return sha256(b"".join(canonical(json.dumps(one))[1] + end for one in values)).hexdigest()


def allowed(rule, ids, given):
    kind, values = rule["kind"], list(given.values())
    most = {"approve": 1, "rank": len(values), "score": rule.get("highest")}.get(kind, rule.get("most_per_option"))
    fits = sum(one**2 if kind == "quadratic" else one for one in values) <= rule.get("budget", 2**99)
    fits = fits and len(given) <= (rule["most_options"] or len(given)) and (kind != "rank" or len(set(values)) == most)
    fits = fits and all(one and rule.get("lowest", 1) <= one <= (most or one) for one in values)
    return fits and set(given) <= ids


def price(option, ballots, left):
    pairs = [(w, has, given[option]) for (w, given), has in zip(ballots, left, strict=True) if option in given]
    gone, rich = 0, sum(weight * value for weight, _, value in pairs)
    for weight, has, value in sorted(pairs, key=lambda one: one[1] / one[2]):
        if 1 - gone <= has / value * rich:
            return (1 - gone) / Fraction(rich)
        gone, rich = gone + weight * has, rich - weight * value
    return None


def count(charter, first, ballots):
    method, seats = charter["count"]["method"], charter["seats"]["by_vote"]
    order, last, ties, rounds, cast = [], [], [], [], sum(weight for weight, _ in ballots)
    totals = {one: sum(weight * given.get(one, 0) for weight, given in ballots) for one in first}
    left, buying = [Fraction(seats, cast or 1)] * len(ballots), method == "equal-shares"
    ahead = {a: {b: sum(w for w, g in ballots if g.get(a, 2**53) < g.get(b, 2**53)) for b in first} for a in first}
    path = {(a, b): ahead[a][b] * (ahead[a][b] > ahead[b][a]) for a in first for b in first}
    for via in first:
        path |= {(a, b): max(path[a, b], min(path[a, via], path[via, b])) for a, b in path}
    while rest := [one for one in first if one not in order + last]:
        place, level = len(order) + 1, [one for one in rest if totals[one] == max(totals[other] for other in rest)]
        prices = {one: price(one, ballots, left) for one in rest} if buying and place <= seats else {}
        if buying := bool(costs := [cost for cost in prices.values() if cost]):
            level = [one for one in rest if prices[one] == min(costs)]
            paid = [min(costs) * given.get(level[0], 0) for _, given in ballots]
            left = [max(has - out, Fraction(0)) for has, out in zip(left, paid, strict=True)]
            rounds.append({"option": level[0], "price": "{}/{}".format(*min(costs).as_integer_ratio())})
        elif method == "schulze":
            level = [one for one in rest if all(path[other, one] <= path[one, other] for other in rest)]
        elif method == "instant-runoff":
            tops = [(w, min((a for a in given if a in rest), key=given.get, default=0)) for w, given in ballots]
            votes = {one: sum(weight for weight, top in tops if top == one) for one in [*rest, 0]}
            totals |= votes if len(rest) > 1 or len(first) == 1 else {}
            level, place = [one for one in rest if votes[one] == min(votes[other] for other in rest)], len(rest)
            told = {"votes": {str(one): votes[one] for one in rest}, "exhausted": votes[0], "leaves": level[-1]}
            rounds, last = rounds + [told] * (len(rest) > 1), [level[-1], *last]
        ties += [{"place": place, "options": level}] * (len(level) > 1)
        order += {"schulze": level[:1], "instant-runoff": []}.get(method, level[:1] if buying else level)
    if method == "schulze":
        totals = {a: sum(path[a, b] > path[b, a] for b in first) for a in first}
        rounds = [{"option": a, "preferred": {str(b): ahead[a][b] for b in first if b != a}} for a in sorted(first)]
    return order + last, totals, ties, rounds


def verify(lines):
    """Raises AssertionError or ValueError where the lines of a file are not what they say."""
    assert all(canonical(line)[1] + b"\n" == line for line in lines), "a line is not in canonical form"
    records = [json.loads(line) for line in lines]
    assert re.fullmatch(ORDER, "".join(one["record"] + " " for one in records)), "a line is not where it should be"
    part = {kind: [one for one in records if one["record"] == kind] for kind in re.findall("[a-z]+", ORDER)}
    for kind, key in (("option", "id"), ("voter", "voter"), ("ballot", "voter")):
        assert all(a[key] < b[key] for a, b in pairwise(part[kind])), f"each {kind} must be there once, in order"
    charter, [opening], [last] = records[0]["charter"], part["opening"], part["result"]
    names = {"options": "option", "electorate": "voter", "ballots": "ballot"}
    hashes = {f"{what}_sha256": digest(*part[kind]) for what, kind in names.items()}
    hashes["charter_sha256"] = digest(charter, end=b"")
    opened = {**opening, **hashes, "options": len(part["option"]), "voters": len(part["voter"])}
    assert opened == {**opening, "ballots_sha256": hashes["ballots_sha256"]}, "it is not what was opened"
    assert last["amendments_sha256"] == digest(*part["amendment"]), "the amendments are others"
    weights, how = {one["voter"]: one["weight"] for one in part["voter"]}, charter["count"]
    ids, rule = [one["id"] for one in part["option"]], charter["ballot"]
    most = {"none": 1, "measure": charter["weights"].get("steps")}.get(charter["weights"]["kind"], 2**53)
    assert all(1 <= weight <= most for weight in weights.values()), "a weight is not allowed"
    assert all(one["voter"] in weights for one in part["ballot"]), "somebody is not in the electorate"
    assert all(allowed(rule, set(map(str, ids)), one["choices"]) for one in part["ballot"]), "a ballot is not allowed"
    first = [one["id"] for one in sorted(part["option"], key=lambda one: (one["submitted_at"], one["id"]))]
    if how["tie_break"] == "lot":
        first = sorted(ids, key=lambda one: sha256(f"{hashes['ballots_sha256']}:{one}".encode()).hexdigest())
    cast = [(weights[one["voter"]], {int(key): n for key, n in one["choices"].items()}) for one in part["ballot"]]
    order, totals, ties, rounds = count(charter, first, cast)
    heads, seats = {one: sum(given.get(one, 0) > 0 for _, given in cast) for one in first}, charter["seats"]["by_vote"]
    options = [{"id": one, "total": totals[one], "voters": heads[one]} for one in order]
    for place, one in enumerate(options, 1):
        one |= {"place": place, "selected": place <= seats and one["voters"] > 0}
    result = {**how, **hashes, "ballot": rule["kind"], "seats": seats, "options": options, "rounds": rounds}
    result |= {"voters": len(weights), "ballots": len(cast), "abstentions": len(weights) - len(cast), "ties": ties}
    result |= {"weight": sum(weights.values()), "weight_cast": sum(weight for weight, _ in cast)}
    assert last["result_sha256"] == digest(result, end=b"") == digest(last["result"], end=b""), "it was counted wrongly"
