/* The first view of an archive: what there is, who did what, when, and the same things side by side. */

const MOST_ROWS = 40, MOST_BARS = 25;

function overview(view) {
  const { index } = view, made = [];
  const sum = (key) => (index.documents[key] ? index.documents[key].reduce((all, one) => all + one, 0) : 0);
  made.push(h("dl", { class: "figures" }, [["documents", index.count], ["characters", sum("characters")], ["speeches", sum("speeches")], ...TYPES.map((type) => [`type.${type}`, index.sizes[type]])]
    .map(([key, count]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, number(count))))));
  const sizes = view.index.count > 3000 ? h("p", { class: "doubt d-info" }, t("many.documents")) : null;
  const kinds = ["initiative", "mechanism"].filter((type) => index.sizes[type]);
  const choices = kinds.map((type) => h("label", { class: "chip" }, h("input", { type: "radio", name: "overview-type", value: type, checked: type === kinds[0], on: { change: () => fill(type) } }), word("type", type)));
  const charts = h("div", { class: "charts" });
  const fill = (type) => put(clear(charts), [byCategory(view, type), byYear(view, type), yearLines(view, type), mostNamed(view)]);
  if (kinds.length) fill(kinds[0]);
  return [sizes, ...made, kinds.length ? h("fieldset", { class: "choices" }, h("legend", { class: "unseen" }, t("order")), choices) : null, charts, quantityChart(view)];
}

/* Count the rows of a table by two of its columns. */
function cross(table, size_, a, b) {
  const counts = new Map();
  for (let row = 0; row < size_; row += 1) {
    let inner = counts.get(table[a][row]);
    if (!inner) counts.set(table[a][row], inner = new Map());
    inner.set(table[b][row], (inner.get(table[b][row]) || 0) + 1);
  }
  return counts;
}

function names(view, counts, most) {
  const total = (inner) => [...inner.values()].reduce((sum, one) => sum + one, 0);
  return [...counts].map(([code, inner]) => ({ code, inner, total: total(inner), label: view.index.strings[code] || t("unnamed") }))
    .sort((x, y) => !x.code - !y.code || y.total - x.total).slice(0, most);
}

/* The categories that occur in a table, with their codes: those of the guideline first, in its order. */
function categoriesOf(index, type) {
  const known = new Set(CATEGORIES), found = new Set(index.tables[type].category);
  const others = [...found].map((code) => index.strings[code]).filter((name) => name && !known.has(name)).sort();
  return [...CATEGORIES, ...others].map((name) => ({ name, code: index.code(name), label: word("category", name) })).filter((one) => found.has(one.code));
}

function byCategory(view, type) {
  const { index } = view, counts = cross(index.tables[type], index.sizes[type], "who", "category");
  const columns = categoriesOf(index, type);
  return heatMap({
    caption: t("chart.who.category", word("type", type)), rows: names(view, counts, MOST_ROWS), columns, value: (row, column) => row.inner.get(column.code) || 0,
    open: (row, column) => view.narrow([{ key: "who", code: row.code, label: row.label }, { key: "category", code: column.code, label: column.label }], type),
    rowOpen: (row) => view.narrow([{ key: "who", code: row.code, label: row.label }], "documents"),
  });
}

function yearsOf(view, type) {
  const { index } = view;
  return [...new Set(index.tables[type].year)].map((code) => ({ code, label: index.strings[code] })).filter((one) => one.label).sort((a, b) => (a.label < b.label ? -1 : 1));
}

function byYear(view, type) {
  const { index } = view, years = yearsOf(view, type);
  if (!years.length) return h("p", { class: "hint" }, t("no.years"));
  const counts = cross(index.tables[type], index.sizes[type], "who", "year");
  return heatMap({
    caption: t("chart.who.year", word("type", type)), rows: names(view, counts, MOST_ROWS), columns: years, value: (row, column) => row.inner.get(column.code) || 0,
    open: (row, column) => view.narrow([{ key: "who", code: row.code, label: row.label }, { key: "year", code: column.code, label: column.label }], type),
    rowOpen: (row) => view.narrow([{ key: "who", code: row.code, label: row.label }], "documents"),
  });
}

function yearLines(view, type) {
  const { index } = view, years = yearsOf(view, type);
  if (years.length < 2) return null;
  const counts = cross(index.tables[type], index.sizes[type], "category", "year");
  const series = categoriesOf(index, type).filter((one) => counts.has(one.code)).map((one) => ({
    ...one, points: years.map((year, at) => ({ at, value: counts.get(one.code).get(year.code) || 0 })),
  }));
  return lines({
    caption: t("chart.category.year", word("type", type)), axis: years.map((one) => one.label), series,
    open: (one, point) => view.narrow([{ key: "category", code: one.code, label: one.label }, { key: "year", code: years[point.at].code, label: years[point.at].label }], type),
  });
}

