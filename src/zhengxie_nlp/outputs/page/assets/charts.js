/* Charts of our own: heat maps are tables with figures in their cells, bars are lists; only lines are drawn. A
   library for these three (ECharts cut to them) would be 590 KB, twenty times this page. */

/* A table whose cells are shaded by their figure; a cell that counts something is a button. */
function heatMap({ caption, rows, columns, value, open, rowOpen }) {
  let most = 0;
  for (const row of rows) for (const column of columns) most = Math.max(most, value(row, column));
  const head = h("tr", {}, h("td", {}), columns.map((one) => h("th", { scope: "col" }, one.label)), h("th", { scope: "col" }, t("sum")));
  const body = rows.map((row) => {
    let sum = 0;
    const cells = columns.map((column) => {
      const count = value(row, column);
      sum += count;
      if (!count) return h("td", { class: "heat none-here" }, "·");
      const made = h("td", { class: "heat" }, h("button", { type: "button", "aria-label": `${row.label}，${column.label}：${number(count)}`, on: { click: () => open(row, column) } }, number(count)));
      made.style.setProperty("--heat", String(0.06 + 0.3 * Math.sqrt(count / most)));
      return made;
    });
    const name = rowOpen ? h("button", { type: "button", class: "link", on: { click: () => rowOpen(row) } }, row.label) : row.label;
    return h("tr", {}, h("th", { scope: "row" }, name), cells, h("td", { class: "number" }, number(sum)));
  });
  const table = h("table", { class: "heat-map" }, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, body));
  const give = () => copyTable(["", ...columns.map((one) => one.label)], rows.map((row) => [row.label, ...columns.map((column) => value(row, column))]));
  return h("figure", { class: "chart" }, h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": caption }, table), h("button", { type: "button", class: "copy", on: { click: give } }, t("copy.table")));
}

/* Bars, longest first: each a button with its figure. */
function bars({ caption, items, open }) {
  const most = Math.max(1, ...items.map((one) => one.value));
  return h("figure", { class: "chart" }, h("figcaption", {}, caption), items.length ? h("ol", { class: "bar-list" }, items.map((one) => {
    const bar = h("i", { "aria-hidden": "true" });
    bar.style.width = `${(100 * one.value) / most}%`;
    return h("li", {}, h("button", { type: "button", on: { click: () => open(one) } }, h("span", { class: "label", title: one.label }, one.label), h("span", { class: "track", "aria-hidden": "true" }, bar), h("span", { class: "value" }, one.said || number(one.value))));
  })) : h("p", { class: "hint" }, t("none")));
}

const DASHES = ["", "6 3", "2 3", "8 3 2 3", "1 4", "12 3"];
const SHAPES = [
  (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0`, (x, y) => `M${x - 4} ${y - 4}h8v8h-8z`,
  (x, y) => `M${x} ${y - 5}l5 9h-10z`, (x, y) => `M${x} ${y - 5}l5 5l-5 5l-5 -5z`, (x, y) => `M${x} ${y + 5}l5 -9h-10z`,
  (x, y) => `M${x - 5} ${y - 1.5}h10v3h-10z`,
];

/* Lines or points over an axis of names (years): series told apart by form and dashes as well as by colour. */
function lines({ caption, axis, series, open, joined }) {
  const width = 760, height = 280, left = 64, bottom = 34, top = 14, right = 16;
  const values = series.flatMap((one) => one.points.map((point) => point.value)).filter(Number.isFinite);
  const most = Math.max(1e-9, ...values), least = Math.min(0, ...values);
  const x = (at) => left + ((width - left - right) * (at + 0.5)) / axis.length;
  const y = (value) => top + (height - top - bottom) * (1 - (value - least) / (most - least || 1));
  const drawn = svg("svg", { class: "lines", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": caption });
  for (let tick = 0; tick <= 4; tick += 1) {
    const value = least + ((most - least) * tick) / 4;
    put(drawn, [svg("path", { class: "grid", d: `M${left} ${y(value)}H${width - right}` }), svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", text: short(value) })]);
  }
  const every = Math.ceil(axis.length / 12);
  axis.forEach((name, at) => { if (at % every === 0) drawn.append(svg("text", { x: x(at), y: height - 12, "text-anchor": "middle", text: name })); });
  series.forEach((one, number_) => {
    const colour = `series-${number_ % 6}`;
    const sorted = [...one.points].sort((a, b) => a.at - b.at);
    if (joined !== false && sorted.length > 1) {
      drawn.append(svg("path", { class: `line ${colour}`, "stroke-dasharray": DASHES[number_ % 6] || null, d: sorted.map((point, at) => `${at ? "L" : "M"}${x(point.at)} ${y(point.value)}`).join("") }));
    }
    for (const point of sorted) {
      if (point.low !== undefined) drawn.append(svg("path", { class: `line ${colour}`, d: `M${x(point.at)} ${y(point.low)}V${y(point.high)}` }));
      const run = () => open(one, point);
      drawn.append(svg("path", { class: `point ${colour}`, d: SHAPES[number_ % 6](x(point.at), y(point.value)), tabindex: "0", role: "button", "aria-label": `${one.label}，${axis[point.at]}：${point.said || number(point.value)}`,
        on: { click: run, keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); run(); } } } }, svg("title", { text: `${one.label}　${axis[point.at]}　${point.said || number(point.value)}` })));
    }
  });
  const legend = h("ul", { class: "series-legend" }, series.map((one, at) => h("li", {}, svg("svg", { viewBox: "0 0 30 12", "aria-hidden": "true", class: "key" },
    joined === false ? null : svg("path", { class: `line series-${at % 6}`, "stroke-dasharray": DASHES[at % 6] || null, d: "M0 6H30" }), svg("path", { class: `point series-${at % 6}`, d: SHAPES[at % 6](15, 6) })), one.label)));
  return h("figure", { class: "chart" }, h("figcaption", {}, caption), h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": caption }, drawn), legend);
}

function short(value) {
  const size = Math.abs(value);
  if (page.language === "zh") {
    if (size >= 1e8) return `${trim(value / 1e8)}亿`;
    if (size >= 1e4) return `${trim(value / 1e4)}万`;
  } else {
    if (size >= 1e9) return `${trim(value / 1e9)}bn`;
    if (size >= 1e6) return `${trim(value / 1e6)}m`;
    if (size >= 1e4) return `${trim(value / 1e3)}k`;
  }
  return trim(value);
}

function trim(value) {
  return String(Number(value.toPrecision(3)));
}
