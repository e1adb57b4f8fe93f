/* The panel of one record: its fields, why it is there, where it stands, how to cite and correct it. */

const COMMON = new Set(["type", "id", "ref", "speech", "node", "confidence", "rule", "category_confidence", "scores", "category", "secondary", "added"]);

/* The word for a field; the name of the contract where the page has none for it. */
function fieldName(name) {
  return page.strings[`field.${name}`] ? t(`field.${name}`) : name;
}

function detail(view, index) {
  const { model } = view;
  const record = model.records[index];
  const here = overlapping(model, record).filter((one) => one !== index);
  return h("div", { class: "record-detail" },
    h("div", { class: "record-head" },
      h("span", { class: `kind k-${record.type}` }, word("type", record.type)), h("span", { class: "record-id" }, record.id),
      h("span", { class: "push" }),
      h("button", { type: "button", class: "small", title: "k", "aria-label": t("record.previous"), on: { click: () => view.step(-1) } }, "‹"),
      h("button", { type: "button", class: "small", title: "j", "aria-label": t("record.next"), on: { click: () => view.step(1) } }, "›")),
    h("blockquote", { lang: "zh" }, record.ref.text),
    correctionBar(view, index),
    fieldList(view, record),
    categoryPart(record),
    why(view, record),
    place(view, record),
    pagePart(view, record),
    here.length ? h("section", {}, h("h3", {}, t("detail.here")), recordList(view, here)) : null,
    view.neighbours ? view.neighbours(record) : null);
}

function fieldList(view, record) {
  const rows = [];
  for (const [name, value] of Object.entries(record)) {
    if (COMMON.has(name) || value === null || value === undefined || (Array.isArray(value) && !value.length)) continue;
    rows.push(h("dt", {}, fieldName(name)), h("dd", {}, shownValue(view, name, value)));
  }
  return rows.length ? h("dl", { class: "fields" }, rows) : null;
}

/* A value as a reader meets it: what stands in the text is a button that leads there. */
function shownValue(view, name, value) {
  if (Array.isArray(value)) return value.map((one, at) => [at ? "、" : "", shownValue(view, name, one)]);
  if (value && typeof value === "object" && value.fragments) {
    return h("button", { type: "button", class: "link", on: { click: () => view.text.bring(...value.fragments[0]) } }, value.text);
  }
  if (value && typeof value === "object") return JSON.stringify(value);
  if (typeof value === "string" && view.model.byId.has(value) && ["time", "quantities", "mechanisms"].includes(name)) {
    const at = view.model.byId.get(value);
    return h("button", { type: "button", class: "link", on: { click: () => view.select(at, true) } }, view.model.records[at].ref.text);
  }
  return word(name, value);
}

function categoryPart(record) {
  if (!record.category) return null;
  const bars = Object.entries(record.scores || {}).map(([name, value]) => {
    const bar = h("i", { class: `c-${name}` });
    bar.style.width = `${Math.round(value * 100)}%`;
    return h("li", {}, h("span", { class: "name" }, word("category", name)), h("span", { class: "bar", "aria-hidden": "true" }, bar), h("span", { class: "value" }, percent(value)));
  });
  return h("section", { class: "scores" }, h("h3", {}, t("field.category"), "：", h("span", { class: `category c-${record.category}` }, word("category", record.category)),
    record.category_confidence !== null && record.category_confidence !== undefined ? h("small", {}, ` ${t("sure", percent(record.category_confidence))}`) : null),
  record.secondary && record.secondary.length ? h("p", {}, t("field.secondary"), "：", record.secondary.map((one) => word("category", one)).join("、")) : null,
  bars.length ? h("ul", { class: "bars" }, bars) : null);
}

function why(view, record) {
  const evidence = view.model.evidence[record.id] || {};
  const parts = (evidence.parts || []).map(([name, ref]) => [h("dt", {}, t("from", fieldName(name))), h("dd", {}, shownValue(view, name, ref))]);
  const rules = Object.entries(evidence.rules || {}).map(([name, rule]) => [h("dt", {}, t("chosen", fieldName(name))), h("dd", {}, h("code", {}, rule))]);
  return h("section", { class: "why" }, h("h3", {}, t("detail.why")),
    h("dl", { class: "fields" },
      record.rule ? [h("dt", {}, t("field.rule")), h("dd", {}, h("code", {}, record.rule))] : null,
      record.confidence !== null && record.confidence !== undefined ? [h("dt", {}, t("field.confidence")), h("dd", {}, meter(record.confidence))] : null,
      parts, rules,
      evidence.words && evidence.words.length ? [h("dt", {}, t("category.words")), h("dd", {}, evidence.words.join("、"))] : null),
    Object.keys(view.model.evidence).length || record.added ? null : h("p", {}, t("evidence.none")),
    record.added ? h("p", {}, t("added.by.hand")) : null);
}

