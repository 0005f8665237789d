"""Heroes and their teams."""

from enum import Enum

from sqlmodel import Field, Session, SQLModel, func, select


class Rank(str, Enum):
    rookie = "rookie"
    regular = "regular"
    legend = "legend"


class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60, unique=True)
    city: str = Field(max_length=60)


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    full_name: str = Field(max_length=80)
    rank: Rank
    team_id: int | None = Field(default=None, foreign_key="team.id")


def promote(session: Session, rank: Rank) -> int:
    """Make legends of all heroes of a rank, commit, and say how many there were."""
    heroes = session.exec(select(Hero).where(Hero.rank == rank)).all()
    for hero in heroes:
        hero.rank = Rank.legend
        session.add(hero)
    session.commit()
    return len(heroes)


def count(session: Session, rank: Rank) -> int:
    return session.exec(select(func.count()).select_from(Hero).where(Hero.rank == rank)).one()
