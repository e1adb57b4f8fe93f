/* What a person decides about the records of one document: accept, reject, change, add. A decision names its
   record by type and characters, never by number, so that it still fits what a newer version finds. */

const CONTEXT = 12;

const keyOf = (type, fragments) => `${type}:${fragments.map((pair) => pair.join("-")).join("_")}`;

class Corrections {
  constructor(model, name) {
    this.model = model;
    this.name = `corrections.${name}`;
    this.found = model.records.slice();
    this.history = [];
    this.decisions = new Map();
    this.reviewed = new Set();
    this.load(store.get(this.name));
  }

  load(text) {
    if (!text) return;
    try {
      const read = JSON.parse(text);
      this.decisions = new Map(read.decisions.map((one) => [keyOf(one.type, one.fragments), one]));
      this.reviewed = new Set(read.reviewed || []);
    } catch (broken) { this.decisions = new Map(); }
    this.rebuild();
  }

  draft() {
    const kept = this.decisions.size || this.reviewed.size;
    const text = kept ? JSON.stringify({ decisions: [...this.decisions.values()], reviewed: [...this.reviewed] }) : null;
    if (!store.set(this.name, text) && kept) announce(t("draft.refused"));
  }

  /* The records as the decisions have them: changed ones changed, added ones at the end. */
  rebuild() {
    const { model } = this;
    model.records = this.found.map((record) => {
      const decision = this.decisions.get(keyOf(record.type, record.ref.fragments));
      if (!decision || decision.op !== "change") return record;
      return { ...record, ...(decision.fields || {}), ref: decision.to || record.ref };
    });
    let count = 0;
    for (const decision of this.decisions.values()) {
      if (decision.op !== "add") continue;
      count += 1;
      const owner = model.follow.find((piece) => piece.kind === "body" && piece.start <= decision.fragments[0][0] && decision.fragments[0][0] < piece.end);
      const entry = owner && model.nodes.get(owner.owner);
      model.records.push({
        type: decision.type, id: `+${count}`, ref: { text: decision.text, fragments: decision.fragments },
        speech: entry ? entry.speech.id : null, node: entry ? owner.owner : null, confidence: null, rule: null, ...blank(decision.type), ...(decision.fields || {}), added: true,
      });
    }
    model.byId = new Map(model.records.map((record, at) => [record.id, at]));
    model.marks = baseMarks(model);
  }

  /* The decision about a record of the page, by its place in the list. */
  about(index) {
    const record = index < this.found.length ? this.found[index] : this.model.records[index];
    return record ? this.decisions.get(keyOf(record.type, record.ref.fragments)) || null : null;
  }

  decide(index, op, more) {
    const record = index < this.found.length ? this.found[index] : this.model.records[index];
    const key = keyOf(record.type, record.ref.fragments), before = this.decisions.get(key);
    this.remember();
    if (record.added && op === "reject") this.decisions.delete(key);
    else if (record.added) {
      this.decisions.delete(key);
      const changed = { ...before, ...decided(more) };
      if (more && more.to) Object.assign(changed, { fragments: more.to.fragments, text: more.to.text }, this.context(more.to.fragments));
      delete changed.to;
      this.decisions.set(keyOf(changed.type, changed.fragments), changed);
    } else {
      const kept = op === "change" && before && before.op === "change" ? before : {};
      const fields = { ...(kept.fields || {}), ...((more && more.fields) || {}) };
      const made = { op, type: record.type, fragments: record.ref.fragments, text: record.ref.text, ...this.context(record.ref.fragments) };
      if (op === "change") {
        const to = (more && more.to) || kept.to;
        if (to) made.to = to;
        if (Object.keys(fields).length) made.fields = fields;
      }
      this.decisions.set(key, made);
    }
    this.rebuild();
    this.draft();
  }

