/* Where a record stands on the pages of a pdf, an ofd or a scan: the page with its boxes, and its picture if there is one. */

const MOST_PAGES = 3;

/* The boxes of characters, one for each line or part of it, as `Layout.boxes` gives them. */
function boxesOf(layout, fragments) {
  const found = [];
  if (!layout || !layout.runs) return found;
  for (const [start, end] of fragments) {
    for (let at = Math.max(0, firstAfter(layout.runs, start) - 1); at < layout.runs.length; at += 1) {
      const [first, last, number_] = layout.runs[at];
      let [, , , left, top, right, bottom] = layout.runs[at];
      if (first >= end) break;
      if (last <= start) continue;
      const a = Math.max(start, first) - first, b = Math.min(end, last) - first;
      if (bottom - top > right - left && last - first > 1) {
        const each = (bottom - top) / (last - first);
        [top, bottom] = [top + a * each, top + b * each];
      } else {
        const each = (right - left) / (last - first);
        [left, right] = [left + a * each, left + b * each];
      }
      found.push({ page: number_, left, top, right, bottom });
    }
  }
  return found;
}

/* How many runs begin at a character or before it. */
function firstAfter(runs, place) {
  let low = 0, high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle][0] <= place) low = middle + 1; else high = middle;
  }
  return low;
}

/* The page on which a character stands; null where pages are not known. */
function pageOf(layout, place) {
  if (!layout || !layout.pages || !layout.pages.length) return null;
  const [box] = boxesOf(layout, [[place, place + 1]]);
  if (box) return box.page;
  let found = null;
  for (const one of layout.pages) if (one.start <= place) found = one.number;
  return found;
}

function pagePart(view, record) {
  const { layout } = view.model.json, boxes = boxesOf(layout, record.ref.fragments);
  const numbers = [...new Set(boxes.map((box) => box.page))].slice(0, MOST_PAGES);
  const drawn = numbers.map((number_) => pageDrawing(view.model, number_, boxes.filter((box) => box.page === number_))).filter(Boolean);
  return drawn.length ? h("section", { class: "pages" }, h("h3", {}, t("detail.page")), drawn) : null;
}

function pageDrawing(model, number_, boxes) {
  const { layout } = model.json, known = layout.pages.find((one) => one.number === number_);
  if (!known || !known.width || !known.height) return null;
  const { width, height } = known, picture = model.images && model.images[number_];
  const drawing = svg("svg", { class: "page-drawing", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("at.page", number_) }, svg("rect", { class: "sheet-of-page", x: 0, y: 0, width, height }));
  if (picture) drawing.append(svg("image", { href: picture, x: 0, y: 0, width, height }));
  else {
    for (const [, , on, left, top, right, bottom] of layout.runs) if (on === number_) drawing.append(svg("rect", { class: "run", x: left, y: top, width: right - left, height: bottom - top }));
  }
  for (const { left, top, right, bottom } of boxes) {
    drawing.append(svg("rect", { class: "boxed", x: left - 1.5, y: top - 1.5, width: right - left + 3, height: bottom - top + 3, "stroke-width": Math.max(1, width / 300) }));
  }
  return h("figure", {}, drawing, h("figcaption", { class: "hint" }, t("at.page", number_)));
}