function mostNamed(view) {
  const { index } = view, table = index.tables.mechanism;
  if (!index.sizes.mechanism) return null;
  const counts = cross(table, index.sizes.mechanism, "text", "document");
  const items = [...counts].map(([code, inner]) => ({ code, label: index.strings[code], value: inner.size, rows: [...inner.values()].reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.value - a.value || b.rows - a.rows).slice(0, MOST_BARS).map((one) => ({ ...one, said: t("in.documents", number(one.value)) }));
  return bars({ caption: t("chart.mechanisms"), items, open: (one) => view.narrow([{ key: "text", code: one.code, label: one.label }], "mechanism") });
}

/* Quantities of the same thing in the same unit, beside one another: bounds are said, and nothing is added up. */
function quantityChart(view) {
  const { index } = view, table = index.tables.quantity;
  if (!index.sizes.quantity) return null;
  const groups = new Map();
  for (let row = 0; row < index.sizes.quantity; row += 1) {
    if (!table.counted[row] || !table.unit[row]) continue;
    const key = table.counted[row] * index.strings.length + table.unit[row];
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  const chosen = [...groups.values()].filter((rows) => new Set(rows.map((row) => table.document[row])).size > 1)
    .sort((a, b) => b.length - a.length).slice(0, 200);
  if (!chosen.length) return null;
  const label = (rows) => `${index.strings[table.counted[rows[0]]]}（${index.strings[table.unit[rows[0]]]}）`;
  const host = h("div", {});
  const draw = (rows) => put(clear(host), [quantityLines(view, rows, label(rows)), quantityTable(view, rows, label(rows))]);
  const select = h("select", { "aria-label": t("choose.counted"), class: "counted", on: { change: (event) => draw(chosen[Number(event.target.value)]) } },
    chosen.map((rows, at) => h("option", { value: at }, `${label(rows)} · ${rows.length}`)));
  draw(chosen[0]);
  return h("section", { class: "quantities" }, h("h2", {}, t("chart.quantities")), h("p", { class: "hint" }, t("chart.quantities.hint")), select, host);
}

function quantityLines(view, rows, caption) {
  const { index } = view, table = index.tables.quantity, { strings } = index;
  const dated = rows.some((row) => table.year[row]);
  const axisOf = (row) => (dated ? strings[table.year[row]] || "—" : index.title(table.document[row]).slice(0, 8));
  const axis = [...new Set(rows.map(axisOf))].sort();
  const value = (row) => Number(strings[table.value[row] || table.low[row] || table.high[row]]);
  const byWho = new Map();
  for (const row of rows) {
    if (Number.isNaN(value(row))) continue;
    const who = strings[table.who[row]] || t("unnamed");
    if (!byWho.has(who)) byWho.set(who, []);
    const range = table.low[row] && table.high[row] ? { low: Number(strings[table.low[row]]), high: Number(strings[table.high[row]]) } : {};
    byWho.get(who).push({ at: axis.indexOf(axisOf(row)), value: value(row), row, said: `${word("bound", strings[table.bound[row]])} ${strings[table.text[row]]}`, ...range });
  }
  const series = [...byWho].slice(0, 12).map(([who, points]) => ({ label: who, points }));
  return lines({ caption, axis, series, joined: false, open: (_, point) => view.openDocument(table.document[point.row], table.record[point.row]) });
}

function quantityTable(view, rows, caption) {
  const { index } = view, table = index.tables.quantity, { strings } = index;
  const text = (key, wide, said) => ({ key, label: t(`field.${key}`), wide, value: (row) => (said ? word(key, strings[table[key][row]]) : strings[table[key][row]]) });
  return new DataTable({
    caption, rows, open: (row) => view.openDocument(table.document[row], table.record[row]),
    columns: [text("text", 3), index.column(table, "value", { label: t("field.value"), wide: 2, number: true }), text("bound", 1, true), text("change", 1, true), text("who", 3), text("year", 1),
      { key: "document", label: t("field.document"), wide: 4, value: (row) => index.title(table.document[row]) }],
  }).element;
}

/* What `zhengxie compare` has found, table after table; a row leads to the document and line that it names. */
function comparedTables(view) {
  return Object.entries(view.index.compared).map(([name, table]) => {
    const places = table.columns.map(([key]) => key).filter((key) => /place/.test(key));
    const columns = table.columns.map(([key, label]) => {
      const numbers = table.rows.every((row) => row[key] === null || typeof row[key] === "number");
      const said = (value) => (Array.isArray(value) ? value.join("、") : word(key, value));
      return { key, label: page.language === "en" ? key.replace(/_/g, " ") : label, wide: numbers ? 1 : 3, kind: numbers ? "number" : "", value: (row) => said(row[key]), sort: numbers ? (row) => row[key] ?? NaN : undefined };
    });
    return h("div", { data: { compared: name } }, new DataTable({
      caption: page.language === "en" ? table.en : table.zh, rows: table.rows, columns,
      open: places.length ? (row) => view.openPlace(row[places.find((key) => row[key])]) : null,
    }).element);
  });
}
