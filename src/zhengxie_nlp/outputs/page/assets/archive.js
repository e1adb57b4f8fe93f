/* An archive: its index is read at the start, each document is inflated when it is opened. */

class ArchiveView {
  constructor(data, host) {
    Object.assign(this, { data, host, focus: [], corrections: new Map(), entries: new Map() });
    this.box = h("div", { class: "archive" }, h("p", { class: "hint loading" }, t("loading")));
    host.append(this.box);
    this.ready = this.load().catch((error) => { clear(this.box).append(h("p", { class: "doubt" }, t("broken"), " ", String(error))); });
  }

  async load() {
    if (typeof DecompressionStream === "undefined") throw new Error(t("no.inflate"));
    if (!page.index) {
      const [header, columns] = await Promise.all([inflated(0).then(asJson), inflated(1).then((one) => one.arrayBuffer())]);
      page.index = new ArchiveIndex(header, columns);
    }
    this.index = page.index;
    clear(this.box);
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("views"), on: { keydown: (event) => this.tabKey(event) } });
    this.search = h("input", { type: "search", class: "search-all", "aria-label": t("search.all"), placeholder: t("search.all"), on: { keydown: (event) => { if (event.key === "Enter") this.find(event.target.value); } } });
    this.focusBox = h("div", { class: "focus" });
    this.panels = h("div", { class: "panels" });
    this.made = new Map();
    put(this.box, [h("div", { class: "archive-bar" }, this.tabs, h("span", { class: "push" }), this.search, h("button", { type: "button", class: "search-go", on: { click: () => this.find(this.search.value) } }, t("search"))),
      this.focusBox, h("main", { id: "main", class: "archive-main", tabindex: "-1" }, this.panels)]);
    this.open("overview");
  }

  tabNames() {
    const names = ["overview", "documents", ...TYPES];
    if (Object.keys(this.index.compared).length) names.push("compared");
    if (this.found) names.push("found");
    return names;
  }

  /* Tabs are made anew only when there are others than before: a tab that was clicked keeps the focus. */
  drawTabs() {
    const tabs = this.tabNames();
    if (tabs.join() !== [...this.tabs.children].map((one) => one.dataset.tab).join()) {
      put(clear(this.tabs), tabs.map((name) => h("button", {
        type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, data: { tab: name, count: "" }, on: { click: () => this.open(name) },
      }, tabName(name), h("span", { class: "count" }))));
    }
    for (const tab of this.tabs.children) {
      const { tab: name } = tab.dataset;
      const count = name === "documents" ? this.index.count : TYPES.includes(name) ? this.index.sizes[name] : name === "found" ? this.found.rows.length : null;
      tab.setAttribute("aria-selected", name === this.tab ? "true" : "false");
      tab.tabIndex = name === this.tab ? 0 : -1;
      tab.dataset.count = count ?? "";
      tab.lastChild.textContent = count === null ? "" : number(count);
    }
  }

  tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = this.tabNames();
    this.open(names[(names.indexOf(this.tab) + step + names.length) % names.length]);
    this.tabs.querySelector('[aria-selected="true"]').focus();
  }

  open(name) {
    this.tab = name;
    this.drawTabs();
    this.drawFocus();
    if (!this.made.has(name)) {
      const old = document.getElementById(`panel-${name}`);
      if (old) old.remove();
      const panel = h("section", { role: "tabpanel", id: `panel-${name}`, class: `panel panel-${name}`, "aria-labelledby": `tab-${name}` });
      this.panels.append(panel);
      this.made.set(name, panel);
      put(panel, [this.panel(name, panel)]);
    }
    for (const panel of this.panels.children) panel.hidden = panel.id !== `panel-${name}`;
    const { table } = this.made.get(name);
    if (table) table.draw();
  }

  panel(name, panel) {
    if (name === "overview") return overview(this);
    if (name === "compared") return comparedTables(this);
    if (name === "found") return this.foundTable();
    panel.table = name === "documents" ? this.documentsTable() : this.recordsTable(name);
    return panel.table.element;
  }

  documentsTable() {
    const { index } = this, { documents } = index;
    const texts = (key, wide, label) => index.column(documents, key, { wide, label: label || t(`field.${key}`) });
    const numbers = (key, label) => ({ key, label, wide: 1, kind: "number", value: (row) => number(documents[key][row]), sort: (row) => documents[key][row] });
    return new DataTable({
      caption: tabName("documents"), count: index.count, open: (row) => this.openDocument(row), where: this.documentTest(),
      columns: [texts("title", 6), texts("who", 4), texts("year", 1), numbers("characters", t("characters")), numbers("speeches", t("speeches")),
        ...TYPES.filter((type) => documents[type]).map((type) => numbers(type, word("type", type))), numbers("notes", t("notes")), texts("file", 4, t("field.path"))],
    });
  }

  recordsTable(type) {
    const { index } = this, table = index.tables[type];
    const document = { key: "document", label: t("field.document"), wide: 4, value: (row) => index.title(table.document[row]), codes: table.document, strings: index.titles };
    const confidence = { key: "confidence", label: t("field.confidence"), wide: 1, kind: "number", value: (row) => (table.confidence[row] > 1000 ? "" : percent(table.confidence[row] / 1000)), sort: (row) => (table.confidence[row] > 1000 ? NaN : table.confidence[row] / 1000) };
    const columns = index.fields(type).map((key) => {
      const enumerated = page.fields[type].some((field) => field.name === key && field.kind === "choice");
      return index.column(table, key, { label: t(`field.${key}`), wide: WIDTHS[key] || 2, said: enumerated ? (text) => word(key, text) : null, number: key === "value" });
    });
    return new DataTable({
      caption: tabName(type), count: index.sizes[type], open: (row) => this.openDocument(table.document[row], table.record[row]), where: this.recordTest(type),
      columns: [index.column(table, "text", { label: t("field.text"), wide: 5 }), ...columns, index.column(table, "who", { label: t("field.who"), wide: 3 }),
        index.column(table, "year", { label: t("field.year"), wide: 1 }), document, index.column(table, "node", { label: t("field.node"), wide: 4 }), confidence],
    });
  }

  /* What the reader has narrowed the archive to: rows of the tables must pass all of it. */
  narrow(parts, tab) {
    for (const part of parts) this.focus = [...this.focus.filter((one) => one.key !== part.key), part];
    this.refocus(tab);
  }

  refocus(tab) {
    for (const name of [...TYPES, "documents"]) {
      const panel = this.made.get(name);
      if (panel) { panel.remove(); this.made.delete(name); }
    }
    this.open(tab || this.tab);
  }

  drawFocus() {
    put(clear(this.focusBox), [this.focus.length ? h("span", {}, t("narrowed")) : null, this.focus.map((part) => h("button", {
      type: "button", class: "narrowing", "aria-label": t("widen", part.label), on: { click: () => { this.focus = this.focus.filter((one) => one !== part); this.refocus(); } },
    }, part.label, h("span", { "aria-hidden": "true" }, " ×")))]);
  }

  recordTest(type) {
    const table = this.index.tables[type];
    const tests = this.focus.map(({ key, code }) => {
      if (key === "document") return (row) => table.document[row] === code;
      if (!table[key]) return null;
      return (row) => table[key][row] === code;
    }).filter(Boolean);
    return tests.length ? (row) => tests.every((test) => test(row)) : null;
  }

  documentTest() {
    const { documents, strings } = this.index;
    const tests = this.focus.map(({ key, code }) => {
      if (key === "who") return (row) => strings[documents.who[row]].includes(strings[code]);
      if (key === "year") return (row) => documents.year[row] === code;
      return null;
    }).filter(Boolean);
    return tests.length ? (row) => tests.every((test) => test(row)) : null;
  }

  async openDocument(row, record) {
    const { index } = this;
    const values = new URLSearchParams({ d: index.key(row) });
    if (record !== undefined) values.set("r", String(record));
    if (window.location.hash.slice(1) !== values.toString()) {
      this.following = true;
      window.location.hash = values;
    }
    await this.show(row, values);
  }

  async show(row, values) {
    const { document: whole, evidence } = await this.read(row);
    if (this.shown) this.shown.remove();
    this.view = new DocumentView(whole, {
      key: this.index.key(row), evidence, neighbours: (record) => this.neighbours(row, record), entries: () => this.savedEntries(),
      corrected: (corrections) => this.entries.set(row, corrections.entry()),
    });
    const back = () => { window.location.hash = ""; this.hide(); };
    this.shown = h("div", { class: "of-archive" }, h("div", { class: "back-bar" }, h("button", { type: "button", class: "back", on: { click: back } }, `← ${t("back")}`), h("span", { lang: "zh" }, this.index.title(row))), this.view.element);
    this.box.hidden = true;
    this.host.append(this.shown);
    if (values.has("r")) this.view.select(Number(values.get("r")), true);
    else if (values.has("c")) this.view.follow(values);
    this.view.text.host.focus({ preventScroll: true });
  }

  hide() {
    if (this.shown) this.shown.remove();
    this.shown = null;
    this.view = null;
    this.box.hidden = false;
    const { table } = this.made.get(this.tab) || {};
    if (table) table.draw();
  }

  /* The Document of a row: its records from one blob, its text from another, which holds those of its neighbours too. */
  async read(row) {
    const { texts, together } = this.data;
    const [one, group] = await Promise.all([inflated(2 + texts + row).then(asJson), this.texts(Math.floor(row / together))]);
    return whole(one, group[row % together], this.data.defaults);
  }

  async texts(group) {
    return asJson(await inflated(2 + group));
  }

  /* The same words elsewhere in the archive, of a quantity those with the same thing counted in the same unit. */
  neighbours(row, record) {
    const { index } = this, table = index.tables[record.type];
    if (!table) return null;
    const code = index.code(record.ref.text);
    const counted = record.type === "quantity" && record.counted ? index.code(record.counted.text) : undefined, unit = index.code(record.unit || "");
    const same = (at) => (counted !== undefined ? table.counted[at] === counted && table.unit[at] === unit : table.text[at] === code);
    const found = [];
    for (let at = 0; at < index.sizes[record.type] && found.length < 30; at += 1) if (table.document[at] !== row && same(at)) found.push(at);
    if (!found.length) return null;
    return h("section", {}, h("h3", {}, t("neighbours")), h("ul", { class: "record-list" }, found.map((at) => h("li", {}, h("button", { type: "button", on: { click: () => this.openDocument(table.document[at], table.record[at]) } },
      h("span", { class: "words" }, index.strings[table.text[at]]), h("small", {}, [index.strings[table.who[at]], index.strings[table.year[at]] || index.title(table.document[at])].filter(Boolean).join(" · ")))))));
  }

  /* The corrections of all documents: those of this visit, and the drafts of earlier ones. */
  async savedEntries() {
    const entries = [];
    for (let row = 0; row < this.index.count; row += 1) {
      if (!this.entries.has(row) && this.index.mayHaveDraft(row)) {
        const { document: whole } = await this.read(row);
        const corrections = new Corrections(new Model(whole, {}), draftName(whole));
        if (corrections.decisions.size || corrections.reviewed.size) this.entries.set(row, corrections.entry());
      }
      const entry = this.entries.get(row);
      if (entry && (entry.decisions.length || entry.reviewed.length)) entries.push(entry);
    }
    return entries;
  }

  async find(typed) {
    const words = typed.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return;
    const rows = [], { texts, together } = this.data;
    announce(t("searching"));
    for (let group = 0; group < texts; group += 1) {
      const plain = await this.texts(group);
      plain.forEach((text, at) => {
        const folded = text.normalize("NFKC").toLowerCase();
        if (!words.every((one) => folded.includes(one))) return;
        const same = folded.length === text.length, first = same ? folded.indexOf(words[0]) : Math.max(0, text.indexOf(words[0]));
        const hits = words.reduce((sum, one) => sum + folded.split(one).length - 1, 0);
        rows.push({ row: group * together + at, hits, at: Array.from(text.slice(0, first)).length, long: Array.from(words[0]).length, around: text.slice(Math.max(0, first - 24), first + 60).replace(/\s+/g, " ") });
      });
    }
    this.found = { typed, rows };
    this.made.delete("found");
    this.open("found");
    announce(t("found", rows.length));
  }

  foundTable() {
    const { index } = this;
    const table = new DataTable({
      caption: t("found.for", this.found.typed), rows: this.found.rows, open: (hit) => this.openHit(hit),
      columns: [{ key: "title", label: t("field.title"), wide: 4, value: (hit) => index.title(hit.row) }, { key: "who", label: t("field.who"), wide: 3, value: (hit) => index.strings[index.documents.who[hit.row]] },
        { key: "year", label: t("field.year"), wide: 1, value: (hit) => index.strings[index.documents.year[hit.row]] },
        { key: "hits", label: t("field.hits"), wide: 1, kind: "number", value: (hit) => hit.hits, sort: (hit) => hit.hits },
        { key: "around", label: t("field.around"), wide: 6, value: (hit) => hit.around }],
    });
    const words = this.found.typed.trim();
    const counts = TYPES.map((type) => h("button", { type: "button", on: { click: () => this.filterBy(type, words) } }, `${word("type", type)} ${number(index.having(type, words))}`));
    return [table.element, h("div", { class: "buttons" }, h("span", {}, t("records.with")), counts)];
  }

  async openHit(hit) {
    await this.openDocument(hit.row);
    this.view.jump({ start: hit.at, end: hit.at + hit.long });
  }

  /* Open what a comparison names: a document and a line of it, `id:12`. */
  async openPlace(said) {
    const [, key, line] = /^(.*?)(?::(\d+))?(?:[、,;；].*)?$/.exec(String(said ?? "")) || [];
    const row = this.index.row(key ?? null);
    if (row < 0) { announce(t("none")); return; }
    await this.openDocument(row);
    if (!line) return;
    const { model } = this.view;
    model.line(0);
    const start = Number(line) > 1 ? model.lines[Number(line) - 2] + 1 : 0, end = model.lines[Number(line) - 1] ?? model.length;
    if (start < end) this.view.jump({ start, end });
  }

  /* Open the table of a type, its first column filtered. */
  filterBy(type, words) {
    this.open(type);
    const { table } = this.made.get(type), box = table.element.querySelector(".filters input");
    box.value = words;
    table.filter(0, words);
  }

  async follow(values) {
    await this.ready;
    if (!this.index) return;
    if (this.following) { this.following = false; return; }
    const row = this.index.row(values.get("d"));
    if (row < 0) { if (this.view) this.hide(); return; }
    if (this.view && this.view.key === values.get("d")) { if (values.has("c")) this.view.follow(values); return; }
    await this.show(row, values);
  }
}

