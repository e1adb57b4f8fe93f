/* A table that draws only the rows on the screen: sorted by a head, filtered by the box below it, copied whole. */

const OVERSCAN = 12;

class DataTable {
  /* columns: {key, label, value(row) → text, sort(row) → number or text, kind, wide}; rows: any values. */
  constructor({ columns, rows, caption, open, actions }) {
    Object.assign(this, { columns, rows, caption, open });
    this.view = rows.map((_, at) => at);
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
    }, h("table", { "aria-rowcount": rows.length + 2 }, h("caption", { class: "unseen", text: caption }), this.head(), this.body));
    this.element = h("div", { class: "data-table" },
      h("div", { class: "table-bar" }, h("strong", { text: caption }), this.count,
        h("span", { class: "push" }), actions || null,
        h("button", { type: "button", class: "copy", on: { click: () => this.copy() } }, t("copy.table"))),
      this.scroller);
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

  text(at, column) {
    return String(column.value(this.rows[at]) ?? "");
  }

  filter(at, value) {
    this.filters[at] = value.trim();
    this.refresh();
  }

  refresh() {
    const tests = this.filters.map((value, at) => value && filterOf(value, this.columns[at])).filter(Boolean);
    this.view = [];
    for (let at = 0; at < this.rows.length; at += 1) if (tests.every((test) => test(this.rows[at]))) this.view.push(at);
    if (this.sorted) this.arrange();
    this.current = -1;
    this.count.textContent = this.view.length === this.rows.length
      ? t("rows", number(this.rows.length)) : t("rows.of", number(this.view.length), number(this.rows.length));
    this.scroller.scrollTop = 0;
    this.draw();
  }

  sort(at) {
    const down = this.sorted && this.sorted.at === at && !this.sorted.down;
    this.sorted = { at, down };
    this.heads.forEach((head, place) => head.setAttribute("aria-sort", place === at ? (down ? "descending" : "ascending") : "none"));
    this.refresh();
  }

  arrange() {
    const column = this.columns[this.sorted.at], sign = this.sorted.down ? -1 : 1;
    const keys = this.view.map((at) => (column.sort ? column.sort(this.rows[at]) : this.text(at, column)));
    const empty = (key) => key === "" || key === null || key === undefined || Number.isNaN(key);
    const order = rankOf(keys);
    const places = this.view.map((_, at) => at);
    // What has no value stands last in either direction.
    places.sort((a, b) => empty(keys[a]) - empty(keys[b]) || sign * (order(a) - order(b)) || this.view[a] - this.view[b]);
    this.view = places.map((at) => this.view[at]);
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
    const at = this.view[place], row = this.rows[at];
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
    this.open(this.rows[this.view[this.current]]);
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
      if (this.current >= 0) announce.quiet = this.view[this.current];
    } else if (event.key === "Enter" && this.current >= 0 && this.open) {
      event.preventDefault();
      this.open(this.rows[this.view[this.current]]);
    }
  }

  copy() {
    copyTable(this.columns.map((column) => column.label), this.view.map((at) => this.columns.map((column) => this.text(at, column))));
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
  return (row) => {
    const text = String(column.value(row) ?? "").toLowerCase();
    return words.every((one) => text.includes(one));
  };
}

/* Return how two keys compare: numbers by size, texts by pinyin. Each text is compared once, not once a row. */
function rankOf(keys) {
  if (keys.every((key) => typeof key === "number")) return (at) => keys[at];
  const texts = [...new Set(keys.map(String))].sort(new Intl.Collator("zh-CN", { numeric: true }).compare);
  const ranks = new Map(texts.map((text, at) => [text, at]));
  const found = keys.map((key) => ranks.get(String(key)));
  return (at) => found[at];
}
