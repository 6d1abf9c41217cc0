"""The card of a post: what belongs to it, what its holder must be, who leads and guides it. Shown, never judged."""

from dataclasses import dataclass

from shared.kernel.texts import Text
from shared.rules.pack.model import Pack, Post


@dataclass(frozen=True, slots=True)
class PostCard:
    """What a card says of a post; posts and units are called by their names."""

    post: str
    name: Text
    tasks: tuple[Text, ...]
    eligible: tuple[Text, ...]
    led_by: Text | None
    guided_by: tuple[Text, ...]


def card_of(pack: Pack, post: Post) -> PostCard:
    """Return a post's card."""
    return PostCard(
        post.key,
        post.name,
        tuple(task.name for task in post.tasks),
        tuple(task.name for task in post.eligible),
        _called(pack, post.led_by) if post.led_by else None,
        tuple(_called(pack, guide) for guide in post.guided_by),
    )


def _called(pack: Pack, noun: str) -> Text:
    """A post's name, or a unit's."""
    posts = pack.teams.posts if pack.teams else {}
    return posts[noun].name if noun in posts else pack.units[pack.noun(noun)].name
