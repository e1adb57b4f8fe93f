/* A table that draws only the rows on the screen: sorted by a head, filtered by the box below it, copied whole. */

const OVERSCAN = 12;

class DataTable {
  /* columns: {key, label, value(row) → text, sort(row) → number or text, kind, wide}; rows: any values.
     A table of hundreds of thousands of rows gives `count` in place of rows, each row being its number, and
     columns with `codes`, the place of each row's text in `strings`: then a text is looked at once, not once a row. */
  constructor({ columns, rows, count, caption, open, actions, where }) {
    Object.assign(this, { columns, rows: rows || null, caption, open, where: where || null });
    this.total = rows ? rows.length : count;
    this.view = new Int32Array(0);
    this.filters = columns.map(() => "");
    this.sorted = null;
    this.current = -1;
    this.top = h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: columns.length }));
    this.bottom = h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: columns.length }));
    this.body = h("tbody", {});
    this.count = h("span", { class: "count", role: "status" });
    this.scroller = h("div", {
      class: "rows", tabindex: "0", role: "region", "aria-label": caption,
      on: { scroll: () => this.draw(), keydown: (event) => this.key(event), click: (event) => this.click(event) },
    }, h("table", { "aria-rowcount": this.total + 2 }, h("caption", { class: "unseen", text: caption }), this.head(), this.body));
    this.element = h("div", { class: "data-table" },
      h("div", { class: "table-bar" }, h("strong", { text: caption }), this.count,
        h("span", { class: "push" }), actions || null,
        h("button", { type: "button", class: "copy", on: { click: () => this.copy() } }, t("copy.table"))),
      this.scroller);
    this.element.table = this;
    this.whole = false;
    window.addEventListener("beforeprint", () => { this.whole = true; this.draw(); });
    window.addEventListener("afterprint", () => { this.whole = false; this.draw(); });
    this.refresh();
  }

  head() {
    const heads = this.columns.map((column, at) => h("th", { scope: "col", "aria-sort": "none", class: column.kind || "" },
      h("button", { type: "button", class: "sort", on: { click: () => this.sort(at) } }, column.label)));
    this.heads = heads;
    const boxes = this.columns.map((column, at) => h("td", {},
      h("input", {
        type: "search", "aria-label": t("filter.by", column.label), placeholder: t("filter"),
        on: { input: later((event) => this.filter(at, event.target.value), 80) },
      })));
    const widths = this.columns.map((column) => h("col", { class: `w-${column.wide || 2}` }));
    return [h("colgroup", {}, widths), h("thead", {}, h("tr", {}, heads), h("tr", { class: "filters" }, boxes))];
  }

  item(at) {
    return this.rows ? this.rows[at] : at;
  }

  text(at, column) {
    return String(column.value(this.item(at)) ?? "");
  }

  filter(at, value) {
    this.filters[at] = value.trim();
    this.refresh();
  }

  refresh() {
    const tests = this.filters.map((value, at) => value && filterOf(value, this.columns[at])).filter(Boolean);
    if (this.where) tests.unshift(this.where);
    const view = new Int32Array(this.total);
    let kept = 0;
    for (let at = 0; at < this.total; at += 1) {
      const item = this.item(at);
      let passes = true;
      for (let test = 0; passes && test < tests.length; test += 1) passes = tests[test](item);
      if (passes) view[kept++] = at;
    }
    this.view = view.subarray(0, kept);
    if (this.sorted) this.arrange();
    this.current = -1;
    this.count.textContent = kept === this.total ? t("rows", number(this.total)) : t("rows.of", number(kept), number(this.total));
    this.scroller.scrollTop = 0;
    this.draw();
  }

  sort(at) {
    const down = this.sorted && this.sorted.at === at && !this.sorted.down;
    this.sorted = { at, down };
    this.heads.forEach((head, place) => head.setAttribute("aria-sort", place === at ? (down ? "descending" : "ascending") : "none"));
    this.refresh();
  }

  /* Sort by whole numbers: the rank of each row's value, and its place, so that equal ones keep their order.
     What has no value stands last in either direction. */
  arrange() {
    const column = this.columns[this.sorted.at], { down } = this.sorted, size = this.view.length;
    const ranks = column.codes && !column.sort ? codeRanks(column, this.view) : valueRanks(this.view, (at) => (column.sort ? column.sort(this.item(at)) : this.text(at, column)));
    let most = 0;
    for (let at = 0; at < size; at += 1) if (ranks[at] > most) most = ranks[at];
    const keys = new Float64Array(size);
    for (let at = 0; at < size; at += 1) {
      const rank = ranks[at] < 0 ? most + 1 : down ? most - ranks[at] : ranks[at];
      keys[at] = rank * size + at;
    }
    keys.sort();
    const view = new Int32Array(size);
    for (let at = 0; at < size; at += 1) view[at] = this.view[keys[at] % size];
    this.view = view;
  }

  draw() {
    const total = this.view.length;
    const height = this.height || 30;
    const seen = this.whole ? 5000 : Math.ceil((this.scroller.clientHeight || 600) / height) + 2 * OVERSCAN;
    const first = this.whole ? 0 : Math.max(0, Math.min(Math.floor(this.scroller.scrollTop / height) - OVERSCAN, total - seen));
    const last = Math.min(total, first + seen);
    const drawn = this.drawn || {};
    if (drawn.view === this.view && drawn.first === first && drawn.last === last && drawn.current === this.current) return;
    this.drawn = { view: this.view, first, last, current: this.current };
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(this.row(place));
    this.top.firstChild.style.height = `${first * height}px`;
    this.bottom.firstChild.style.height = `${(total - last) * height}px`;
    put(clear(this.body), [first ? this.top : null, rows, last < total ? this.bottom : null]);
    if (!total) this.body.append(h("tr", {}, h("td", { colspan: this.columns.length, class: "none", text: t("none") })));
    if (!this.height && rows.length && rows[0].offsetHeight) {
      this.height = rows[0].offsetHeight;
      if (total > seen) this.draw();
    }
  }

  row(place) {
    const at = this.view[place], row = this.item(at);
    const cells = this.columns.map((column) => {
      const text = this.text(at, column);
      return h("td", { class: column.kind || "", title: text.length > 12 ? text : null }, column.draw ? column.draw(row, text) : text);
    });
    const made = h("tr", { "aria-rowindex": place + 3, class: place === this.current ? "current" : "", data: { place } }, cells);
    if (this.open) made.classList.add("opens");
    return made;
  }

  click(event) {
    const row = event.target.closest("tbody tr");
    if (!row || row.dataset.place === undefined || !this.open) return;
    this.current = Number(row.dataset.place);
    this.draw();
    this.open(this.item(this.view[this.current]));
  }

  key(event) {
    if (event.target !== this.scroller) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key];
    if (step) {
      event.preventDefault();
      this.current = Math.max(0, Math.min(this.view.length - 1, this.current + step));
      const height = this.height || 30, top = this.current * height, box = this.scroller;
      if (top < box.scrollTop) box.scrollTop = top;
      if (top + 4 * height > box.scrollTop + box.clientHeight) box.scrollTop = top + 4 * height - box.clientHeight;
      this.draw();
    } else if (event.key === "Enter" && this.current >= 0 && this.open) {
      event.preventDefault();
      this.open(this.item(this.view[this.current]));
    }
  }

  copy() {
    copyTable(this.columns.map((column) => column.label), Array.from(this.view, (at) => this.columns.map((column) => this.text(at, column))));
  }
}

