"""What a member's browser does at a secret electronic vote, in Python, with cheap keys."""

from dataclasses import dataclass

from sqlalchemy import select

from engine.council import blind
from engine.council.blind import PublicKey, make_keys
from engine.council.secret_ballots import drop_ballot, give_papers, start_casting
from engine.store.database import reading, unit_of_work
from engine.store.models import BallotKey, ItemVote
from forms.vocabulary import BallotChoice
from tests.ward import NOON

KEYS = make_keys(24, 1024)
"""Keys for as many items, made once: any vote of a test may have them."""


@dataclass
class Booth:
    """The papers of one member in one vote: id of the item's vote → what the browser keeps."""

    voting: object
    keys: dict[int, PublicKey]
    papers: dict[int, bytes]
    blinded: dict[int, bytes]
    inverses: dict[int, int]
    signatures: dict[int, bytes]

    def sign(self, signed):
        """Take the blinding off what came back."""
        self.signatures = {
            one: blind.finalise(
                self.keys[one], self.papers[one], signed[one], self.inverses[one]
            )
            for one in self.papers
        }
        return self


def keys_of(database, voting):
    """Return the public key of each item's vote of a voting."""
    with reading(database) as session:
        rows = session.execute(
            select(BallotKey.item_vote_id, BallotKey.public_key)
            .join(ItemVote, ItemVote.id == BallotKey.item_vote_id)
            .where(ItemVote.voting_id == voting.id)
        )
        return {item_vote_id: PublicKey.from_der(key) for item_vote_id, key in rows}


def enter_booth(database, voting, *, keys=None, without=()):
    """Return new papers, blinded, for all items of a voting."""
    keys = {
        one: key
        for one, key in (keys or keys_of(database, voting)).items()
        if one not in without
    }
    papers = {one: blind.new_paper() for one in keys}
    made = {one: blind.blind(key, papers[one]) for one, key in keys.items()}
    blinded = {one: pair[0] for one, pair in made.items()}
    return Booth(voting, keys, papers, blinded, {one: made[one][1] for one in made}, {})


def check_in(database, booth, actor, *, at=NOON, blinded=None, voting_id=None):
    """Have the papers of a booth signed for ``actor``; return the blind signatures."""
    with unit_of_work(database) as session:
        return give_papers(
            session,
            voting_id=voting_id or booth.voting.id,
            actor=actor,
            blinded=booth.blinded if blinded is None else blinded,
            at=at,
        )


def take_papers(database, voting, actor, **changes):
    """Return the booth of ``actor``, with signed papers."""
    booth = enter_booth(database, voting, **changes)
    return booth.sign(check_in(database, booth, actor))


def cast(database, meeting, voting, *, at=NOON):
    """End check-in."""
    with unit_of_work(database) as session:
        return start_casting(session, voting_id=voting.id, actor=meeting.secretary, at=at)


def drop(database, booth, item=None, choice=BallotChoice.AGREE, *, at=NOON, **changes):
    """Drop one paper, of the first item if none is named; return what is in the box."""
    item = item or next(iter(booth.papers))
    with unit_of_work(database) as session:
        return drop_ballot(
            session,
            **{
                "public_id": booth.voting.public_id,
                "item_vote_id": item,
                "paper": booth.papers[item],
                "signature": booth.signatures[item],
                "choice": choice,
                "at": at,
            }
            | changes,
        )


def drop_all(database, booth, choice=BallotChoice.AGREE):
    """Drop every paper of a booth with the same choice."""
    for item_vote_id in booth.papers:
        drop(database, booth, item_vote_id, choice)
