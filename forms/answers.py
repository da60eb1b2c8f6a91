"""Between what is typed and what a schema reads.

A page and a draft hold *typed* answers: field address → text, or list of texts
(``criteria.CQ1``, ``prior_awards.0.award``). A schema reads a *submission*, nested:
``{"criteria": {"CQ1": …}, "prior_awards": [{"award": …}]}``. Blank boxes are left out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.definition import Field, FormDefinition, Kind

Typed = dict[str, str | list[str]]
"""Field address → what stands in the box, or the boxes that are ticked."""

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def to_submission(definition: FormDefinition, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the submission that ``typed`` stands for.

    Names that the form does not have are kept as they are: the schema refuses them.
    """
    nested: dict[str, Any] = {}
    rows = _row_fields(definition)
    for address, value in close_rows(definition, typed).items():
        head, _, rest = address.partition(".")
        if not rest:
            nested[head] = value
        elif head in rows:
            index, _, column = rest.partition(".")
            table = nested.setdefault(head, [])
            table.extend({} for _ in range(int(index) + 1 - len(table)))
            table[int(index)][column] = value
        else:
            _put(nested, address.split("."), value)
    return nested


def close_rows(definition: FormDefinition, typed: Mapping[str, Any]) -> Typed:
    """Return ``typed`` without blank boxes, and its rows numbered from 0 without gaps.

    A message about row 1 then stands beside the second row that people see.
    """
    rows = _row_fields(definition)
    seen: dict[tuple[str, str], int] = {}
    closed: Typed = {}
    filled = {name: value for name, value in typed.items() if not _is_blank(value)}
    for address in sorted(filled, key=_row_order):
        head, _, rest = address.partition(".")
        index, _, column = rest.partition(".")
        if head in rows and rest:
            count = sum(1 for name, _ in seen if name == head)
            number = seen.setdefault((head, index), count)
            closed[f"{head}.{number}.{column}"] = filled[address]
        else:
            closed[address] = filled[address]
    return closed


def _row_fields(definition: FormDefinition) -> set[str]:
    return {field.name for field in definition.fields if field.kind is Kind.ROWS}


def _row_order(address: str) -> tuple[str, str]:
    head, _, rest = address.partition(".")
    index, _, column = rest.partition(".")
    return head, index.zfill(4) + "." + column


def _is_blank(value: Any) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def _put(nested: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        inner = nested.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        nested = inner
    nested[path[-1]] = value


def to_typed(definition: FormDefinition, content: Mapping[str, Any]) -> Typed:
    """Return ``content``, as a schema dumps it, as it would stand in the boxes."""
    return dict(_walk(definition, content))


def _walk(
    definition: FormDefinition, content: Mapping[str, Any]
) -> Iterator[tuple[str, str | list[str]]]:
    for field in definition.fields:
        value = find_answer(content, field.name)
        if value is None or field.kind is Kind.FILES:
            continue
        if field.kind is Kind.ROWS:
            for index, row in enumerate(value):
                for column in field.columns:
                    if row.get(column.name):
                        yield (
                            f"{field.name}.{index}.{column.name}",
                            _show(column, row[column.name]),
                        )
        elif field.kind is Kind.CHECKBOXES:
            yield field.name, [str(one) for one in value]
        elif field.kind is Kind.DECLARATION:
            yield field.name, "yes" if value else ""
        else:
            yield field.name, _show(field, value)


def find_answer(content: Mapping[str, Any], address: str) -> Any:
    """Return the answer at ``address`` in a nested content, or None."""
    value: Any = content
    for step in address.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _show(field: Field, value: Any) -> str:
    if field.kind is Kind.DATE and (found := _ISO_DAY.fullmatch(str(value))):
        return f"{found[3]}/{found[2]}/{found[1]}"
    return str(value)
