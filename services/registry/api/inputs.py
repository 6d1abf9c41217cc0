"""What lists of the registry may be asked."""

from shared.web.paging import PageQuery, page_limit


class LongPageQuery(PageQuery):
    """Which page of a list: a hundred rows unless the query says otherwise."""

    limit = page_limit(100, most=500)