/* What a reader typed into a filter: words, all of which must occur; or >10, <10, =10, 10..20 for numbers. */
function filterOf(value, column) {
  const range = /^(>=?|<=?|=)\s*(-?[\d.]+)$/.exec(value), between = /^(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(value);
  if (column.sort && (range || between)) {
    const [low, high] = between ? [Number(between[1]), Number(between[2])] : [Number(range[2]), Number(range[2])];
    return (row) => {
      const key = column.sort(row);
      if (typeof key !== "number" || Number.isNaN(key)) return false;
      if (between) return low <= key && key <= high;
      return { ">": key > low, ">=": key >= low, "<": key < low, "<=": key <= low, "=": key === low }[range[1]];
    };
  }
  const words = value.toLowerCase().split(/\s+/);
  const has = (text) => words.every((one) => text.includes(one));
  if (column.codes) {
    const known = new Uint8Array(column.strings.length);
    return (row) => {
      const code = column.codes[row];
      if (!known[code]) known[code] = has(String(column.value(row) ?? "").toLowerCase()) ? 2 : 1;
      return known[code] === 2;
    };
  }
  return (row) => has(String(column.value(row) ?? "").toLowerCase());
}

const isEmpty = (key) => key === "" || key === null || key === undefined || Number.isNaN(key);

/* The rank of each row's value; −1 of one without. Numbers rank by size, texts by pinyin. */
function valueRanks(view, keyOfRow) {
  const keys = Array.from(view, keyOfRow);
  const order = orderOf([...new Set(keys.filter((key) => !isEmpty(key)))]);
  return keys.map((key) => (isEmpty(key) ? -1 : order.get(key)));
}

/* Texts of an archive stand in order: of many different ones the place of each is its rank. */
function codeRanks(column, view) {
  const { codes, strings } = column, ranks = new Int32Array(view.length), ofCode = new Int32Array(strings.length);
  const used = [];
  for (let at = 0; at < view.length; at += 1) {
    const code = codes[view[at]];
    if (!ofCode[code]) { ofCode[code] = 1; used.push([code, view[at]]); }
  }
  if (used.length > MOST_PINYIN) {
    for (let at = 0; at < view.length; at += 1) ranks[at] = codes[view[at]] - (strings[codes[view[at]]] ? 0 : strings.length);
    return ranks;
  }
  const order = orderOf([...new Set(used.map(([, row]) => String(column.value(row) ?? "")))].filter(Boolean));
  for (const [code, row] of used) { const text = String(column.value(row) ?? ""); ofCode[code] = text ? order.get(text) : -1; }
  for (let at = 0; at < view.length; at += 1) ranks[at] = ofCode[codes[view[at]]];
  return ranks;
}

/* Beyond so many different texts they are sorted by their signs: pinyin would take seconds. */
const MOST_PINYIN = 20000;

function orderOf(values) {
  if (values.every((one) => typeof one === "number")) values.sort((a, b) => a - b);
  else if (values.length > MOST_PINYIN) values.sort();
  else values.sort(new Intl.Collator("zh-CN", { numeric: true }).compare);
  return new Map(values.map((one, at) => [one, at]));
}
