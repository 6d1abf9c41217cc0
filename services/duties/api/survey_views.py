"""Surveys as these routes show them."""

from datetime import date

from msgspec import Struct

from services.duties.api.views import EntryShown, entries_view
from services.duties.domain.surveys import Survey
from shared.kernel.texts import Language
from shared.rules.pack.model import LEAST_ANSWERS, About, Form, Pack


class SurveyShown(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """A survey, and how many have answered."""

    id: str
    form: str
    name: str
    about: str
    subject: str
    post: str
    occurrence: str | None
    first: date
    last: date
    most: int
    answered: int
    least: int
    accounts_only: bool
    state: str


class GivenOutShown(SurveyShown, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The same with its code; None: it has ended."""

    code: str | None


class AskedShown(Struct, frozen=True, kw_only=True, rename={"last": "to"}):
    """A survey as whoever has its address sees it: no unit, and nobody whom it is about."""

    name: str
    about: str
    subject: str | None
    last: date
    facts: tuple[EntryShown, ...]
    accounts_only: bool


def survey_view(pack: Pack, survey: Survey, today: date, language: Language) -> SurveyShown:
    """Return a survey as whoever may give it out sees it in a list."""
    return SurveyShown(
        id=survey.id,
        form=survey.form,
        name=form.name.in_language(language) if (form := pack.records.get(survey.form)) else survey.form,
        about=survey.about,
        subject=survey.subject,
        post=survey.post,
        occurrence=survey.occurrence,
        first=survey.first,
        last=survey.last,
        most=survey.most,
        answered=survey.answered,
        least=LEAST_ANSWERS,
        accounts_only=survey.accounts_only,
        state=survey.state(today).value,
    )


def given_out_view(shown: SurveyShown, code: str | None) -> GivenOutShown:
    """Return a survey with its code."""
    said = {name: getattr(shown, name) for name in SurveyShown.__struct_fields__}
    return GivenOutShown(**said, code=code)


def asked_view(pack: Pack, form: Form, survey: Survey, language: Language) -> AskedShown:
    """Return a survey as it is answered."""
    is_of_place = survey.about == About.GRID.value
    return AskedShown(
        name=form.name.in_language(language),
        about=survey.about,
        subject=survey.subject.removeprefix(f"{pack.town}.") if is_of_place else None,
        last=survey.last,
        facts=entries_view(form, language),
        accounts_only=survey.accounts_only,
    )