  add(type, fragments, fields) {
    this.remember();
    const text = textOf(this.model, fragments);
    this.decisions.set(keyOf(type, fragments), { op: "add", type, fragments, text, ...this.context(fragments), ...(fields ? { fields } : {}) });
    this.rebuild();
    this.draft();
    return this.model.records.findIndex((record) => record.type === type && keyOf(type, record.ref.fragments) === keyOf(type, fragments));
  }

  undo() {
    const before = this.history.pop();
    if (!before) return false;
    this.decisions = new Map(before.map((one) => [keyOf(one.type, one.fragments), one]));
    this.rebuild();
    this.draft();
    return true;
  }

  remember() {
    this.history.push([...this.decisions.values()]);
    if (this.history.length > 200) this.history.shift();
  }

  context(fragments) {
    const { model } = this, start = fragments[0][0], end = fragments[fragments.length - 1][1];
    return { before: model.slice(Math.max(0, start - CONTEXT), start), after: model.slice(end, Math.min(model.length, end + CONTEXT)) };
  }

  counts() {
    const counts = { accept: 0, reject: 0, change: 0, add: 0 };
    for (const one of this.decisions.values()) counts[one.op] += 1;
    return counts;
  }

  /* What is saved of this document: each decision with the fields that were held right. Of a type that was gone
     through, what was not looked at singly counts as accepted, and is said so: the file needs no other run. */
  entry() {
    const { source } = this.model.json, { model } = this;
    const decisions = [];
    model.records.forEach((record, index) => {
      const decision = this.about(index);
      if (decision && decision.op === "reject") decisions.push(decision);
      else if (decision) decisions.push({ ...decision, ...this.held(record) });
      else if (this.reviewed.has(record.type)) {
        decisions.push({ op: "accept", type: record.type, fragments: record.ref.fragments, text: record.ref.text, ...this.context(record.ref.fragments), implicit: true, ...this.held(record) });
      }
    });
    return {
      source: { id: source.id, path: source.path ?? null, sha256: source.sha256 ?? null }, characters: model.length,
      reviewed: TYPES.filter((type) => this.reviewed.has(type)), decisions,
    };
  }

  held(record) {
    const fields = {};
    for (const { name } of page.fields[record.type]) if (record[name] !== null && record[name] !== undefined) fields[name] = record[name];
    const times = record.type === "initiative" ? (record.time || []).filter((id) => this.model.byId.has(id)).map((id) => this.model.records[this.model.byId.get(id)].ref) : [];
    return { fields, ...(times.length ? { time: times } : {}) };
  }
}

function decided(more) {
  return more && more.fields ? { fields: more.fields } : {};
}

function textOf(model, fragments) {
  return fragments.map(([start, end]) => model.slice(start, end)).join("").replace(LINE_BREAKS, "");
}

/* The fields of a new record, empty, in the order in which the contract has them. */
function blank(type) {
  const made = {};
  for (const field of page.fields[type]) made[field.name] = field.many ? [] : field.default ?? (field.required && field.kind === "choice" ? field.values[0] : null);
  return made;
}

function correctionsFile(entries) {
  return `${JSON.stringify({ format: "zhengxie-corrections", version: 1, made_with: page.version, documents: entries }, null, 1)}\n`;
}

/* Save into a file of the reader's choice where the browser can (and into the same one again), else download. */
async function saveCorrections(entries, name) {
  const text = correctionsFile(entries);
  if (window.showSaveFilePicker && !saveCorrections.refused) {
    try {
      saveCorrections.handle = saveCorrections.handle || await window.showSaveFilePicker({
        suggestedName: name, types: [{ accept: { "application/json": [".json"] } }],
      });
      const file = await saveCorrections.handle.createWritable();
      await file.write(text);
      await file.close();
      announce(t("saved", name));
      return;
    } catch (refused) {
      if (refused.name === "AbortError") return;
      saveCorrections.refused = true;
    }
  }
  download(name, text, "application/json");
  announce(t("saved", name));
}

