/* One document: the outline, the text, the tables, the panel of what was chosen. */

class DocumentView {
  /* options: key (of the document in an archive), back (element), neighbours(record) → element, evidence, images */
  constructor(json, options) {
    this.options = options;
    this.key = options.key || "";
    this.neighbours = options.neighbours || null;
    this.model = new Model(json, options);
    this.corrections = new Corrections(this.model, draftName(json));
    this.selected = -1;
    this.tables = new Map();
    this.tab = "text";
    this.lastChosen = null;
    this.build();
  }

  build() {
    const { model } = this;
    this.detailBox = h("aside", { class: "detail", "aria-label": t("detail"), tabindex: "-1" });
    this.text = new TextView(model, {
      state: (record) => this.stateOf(record), move: (move, side) => this.showMove(move, side),
      place: (at, records) => this.showPlace(at, records), chosen: (fragments) => this.showChosen(fragments), keys: this.keys(),
    });
    this.panels = h("div", { class: "panels" });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("views"), on: { keydown: (event) => this.tabKey(event) } });
    this.element = h("div", { class: "document" }, outline(model, (span) => this.jump(span)),
      h("main", { class: "middle", id: "main" }, this.tabs, this.panels), this.detailBox);
    this.drawTabs();
    this.open("text");
    this.showOverview();
  }

  stateOf(record) {
    if (record.added) return "add";
    const decision = this.corrections.about(this.model.byId.get(record.id));
    return decision ? decision.op : "";
  }

  tabList() {
    const { json, records } = this.model;
    const of = (type) => records.filter((record) => record.type === type).length;
    return [["text", null], ...TYPES.map((type) => [type, of(type)]), ["notes", json.diagnostics.length + json.unexplained_numerals.length], ["corrections", this.corrections.decisions.size]];
  }

  drawTabs() {
    put(clear(this.tabs), this.tabList().map(([name, count]) => h("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "aria-selected": name === this.tab ? "true" : "false",
      tabindex: name === this.tab ? "0" : "-1", data: { tab: name, count: count ?? "" }, on: { click: () => this.open(name) },
    }, tabName(name), count === null ? null : h("span", { class: "count" }, number(count)))));
  }

  tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = this.tabList().map(([name]) => name);
    this.open(names[(names.indexOf(this.tab) + step + names.length) % names.length]);
    this.tabs.querySelector('[aria-selected="true"]').focus();
  }

  open(name) {
    this.tab = name;
    for (const tab of this.tabs.children) {
      tab.setAttribute("aria-selected", tab.dataset.tab === name ? "true" : "false");
      tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
    }
    if (name === "corrections") this.tables.delete(name);
    if (!this.tables.has(name)) {
      const old = document.getElementById(`panel-${name}`);
      if (old) old.remove();
      const made = h("section", { role: "tabpanel", id: `panel-${name}`, class: `panel panel-${name}`, "aria-labelledby": `tab-${name}` });
      this.tables.set(name, made);
      this.panels.append(made);
      put(made, [this.panel(name, made)]);
    }
    for (const panel of this.panels.children) panel.hidden = panel.id !== `panel-${name}`;
    const table = this.tables.get(name).table;
    if (table) table.draw();
  }

  panel(name, host) {
    if (name === "text") return [this.legend(), this.text.host, h("p", { id: "keys-hint", class: "hint" }, t("keys.hint"))];
    if (name === "notes") return this.notesPanel();
    if (name === "corrections") return correctionsPanel(this);
    const rows = this.model.records.filter((record) => record.type === name);
    host.table = new DataTable({ caption: tabName(name), columns: recordColumns(name, this.model), rows, open: (record) => this.openRecord(record) });
    return host.table.element;
  }

  openRecord(record) {
    this.open("text");
    this.select(this.model.byId.get(record.id), true);
  }

  legend() {
    const { model } = this;
    const chips = TYPES.map((type) => {
      const count = model.records.filter((record) => record.type === type).length;
      const box = h("input", { type: "checkbox", checked: model.shown.has(type), data: { type }, on: { change: (event) => {
        if (event.target.checked) model.shown.add(type); else model.shown.delete(type);
        this.text.redraw();
      } } });
      return h("label", { class: "chip" }, box, h("span", { class: `s ${type} from-${type} to-${type}` }, word("type", type)), h("span", { class: "count" }, number(count)));
    });
    const least = h("input", { type: "range", min: "0", max: "1", step: "0.05", value: String(model.least), "aria-label": t("least"), on: { input: later((event) => {
      model.least = Number(event.target.value);
      said.textContent = `≥ ${percent(model.least)}`;
      this.text.redraw();
    }, 60) } });
    const said = h("output", {}, `≥ ${percent(model.least)}`);
    const orders = ["source", "reading"].map((order) => h("label", { class: "chip" },
      h("input", { type: "radio", name: "order", value: order, checked: this.text.order === order, on: { change: () => { this.text.show(order); this.refind(); } } }), t(`order.${order}`)));
    return h("div", { class: "legend" },
      h("fieldset", {}, h("legend", { class: "unseen" }, t("legend.types")), chips,
        model.json.unexplained_numerals.length ? h("span", { class: "chip" }, h("span", { class: "s unexplained" }, t("unexplained")), h("span", { class: "count" }, number(model.json.unexplained_numerals.length))) : null),
      h("label", { class: "chip least" }, t("least.short"), least, said),
      h("fieldset", { class: "orders" }, h("legend", { class: "unseen" }, t("order")), orders),
      h("button", { type: "button", on: { click: () => this.showAdd(this.lastChosen) } }, t("add.record"), h("kbd", {}, "+")));
  }

  notesPanel() {
    const { model } = this;
    const columns = [
      { key: "severity", label: t("field.severity"), wide: 1, value: (note) => word("severity", note.severity) },
      { key: "code", label: t("field.code"), wide: 2, value: (note) => (page.strings[`note.${note.code}`] ? t(`note.${note.code}`) : note.code) },
      { key: "text", label: t("field.text"), wide: 3, value: (note) => refText(note.ref) },
      { key: "message", label: t("field.message"), wide: 6, value: told },
      { key: "line", label: t("field.line"), wide: 1, kind: "number", value: (note) => (note.ref ? model.line(note.ref.fragments[0][0]) : ""), sort: (note) => (note.ref ? note.ref.fragments[0][0] : NaN) },
    ];
    const notes = new DataTable({ caption: t("notes"), columns, rows: model.json.diagnostics, open: (note) => this.jumpNote(note) });
    const numerals = new DataTable({
      caption: t("unexplained"), rows: model.json.unexplained_numerals, open: (ref) => this.jump(spanOf(ref)),
      columns: [{ key: "text", label: t("field.text"), wide: 2, value: (ref) => ref.text },
        { key: "around", label: t("field.around"), wide: 6, value: (ref) => model.slice(Math.max(0, ref.fragments[0][0] - 15), Math.min(model.length, ref.fragments[0][1] + 15)).replace(/\s+/g, " ") },
        { key: "line", label: t("field.line"), wide: 1, kind: "number", value: (ref) => model.line(ref.fragments[0][0]), sort: (ref) => ref.fragments[0][0] }],
    });
    return [model.moves.length ? h("figure", { class: "moves" }, h("figcaption", {}, t("moves.caption", model.moves.length)), moveChart(model, (span) => this.jump(span))) : null, notes.element, numerals.element];
  }

  jumpNote(note) {
    if (!note.ref) return;
    this.jump(spanOf(note.ref));
    this.fill(noteDetail(note));
  }

  jump(span) {
    if (!span) return;
    this.open("text");
    this.text.flash(span.start, span.end);
  }

  /* Choose a record: mark it and its fields in the text, show its panel, and write its link into the address. */
  select(index, move) {
    if (index === undefined || index < 0 || !this.model.records[index]) return;
    this.selected = index;
    const record = this.model.records[index];
    if (move && !this.model.isShown(record)) this.reveal(record);
    if (move && this.tab !== "text") this.open("text");
    this.text.select(index, fieldMarks(record), move);
    this.showRecord(index);
    setAddress(permanentLink(this, record));
  }

  reveal(record) {
    this.model.shown.add(record.type);
    this.model.least = Math.min(this.model.least, record.confidence ?? 0);
    const panel = document.getElementById("panel-text");
    if (panel) panel.firstChild.replaceWith(this.legend());
    this.text.redraw();
  }

  /* Fill the panel; in a narrow window it then stays at the foot, with a button that puts it away. */
  fill(...children) {
    this.detailBox.classList.add("chosen");
    put(clear(this.detailBox), [h("button", { type: "button", class: "small put-away", "aria-label": t("close"), on: { click: () => this.closeDetail() } }, "×"), children]);
  }

  showRecord(index) {
    this.fill(detail(this, index));
  }

  showPlace(at, indexes) {
    const shown = indexes.filter((index) => this.model.isShown(this.model.records[index])).sort((a, b) => size(this.model.records[a].ref) - size(this.model.records[b].ref));
    if (shown.length) this.select(shown[0], false);
    else this.fill(placeDetail(this, at, []));
  }

  showChosen(fragments) {
    this.lastChosen = fragments;
    if (fragments) this.showAdd(fragments);
  }

  showAdd(fragments) {
    this.fill(addForm(this, fragments),
      fragments && this.selected >= 0 ? h("div", { class: "buttons" }, h("button", { type: "button", class: "respan", on: { click: () => this.respan(fragments) } }, t("respan", this.model.records[this.selected].ref.text))) : null);
    const first = this.detailBox.querySelector(fragments ? "select" : "input");
    if (first) first.focus();
  }

  respan(fragments) {
    this.decide("change", { to: { text: textOf(this.model, fragments), fragments } });
  }

  showMove(move, side) {
    this.text.flash(...(side === "from" ? [Math.max(0, (move.after ?? 1) - 8), move.after ?? 1] : [move.start, move.end]));
    this.fill(noteDetail(move.note));
  }

  closeDetail() {
    this.showOverview();
    this.text.host.focus({ preventScroll: true });
  }

  showOverview() {
    const { json, length } = this.model;
    const rows = [["field.title", json.title ? json.title.text : ""], ["field.path", json.source.path || json.source.id], ["field.encoding", json.source.encoding],
      ["field.media_type", json.source.media_type], ["field.sha256", json.source.sha256], ["characters", number(length)], ["speeches", json.speeches.length], ["nodes", this.model.order.length]];
    this.detailBox.classList.remove("chosen");
    put(clear(this.detailBox), [h("h2", {}, t("about.document")),
      h("dl", { class: "fields" }, rows.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, String(value))])),
      h("p", { class: "hint" }, t("about.hint"))]);
  }

  step(by) {
    const { model } = this;
    for (let at = this.selected + by; at >= 0 && at < model.records.length; at += by) {
      if (model.isShown(model.records[at])) { this.select(at, true); return; }
    }
    announce(t("no.more"));
  }

  focusPlace() {
    const record = this.model.records[this.selected];
    return record ? record.ref.fragments[0][0] : 0;
  }

  keys() {
    return {
      j: () => this.step(1), ArrowRight: () => this.step(1), k: () => this.step(-1), ArrowLeft: () => this.step(-1),
      a: () => this.decide("accept", null, true), x: () => this.decide("reject", null, true), e: () => this.edit(), u: () => this.undo(),
      s: () => { const chosen = this.text.chosen(); if (chosen && this.selected >= 0) this.respan(chosen); else announce(t("select.first")); },
      "+": () => this.showAdd(this.text.chosen()), Enter: () => { const first = this.detailBox.querySelector("button:not(.put-away), input"); if (first) first.focus(); },
      Escape: () => this.closeDetail(),
      ...Object.fromEntries(TYPES.map((type, at) => [String(at + 1), () => {
        const chosen = this.text.chosen();
        if (!chosen) { announce(t("select.first")); return; }
        const index = this.corrections.add(type, chosen, null);
        this.redrawAll();
        this.select(index, true);
        this.edit();
      }])),
    };
  }

  decide(op, more, onwards) {
    if (this.selected < 0) { announce(t("choose.first")); return; }
    const id = this.model.records[this.selected].id;
    this.corrections.decide(this.selected, op, more);
    this.redrawAll();
    const at = this.model.byId.get(id);
    announce(t(`decided.${op}`));
    if (at === undefined) { this.selected = -1; this.closeDetail(); return; }
    this.select(at, op === "change");
    if (onwards) this.step(1);
  }

  undo() {
    if (!this.corrections.undo()) { announce(t("nothing.to.undo")); return; }
    this.redrawAll();
    announce(t("undone"));
    if (this.model.records[this.selected]) this.select(this.selected, false);
  }

  edit() {
    if (this.selected < 0) { announce(t("choose.first")); return; }
    this.fill(editForm(this, this.selected));
    const first = this.detailBox.querySelector(".field select, .field input");
    if (first) first.focus();
  }

  /* After a correction: marks, counts and tables anew; the place on the screen stays. */
  redrawAll() {
    const top = this.text.host.scrollTop;
    this.text.extra = [];
    this.text.show(this.text.order);
    this.text.host.scrollTop = top;
    for (const [name, panel] of this.tables) if (name !== "text") { panel.remove(); this.tables.delete(name); }
    this.drawTabs();
    const panel = this.tables.get("text");
    if (panel) panel.firstChild.replaceWith(this.legend());
    this.open(this.tab);
    if (this.options.corrected) this.options.corrected(this.corrections);
  }

  refind() {
    if (this.selected >= 0) this.text.select(this.selected, fieldMarks(this.model.records[this.selected]), true);
  }

  /* Follow a permanent link: the record of these characters, else the place itself. */
  follow(values) {
    const said = values.get("c");
    if (!said) return;
    const fragments = said.split("_").map((pair) => pair.split("-").map(Number));
    if (!fragments.every(([start, end]) => Number.isInteger(start) && Number.isInteger(end) && start < end && end <= this.model.length)) return;
    const key = keyOf(values.get("t"), fragments);
    const index = this.model.records.findIndex((record) => keyOf(record.type, record.ref.fragments) === key);
    if (index >= 0) this.select(index, true); else this.jump({ start: fragments[0][0], end: fragments[0][1] });
  }
}

