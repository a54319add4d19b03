"""Drawings that may stand in the page: rebuilt from known elements and attributes only."""

import re
from xml.etree import ElementTree

from markupsafe import Markup, escape

from carer.report.theme import DAY

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset({"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath"})
_GEOMETRY = {"width", "height", "viewBox", "transform", "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy"}
_ATTRIBUTES = frozenset(
    {"cx", "cy", "r", "rx", "ry", "fill", "stroke", "opacity", "fill-opacity", "stroke-opacity"}
    | {"stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"}
    | {"text-anchor", "font-size", "font-weight", "font-style", "clip-path", "id"}
    | _GEOMETRY
)
_SHAPES = frozenset({"path", "line", "rect", "circle"})
_VARIABLES = {value: f"var(--{name})" for name, value in DAY.items()}


def clean(svg: str, *, prefix: str, label: str, css_class: str) -> Markup:
    """Return `svg` as markup for the page, with the theme's day colours turned into CSS variables.

    Only drawing elements and attributes survive: no script, event handler, link, style or foreign object.

    Args:
        svg: a drawing by vl-convert.
        prefix: put before every id, so that drawings on one page never share one.
        label: what the drawing shows, for readers who do not see it.
        css_class: class of the outer element.

    Raises:
        ValueError: not an SVG.
    """
    root = ElementTree.fromstring(svg)
    if root.tag != f"{_NAMESPACE}svg":
        raise ValueError(f"not an SVG: the outer element is {root.tag!r}")
    width, height = root.get("width", ""), root.get("height", "")
    body = "".join(_rebuilt(child, prefix) for child in root)
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" width="{}" height="{}" viewBox="{}" fill="none">{}</svg>'
    ).format(css_class, label, width, height, root.get("viewBox", f"0 0 {width} {height}"), Markup(body))


def _rebuilt(element: ElementTree.Element, prefix: str, clipping: bool = False) -> str:
    tag = element.tag.removeprefix(_NAMESPACE)
    if tag not in _ELEMENTS or element.get("display") == "none":
        return ""
    attributes = {k: _value(k, v, prefix) for k, v in element.attrib.items() if k in _ATTRIBUTES}
    inner = escape(element.text or "") if tag in {"text", "tspan"} else Markup()
    inner += Markup("".join(_rebuilt(child, prefix, tag == "clipPath") for child in element))
    unpainted = tag in _SHAPES and not clipping and not {"fill", "stroke"} & attributes.keys()
    if unpainted or (tag in {"g", "defs"} and not inner):
        return ""
    pairs = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{pairs}>{inner}</{tag}>"


def _value(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "clip-path":
        found = re.fullmatch(r"url\(#([\w-]+)\)", value)
        return f"url(#{prefix}{found[1]})" if found else "none"
    if name in {"fill", "stroke"}:
        return _VARIABLES.get(value, value if re.fullmatch(r"#?[\w]+", value) else "none")
    # Vega writes coordinates to 15 figures; a hundredth of a pixel is enough.
    return re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
