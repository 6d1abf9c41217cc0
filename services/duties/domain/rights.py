"""Who may make a record, who may see it, and who what is sealed of it; whom an occurrence concerns."""

from collections.abc import Iterable

from services.duties.domain.people import MAKER, ActingPerson, addresses, is_meant
from services.duties.domain.record import KeptRecord
from shared.rules.case.addresses import key_of
from shared.rules.pack.model import Duty, Form, Pack


def may_make(pack: Pack, form: Form, post: str, who: ActingPerson) -> bool:
    """Tell whether somebody may fill in a form for a post: whom the form names, else whoever holds the post.

    A duty may name others for its records, such as a duty officer for minutes.
    """
    is_holder = post in who.posts and (not form.by or who.is_named(pack, form.by, post))
    return is_holder or who.is_named(pack, (*form.by, *_named_by_duties(pack, form)), post)


def _named_by_duties(pack: Pack, form: Form) -> tuple[str, ...]:
    owed = (duty.owes for duty in pack.duties.values() if duty.owes and duty.owes.record == form.key)
    return tuple(dict.fromkeys(name for owes in owed for name in owes.by))


def may_see(pack: Pack, form: Form | None, record: KeptRecord, who: ActingPerson) -> bool:
    """Tell whether somebody may see a record, what is sealed of it aside.

    Args:
        form: None: the rules in force have no such form any more; then who watches the town and its own post see it.

    An anonymous answer is only ever counted: nobody opens one, not even who watches the town.
    """
    if record.channel is not None:
        return False
    if who.oversees or _is_own(record, who):
        return True
    if form is None:
        return False
    return not form.seen_by or _is_reader(pack, form, record, who)


def may_open(pack: Pack, form: Form | None, record: KeptRecord, who: ActingPerson) -> bool:
    """Tell whether somebody may read what is sealed: whoever entered it, and whom the form names as its readers."""
    if who.person is not None and record.person == who.person:
        return True
    return form is not None and bool(form.seen_by) and _is_reader(pack, form, record, who)


def _is_reader(pack: Pack, form: Form, record: KeptRecord, who: ActingPerson) -> bool:
    is_maker = MAKER in form.seen_by and may_make(pack, form, record.post, who)
    return is_maker or who.is_named(pack, form.seen_by, record.post)


def _is_own(record: KeptRecord, who: ActingPerson) -> bool:
    return record.post in who.posts or (who.person is not None and record.person == who.person)


def concerns(pack: Pack, duty: Duty | None, post: str, who: ActingPerson) -> bool:
    """Tell whether an occurrence is somebody's to see: who owes it, who takes part, who is sent what was done."""
    if who.oversees or post in who.posts:
        return True
    if duty is None:
        return False
    takes_part = any(is_meant(pack, _called(duty), own, post) for own in who.posts)
    return takes_part or not who.posts.isdisjoint(addresses(pack, _named(duty), post))


def taking_part(pack: Pack, who: ActingPerson) -> tuple[str, ...]:
    """Return the duties some of whose occurrences may concern somebody beside those of the own posts."""
    own = {key_of(post) for post in who.posts}
    return tuple(
        key
        for key, duty in pack.duties.items()
        if not own.isdisjoint(pack.noun(name) for name in (*_called(duty), *_named(duty)))
    )


def may_order(pack: Pack, duty: Duty, posts: Iterable[str], who: ActingPerson) -> bool:
    """Tell whether somebody may order something of posts: whom its duty names, as seen from each of them."""
    ordering = duty.ordering
    return ordering is not None and all(who.is_named(pack, ordering.by, post) for post in posts)


def written_by(pack: Pack, who: ActingPerson) -> tuple[str, ...]:
    """Return the duties whose records somebody makes for other posts, such as the minutes of a meeting."""
    own = {key_of(post) for post in who.posts}
    named = ((key, duty.owes.by) for key, duty in pack.duties.items() if duty.owes)
    return tuple(key for key, by in named if not own.isdisjoint(map(pack.noun, by)))


def _called(duty: Duty) -> tuple[str, ...]:
    return (*duty.meeting.attend, *duty.meeting.invite) if duty.meeting else ()


def _named(duty: Duty) -> tuple[str, ...]:
    """Whoever acts in it, or hears of it."""
    meeting, owes = duty.meeting, duty.owes
    acts = (meeting.roll_call_by, meeting.leave_asked_of, meeting.make_up_by) if meeting else ()
    told = (to for step in duty.missing for to in step.to)
    orders = duty.ordering.by if duty.ordering else ()
    return (*orders, *(unit for unit in acts if unit), *(owes.by if owes else ()), *duty.to, *told)
