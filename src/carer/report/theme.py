"""Colours, once, for the page and its charts, by day and by night.

A chart is drawn in the day colours; `svg.clean` then turns each into the CSS variable of the same name, so
that one drawing serves both. Every day colour is therefore distinct.
"""

DAY = {
    "paper": "#fbfaf7",
    "card": "#fffffe",
    "ink": "#1f1d1a",
    "muted": "#625d56",
    "line": "#dfdbd3",
    "grid": "#ebe8e1",
    "axis": "#a39d93",
    "accent": "#a8401f",
    "wash": "#f4f1ea",
    "good": "#1c6b41",
    "warn": "#8a5300",
    "bad": "#a3262a",
    "warn-wash": "#fcf1dc",
    "bad-wash": "#fbe7e5",
    "series-1": "#c4472b",
    "series-2": "#2a66ad",
    "series-3": "#2f7f51",
    "series-4": "#7b4fa6",
    "series-5": "#a26a05",
    "series-6": "#0d7a85",
    "series-7": "#b23c80",
    "series-8": "#6d6a65",
}
NIGHT = {
    "paper": "#15161a",
    "card": "#1c1e23",
    "ink": "#eceae5",
    "muted": "#a9a49b",
    "line": "#34363d",
    "grid": "#2a2c32",
    "axis": "#76736d",
    "accent": "#ff9a78",
    "wash": "#272a31",
    "good": "#76d3a0",
    "warn": "#f3c06a",
    "bad": "#ff9a95",
    "warn-wash": "#33290f",
    "bad-wash": "#3a1d1d",
    "series-1": "#ff8568",
    "series-2": "#7db4f5",
    "series-3": "#6fcf98",
    "series-4": "#c7a1f0",
    "series-5": "#eab54f",
    "series-6": "#58cbd5",
    "series-7": "#f287bd",
    "series-8": "#b4b0a8",
}
THEMES = {"light": DAY, "dark": NIGHT}
SERIES = tuple(name for name in DAY if name.startswith("series-"))
# Lines differ in dash as well as in colour, for readers who do not see the colours.
DASHES = ((1, 0), (6, 3), (2.5, 2.5), (9, 3, 2.5, 3)) * 2


def css() -> str:
    """Return the colours as CSS variables, by night where the reader prefers so; print is always day."""
    day = "".join(f"--{name}:{value};" for name, value in DAY.items())
    night = "".join(f"--{name}:{value};" for name, value in NIGHT.items())
    return f":root{{{day}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{night}}}}}\n"


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours `#rrggbb`, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