const WIDTHS = { action: 1, object: 3, status: 1, category: 1, kind: 1, stage: 1, members: 3, value: 2, unit: 1, bound: 1, counted: 3, per: 1, change: 1 };

/* Inflate a blob of the page; what it gives is read as JSON or as bytes. */
async function inflated(number_) {
  const packed = atob(document.getElementById(`blob-${number_}`).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}

/* A Document as it was before it was made compact: the words of its Refs are those of its text. */
function whole(one, text, defaults) {
  const units = unitsOf(text);
  const words = (start, end) => (units ? text.slice(units[start], units[end]) : text.slice(start, end));
  const refOf = (flat) => {
    const fragments = [];
    for (let at = 0; at < flat.length; at += 2) fragments.push([flat[at], flat[at + 1]]);
    return { text: fragments.map(([start, end]) => words(start, end)).join("").replace(LINE_BREAKS, ""), fragments };
  };
  const open = (value) => {
    if (Array.isArray(value)) return value.map(open);
    if (value === null || typeof value !== "object") return value;
    if (value.$) return refOf(value.$);
    if (value.$scores) return Object.fromEntries(CATEGORIES.map((name, at) => [name, value.$scores[at]]));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, open(inner)]));
  };
  const node = (plain) => ({ ...defaults.node, ...plain, children: (plain.children || []).map(node) });
  const read = open(one.document);
  return { evidence: open(one.evidence), document: {
    ...defaults.document, ...read, text,
    speeches: (read.speeches || []).map((speech) => ({ ...defaults.speech, ...speech, nodes: (speech.nodes || []).map(node) })),
    records: (read.records || []).map((record) => ({ ...defaults[record.type], ...record })),
    diagnostics: (read.diagnostics || []).map((note) => ({ ...defaults.diagnostic, ...note })),
  } };
}

