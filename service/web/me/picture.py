"""The last seven days as a small picture: two bars a day, drawn on the server."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.web.plotting import Style, palette, pygal

_WIDE, _HIGH = 440, 240
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def svg(
    days: Sequence[str],
    reminders: tuple[str, Sequence[int]],
    moved: tuple[str, Sequence[int]],
    *,
    dark: bool,
) -> str:
    """Each series with its name."""
    chart = pygal.Bar(
        width=_WIDE,
        height=_HIGH,
        style=_style(palette(dark=dark)),
        disable_xml_declaration=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=12,
        margin=8,
        spacing=8,
        show_y_guides=True,
        y_labels_major_count=4,
        integer_only=True,
        min_scale=2,
        max_scale=4,
        range=(0, max(4, *reminders[1], *moved[1])),
        formatter=lambda value: f"{value:.0f}",
        rounded_bars=3,
    )
    chart.x_labels = list(days)
    for name, values in (reminders, moved):
        chart.add(name, list(values))
    chart.add_xml_filter(_without_scripts)
    drawn: str = chart.render(is_unicode=True)
    return drawn


def _without_scripts(root: Any) -> Any:
    """Nothing runs in a picture. Pygal would fetch a script from elsewhere."""
    for parent in list(root.iter()):
        for script in [child for child in parent if str(child.tag).endswith("script")]:
            parent.remove(script)
    return root


def _style(colours: Mapping[str, str]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=colours["soft"],
        foreground_strong=colours["ink"],
        foreground_subtle=colours["line"],
        guide_stroke_color=colours["line"],
        major_guide_stroke_color=colours["line"],
        guide_stroke_dasharray="2,3",
        colors=(colours["edge"], colours["accent"]),
        opacity="1",
        transition="0s",
        font_family=_FONT,
        label_font_size=15,
        major_label_font_size=15,
        legend_font_size=16,
    )