function meter(value) {
  const bar = h("i", {});
  bar.style.width = `${Math.round(value * 100)}%`;
  return [h("span", { class: "bar", "aria-hidden": "true" }, bar), h("span", { class: "value" }, percent(value))];
}

function place(view, record) {
  const { model } = view;
  const cited = citation(model, record), link = permanentLink(view, record);
  return h("section", { class: "place" }, h("h3", {}, t("detail.place")),
    h("p", {}, model.path(record.node) || t("outside")),
    h("p", { class: "offsets" }, pageOf(model.json.layout, record.ref.fragments[0][0]) === null ? "" : `${t("at.page", pageOf(model.json.layout, record.ref.fragments[0][0]))} · `, t("at.line", model.line(record.ref.fragments[0][0])), " · ",
      t("at.characters", record.ref.fragments.map(([start, end]) => `${start}–${end}`).join(page.language === "en" ? ", " : "、")),
      record.ref.fragments.length > 1 ? ` · ${t("fragments", record.ref.fragments.length)}` : ""),
    h("h3", {}, t("detail.cite")),
    h("p", { class: "citation" }, cited),
    h("div", { class: "buttons" },
      h("button", { type: "button", on: { click: () => copy(cited) } }, t("copy.citation")),
      h("button", { type: "button", on: { click: () => copy(link) } }, t("copy.link")),
      h("a", { href: link, class: "permanent" }, t("permanent.link"))));
}

/* A line to put under a quotation: who, what, where in it, in which file, and the words. */
function citation(model, record) {
  const { source } = model.json;
  const speech = model.speeches.get(record.speech);
  const who = speech ? [speech.organization, speech.speaker].filter(Boolean).map((ref) => ref.text).join(" ") : "";
  const title = (speech && speech.title) || model.json.title;
  const file = (source.path || source.id).split(/[\\/]/).pop();
  const places = record.ref.fragments.map(([start, end]) => `${start}–${end}`).join("、");
  const where = [title ? `《${title.text}》` : "", model.path(record.node)].filter(Boolean).join("，");
  const on = pageOf(model.json.layout, record.ref.fragments[0][0]);
  const checksum = source.sha256 ? `，sha256 ${source.sha256.slice(0, 12)}` : "";
  return `${who ? `${who}：` : ""}${where}${where ? "，" : ""}${on === null ? "" : `${t("at.page", on)}${page.language === "en" ? ", " : "、"}`}${t("cite.place", model.line(record.ref.fragments[0][0]), places)}（${file}${checksum}）：${quoted(record.ref.text)}`;
}

/* Words in quotation marks that they do not hold themselves. */
function quoted(words) {
  return /[“”]/.test(words) ? `「${words}」` : `“${words}”`;
}

/* A link by characters, not by the number of the record: it leads to the same words after another run. */
function permanentLink(view, record) {
  const values = new URLSearchParams();
  if (view.key) values.set("d", view.key);
  values.set("c", record.ref.fragments.map((pair) => pair.join("-")).join("_"));
  values.set("t", record.type);
  return `${window.location.href.split("#")[0]}#${values}`;
}

function overlapping(model, record) {
  const found = [];
  model.records.forEach((other, index) => {
    if (model.isShown(other) && other.ref.fragments.some(([a, b]) => record.ref.fragments.some(([c, d]) => a < d && c < b))) found.push(index);
  });
  return found.length > 60 ? found.slice(0, 60) : found;
}

function recordList(view, indexes) {
  return h("ul", { class: "record-list" }, indexes.map((at) => {
    const record = view.model.records[at];
    return h("li", {}, h("button", { type: "button", on: { click: () => view.select(at, true) } },
      h("span", { class: `kind k-${record.type}` }, word("type", record.type)), h("span", { class: "words" }, record.ref.text)));
  }));
}

/* What stands at a place of the text: its records, and the doubts about it. */
function placeDetail(view, at, indexes) {
  const { model } = view;
  const notes = model.json.diagnostics.filter((note) => note.ref && covers(note.ref, at));
  const unexplained = model.json.unexplained_numerals.filter((ref) => covers(ref, at));
  const owner = model.follow.find((piece) => piece.start <= at && at < piece.end);
  return h("div", {},
    h("h2", {}, t("place.at", at)),
    h("p", {}, owner && model.nodes.has(owner.owner) ? model.path(owner.owner) : owner ? t(`structure.${owner.kind}`) : t("outside")),
    indexes.length ? recordList(view, indexes) : h("p", { class: "hint" }, t("place.none")),
    unexplained.length ? h("p", { class: "doubt" }, t("unexplained.here", unexplained[0].text)) : null,
    notes.map((note) => noteDetail(note)));
}

function noteDetail(note) {
  const known = page.strings[`note.${note.code}`];
  return h("div", { class: `doubt d-${note.severity}` }, h("strong", {}, known ? t(`note.${note.code}`) : note.code),
    page.strings[`note.${note.code}.why`] ? h("p", {}, t(`note.${note.code}.why`)) : null,
    h("p", { class: "said" }, told(note)));
}