/* The buttons over a record: what a person says about it. */
function correctionBar(view, index) {
  const decision = view.corrections.about(index), record = view.model.records[index];
  const button = (op, key, run) => h("button", {
    type: "button", class: `decide decide-${op}`, "aria-pressed": decision && decision.op === op ? "true" : "false", title: t("key.of", key), on: { click: run },
  }, t(`decide.${op}`), h("kbd", {}, key));
  const state = decision ? t(`decided.${decision.op}`) : t("decided.none");
  return h("div", { class: "correction", role: "group", "aria-label": t("corrections") },
    record.added ? null : button("accept", "a", () => view.decide("accept")),
    button("reject", "x", () => view.decide("reject")),
    button("change", "e", () => view.edit()),
    h("span", { class: `state state-${decision ? decision.op : "none"}` }, state));
}

/* The form in which a record's characters and fields are changed. */
function editForm(view, index) {
  const { model } = view, record = model.records[index];
  let fragments = record.ref.fragments.map((pair) => [...pair]);
  const changed = {};
  const quote = h("blockquote", { lang: "zh", class: "editing" }, record.ref.text);
  const shift = (edge, by) => {
    const pair = edge === "start" ? fragments[0] : fragments[fragments.length - 1];
    const at = edge === "start" ? 0 : 1, value = pair[at] + by;
    if (value < 0 || value > model.length || (edge === "start" ? value >= pair[1] : value <= pair[0])) return;
    pair[at] = value;
    quote.textContent = textOf(model, fragments);
  };
  const nudge = (edge, by, key) => h("button", { type: "button", class: "small", title: t("key.of", key), "aria-label": t(`nudge.${edge}.${by}`), on: { click: () => shift(edge, by) } }, by < 0 ? "◂" : "▸");
  const use = () => {
    const chosen = view.lastChosen;
    if (!chosen) { announce(t("select.first")); return; }
    fragments = chosen.map((pair) => [...pair]);
    quote.textContent = textOf(model, fragments);
  };
  const inputs = page.fields[record.type].map((field) => fieldInput(view, record, field, (value) => { changed[field.name] = value; }));
  const form = h("form", { class: "edit", on: { submit: (event) => {
    event.preventDefault();
    const moved = keyOf(record.type, fragments) !== keyOf(record.type, record.ref.fragments);
    view.decide("change", { fields: changed, ...(moved ? { to: { text: textOf(model, fragments), fragments } } : {}) });
  }, keydown: (event) => {
    if (event.key === "Escape") { event.stopPropagation(); view.showRecord(index); }
    const step = event.altKey && { "[": ["start", -1], "]": ["start", 1], ",": ["end", -1], ".": ["end", 1] }[event.key];
    if (step) { event.preventDefault(); shift(...step); }
  } } },
  h("div", { class: "record-head" }, h("span", { class: `kind k-${record.type}` }, word("type", record.type)), h("span", {}, t("editing"))),
  quote,
  h("div", { class: "nudges" }, h("span", {}, t("edge.start")), nudge("start", -1, "Alt+["), nudge("start", 1, "Alt+]"),
    h("span", {}, t("edge.end")), nudge("end", -1, "Alt+,"), nudge("end", 1, "Alt+."),
    h("button", { type: "button", on: { click: use } }, t("use.selection"))),
  inputs,
  h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, t("save.change")), h("button", { type: "button", on: { click: () => view.showRecord(index) } }, t("cancel"))));
  return form;
}

/* What a field chooses from; a Document may have categories of its own. */
function choicesOf(model, field) {
  return field.name === "category" && model.json.categories ? model.json.categories : field.values;
}

