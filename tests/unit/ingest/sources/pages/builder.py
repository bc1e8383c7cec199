"""The smallest pages that show a rule, built line by line."""

BODY = (
    "The council of Fox Ravine met for five hours on Monday and voted for the new bridge by a narrow margin.",
    "Nine members were in favour, eight against.",
    "Work begins in spring.",
)
MARGIN = ("Latest news", "Choir wins cup", "It was close.", "2 minutes ago", "Rain ahead", "3 hours ago")


def page(*lines: str) -> str:
    return "\n\n".join(lines)