function tabName(name) {
  return page.strings[`tab.${name}`] ? t(`tab.${name}`) : word("type", name);
}

/* Where the fields of a record stand, to be drawn while it is chosen. */
function fieldMarks(record) {
  const marks = [];
  for (const [name, value] of Object.entries(record)) {
    if (name === "ref" || !value) continue;
    for (const ref of Array.isArray(value) ? value : [value]) {
      if (ref && ref.fragments) for (const [start, end] of ref.fragments) marks.push({ start, end, kind: "of-field", index: -1 });
    }
  }
  return marks;
}

function draftName(json) {
  return `${json.source.id}.${(json.source.sha256 || checksum(json.text)).slice(0, 16)}`;
}

/* A short checksum (FNV-1a) that tells texts without a sha256 apart. */
function checksum(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}

function correctionsPanel(view) {
  const { corrections, model } = view;
  const counts = corrections.counts(), looked = [...corrections.decisions.values()].filter((one) => one.op !== "add").length;
  const columns = [
    { key: "op", label: t("field.decision"), wide: 1, value: (one) => t(`decided.${one.op}`) },
    { key: "type", label: t("field.type"), wide: 1, value: (one) => word("type", one.type) },
    { key: "text", label: t("field.text"), wide: 4, value: (one) => one.text },
    { key: "to", label: t("field.changed"), wide: 5, value: (one) => [one.to ? `→ ${one.to.text}` : "", ...Object.entries(one.fields || {}).map(([name, value]) => `${fieldName(name)}：${said(name, value)}`)].filter(Boolean).join("；") },
  ];
  const said = (name, value) => (Array.isArray(value) ? value.map((one) => said(name, one)).join("、") : value && value.text ? value.text : word(name, value) || t("nothing"));
  const table = new DataTable({ caption: t("corrections"), columns, rows: [...corrections.decisions.values()], open: (one) => view.follow(new URLSearchParams({ c: (one.to || one).fragments.map((pair) => pair.join("-")).join("_"), t: one.type })) });
  const boxes = TYPES.map((type) => h("label", { class: "chip" }, h("input", { type: "checkbox", checked: corrections.reviewed.has(type), data: { reviewed: type }, on: { change: (event) => {
    if (event.target.checked) corrections.reviewed.add(type); else corrections.reviewed.delete(type);
    corrections.draft();
    if (view.options.corrected) view.options.corrected(corrections);
  } } }), word("type", type)));
  const entries = async () => (view.options.entries ? view.options.entries() : [corrections.entry()]);
  const read = h("input", { type: "file", accept: ".json", id: "read-corrections", class: "unseen", on: { change: (event) => readCorrections(view, event.target.files[0]) } });
  return [h("p", { class: "looked" }, t("looked", looked, corrections.found.length, counts.accept, counts.reject, counts.change, counts.add)),
    h("fieldset", { class: "reviewed" }, h("legend", {}, t("reviewed")), boxes),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "primary save-corrections", on: { click: async () => saveCorrections(await entries(), `${model.json.source.id.split(/[\\/]/).pop()}.corrections.json`) } }, t("save.corrections")),
      read, h("label", { for: "read-corrections", class: "button", tabindex: "0", role: "button", on: { keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); read.click(); } } } }, t("read.corrections")),
      h("button", { type: "button", on: { click: () => view.undo() } }, t("undo"))),
    h("p", { class: "hint" }, t("corrections.hint")), table.element];
}

async function readCorrections(view, file) {
  if (!file) return;
  try {
    const read = JSON.parse(await file.text());
    if (read.format !== "zhengxie-corrections") throw new Error(read.format);
    const { source } = view.model.json;
    const entry = read.documents.find((one) => (source.sha256 && one.source.sha256 === source.sha256) || one.source.id === source.id);
    if (!entry) { announce(t("read.other")); return; }
    view.corrections.remember();
    view.corrections.load(JSON.stringify(entry));
    view.corrections.draft();
    view.redrawAll();
    announce(t("read.done", entry.decisions.length));
  } catch (broken) { announce(t("read.broken")); }
}