function fieldInput(view, record, field, changed) {
  const value = record[field.name], label = fieldName(field.name);
  if (field.kind === "choice") {
    const options = [field.optional ? h("option", { value: "" }, t("nothing")) : null, choicesOf(view.model, field).map((one) => h("option", { value: one, selected: one === value }, word(field.name, one)))];
    return h("label", { class: "field" }, h("span", {}, label), h("select", { on: { change: (event) => changed(event.target.value || null) } }, options));
  }
  const said = field.kind === "refs" ? (value || []).map(refText).join("、") : field.kind === "ref" ? refText(value) : Array.isArray(value) ? value.join("、") : value ?? "";
  const input = h("input", { type: "text", value: said, placeholder: field.kind.startsWith("ref") ? t("words.of.text") : "", pattern: field.pattern || null, required: field.required });
  input.addEventListener("change", () => {
    const typed = input.value.trim();
    const read = readField(view.model, record, field, typed);
    input.setCustomValidity(read === undefined ? t("not.in.text") : "");
    if (read === undefined) input.reportValidity(); else changed(read);
  });
  return h("label", { class: "field" }, h("span", {}, label), input);
}

/* What was typed as the value of a field; undefined where words are wanted that do not stand in the text. */
function readField(model, record, field, typed) {
  if (!typed) return field.many ? [] : null;
  if (field.kind === "numbers") {
    const numbers = typed.split(/[、,，\s]+/).map(Number);
    return numbers.every(Number.isInteger) ? numbers : undefined;
  }
  if (field.kind === "ref") return nearest(model, typed, record.ref.fragments[0][0]) || undefined;
  if (field.kind === "refs") {
    const refs = typed.split(/[、,，]+/).filter(Boolean).map((one) => nearest(model, one, record.ref.fragments[0][0]));
    return refs.every(Boolean) ? refs : undefined;
  }
  return typed;
}

/* Where words stand in the text, the place nearest to a character; as a Ref, or null. */
function nearest(model, words, at) {
  const places = occurrences(model, words, 4000);
  if (!places.length) return null;
  const best = places.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a));
  return { text: words, fragments: [[best, best + Array.from(words).length]] };
}

function occurrences(model, words, most) {
  const places = [];
  for (let unit = model.text.indexOf(words); unit >= 0 && places.length < most; unit = model.text.indexOf(words, unit + 1)) {
    places.push(model.units ? bisect(model.units, unit) - 1 : unit);
  }
  return places;
}

/* The form that adds a record: words selected in the text, or typed here and looked up in it. */
function addForm(view, fragments) {
  const { model } = view;
  const type = h("select", { "aria-label": t("field.type") }, TYPES.map((one) => h("option", { value: one }, word("type", one))));
  const words = h("input", { type: "text", value: fragments ? textOf(model, fragments) : "", "aria-label": t("field.text"), required: true });
  const which = h("output", { class: "hint" });
  let places = [], at = 0, chosen = fragments;
  const show = () => {
    which.textContent = places.length ? t("occurrence", at + 1, places.length) : chosen ? "" : t("not.in.text");
    if (places.length) {
      chosen = [[places[at], places[at] + Array.from(words.value.trim()).length]];
      view.text.flash(...chosen[0]);
    }
  };
  const look = () => {
    const typed = words.value.trim(), from = view.focusPlace();
    places = typed ? occurrences(model, typed, 4000) : [];
    chosen = null;
    at = Math.max(0, places.findIndex((place) => place >= from));
    show();
  };
  words.addEventListener("change", look);
  const next = () => { if (!places.length) look(); if (places.length) { at = (at + 1) % places.length; show(); } };
  return h("form", { class: "edit add", on: { submit: (event) => {
    event.preventDefault();
    if (!chosen) look();
    if (!chosen) return;
    const index = view.corrections.add(type.value, chosen, null);
    view.redrawAll();
    view.select(index, true);
    view.edit();
  }, keydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); view.closeDetail(); } } } },
  h("h2", {}, t("add.record")), h("label", { class: "field" }, h("span", {}, t("field.text")), words), which,
  h("label", { class: "field" }, h("span", {}, t("field.type")), type),
  h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, t("add")), h("button", { type: "button", on: { click: next } }, t("next.place")),
    h("button", { type: "button", on: { click: () => view.closeDetail() } }, t("cancel"))));
}