const asJson = (response) => response.json();

class ArchiveIndex {
  constructor(header, buffer) {
    this.strings = header.strings;
    this.compared = header.compared;
    const { documents, ...tables } = header.layout;
    const read = (layout) => Object.fromEntries(Object.entries(layout).map(([name, [width, place, count]]) => [name, new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width](buffer, place, count)]));
    this.documents = read(documents);
    this.count = this.documents.key ? this.documents.key.length : 0;
    this.tables = Object.fromEntries(Object.entries(tables).map(([type, layout]) => [type, read(layout)]));
    this.sizes = Object.fromEntries(TYPES.map((type) => [type, this.tables[type] && this.tables[type].text ? this.tables[type].text.length : 0]));
    this.titles = Array.from(this.documents.title || [], (code) => this.strings[code]);
    this.codes = null;
  }

  key(row) { return this.strings[this.documents.key[row]]; }

  title(row) { return this.titles[row]; }

  row(key) {
    return key === null ? -1 : Array.from({ length: this.count }, (_, at) => this.key(at)).indexOf(key);
  }

  code(text) {
    if (!this.codes) this.codes = new Map(this.strings.map((one, at) => [one, at]));
    return this.codes.get(text);
  }

  fields(type) {
    const common = new Set(["document", "record", "text", "who", "year", "node", "confidence", "low", "high"]);
    return Object.keys(this.tables[type]).filter((key) => !common.has(key));
  }

  /* A column of a table; of a number that is a range, low and high stand in it, and it sorts by size. */
  column(table, key, { label, wide, said, number: isNumber }) {
    const { strings } = this, codes = table[key] || new Uint8Array(0);
    const made = { key, label, wide, codes, strings, value: said ? (row) => said(strings[codes[row]]) : (row) => strings[codes[row]] };
    if (key === "category") made.draw = (row, text) => (codes[row] ? h("span", { class: `category c-${strings[codes[row]]}` }, text) : "");
    if (isNumber) {
      made.kind = "number";
      made.value = (row) => (codes[row] ? strings[codes[row]] : table.low[row] || table.high[row] ? `${strings[table.low[row]] || "?"}～${strings[table.high[row]] || "?"}` : "");
      made.sort = (row) => { const code = codes[row] || table.low[row] || table.high[row]; return code ? Number(strings[code]) : NaN; };
      delete made.codes;
    }
    return made;
  }

  /* How many records of a type have words in their text. */
  having(type, words) {
    const table = this.tables[type], test = filterOf(words, { codes: table.text || [], strings: this.strings, value: (row) => this.strings[table.text[row]] });
    let count = 0;
    for (let at = 0; at < this.sizes[type]; at += 1) if (test(at)) count += 1;
    return count;
  }

  /* Whether the browser keeps a draft of corrections of a document: looked up by the beginning of its name. */
  mayHaveDraft(row) {
    if (!this.drafts) {
      this.drafts = [];
      try { this.drafts = Object.keys(window.localStorage).filter((key) => key.startsWith("zhengxie.corrections.")); } catch (refused) { /* None. */ }
    }
    const name = `zhengxie.corrections.${this.key(row).split("~")[0]}.`;
    return this.drafts.some((key) => key.startsWith(name));
  }
}
