"""What every page must be, besides what axe sees: measured in the browser."""

from playwright.sync_api import Page

MEASURE = """() => {
  const found = [];
  const shown = one => one.checkVisibility({visibilityProperty: true}) &&
    !one.closest('.visually-hidden');
  const name = one => one.outerHTML.slice(0, 120);
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return brush.getImageData(0, 0, 1, 1).data;
  };
  const light = colour => {
    const [r, g, b] = [...rgba(colour)].slice(0, 3).map(part => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return 'white';
  };
  const boxes = 'input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea';
  for (const one of document.querySelectorAll(`${boxes}, .btn`)) {
    if (!shown(one)) continue;
    const style = getComputedStyle(one);
    const edge = Math.max(contrast(style.borderTopColor, ground(one.parentElement)),
                          contrast(style.backgroundColor, ground(one.parentElement)));
    if (edge < 3) found.push(`border ${edge.toFixed(2)}: ${name(one)}`);
  }
  for (const one of document.querySelectorAll(`${boxes}, button, .btn, summary`)) {
    const high = one.getBoundingClientRect().height;
    if (shown(one) && high < 43.9) found.push(`only ${high} px high: ${name(one)}`);
  }
  for (const one of document.querySelectorAll('.check')) {
    const high = one.getBoundingClientRect().height;
    if (shown(one) && high < 43.9) found.push(`only ${high} px high: ${name(one)}`);
  }
  for (const one of document.querySelectorAll('p, li, td, dd, label, legend, button, a')) {
    if (!shown(one) || !one.textContent.trim()) continue;
    if (one.closest('svg, h1, h2, h3, .brand')) continue;
    const style = getComputedStyle(one);
    const ratio = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    if (ratio < 1.5) found.push(`line height ${ratio.toFixed(2)}: ${name(one)}`);
  }
  return [...new Set(found)];
}"""


def measure(page: Page) -> list[str]:
    """Return borders without contrast, low targets and tight lines of the page."""
    found: list[str] = page.evaluate(MEASURE)
    return found


def shape(page: Page, language: str) -> list[str]:
    """Return what is wrong with the language or the headings of the page."""
    found = []
    if page.get_attribute("html", "lang") != language:
        found.append(f"lang is {page.get_attribute('html', 'lang')}")
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} headings h1")
    return found
