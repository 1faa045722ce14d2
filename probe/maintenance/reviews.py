"""Which review holds for which sighting of a notice."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from probe.types import Review, Seen

#: A notice that comes back within this time is the one that was reviewed; later it is another that
#: has the same words, and asks a person again.
COMES_BACK = timedelta(days=30)


def reviewed(
    seen: Sequence[Seen], reviews: Iterable[Review]
) -> tuple[tuple[Seen, Review | None], ...]:
    """Return each sighting with the last review that holds for it, in the order of the sightings.

    A review holds for what was seen before it, and goes on as long as the notice stands or is back
    within COMES_BACK.
    """
    by_words: dict[str, list[Seen]] = {}
    for sighting in sorted(seen, key=lambda s: s.first_seen_at):
        by_words.setdefault(sighting.notice.fingerprint, []).append(sighting)
    held: dict[Seen, Review] = {}
    for review in sorted(reviews, key=lambda r: r.reviewed_at):
        until = review.reviewed_at
        for sighting in by_words.get(review.fingerprint, ()):
            if sighting.first_seen_at > until + COMES_BACK:
                break
            held[sighting] = review
            until = max(until, sighting.vanished_at or sighting.last_seen_at)
    return tuple((sighting, held.get(sighting)) for sighting in seen)
