/* The text with its marks. Blocks far from the screen hold plain text until they come near it. */

const MANY_BLOCKS = 80;
const ARROWS = { from: "⤴", to: "⤵" };

class TextView {
  constructor(model, actions) {
    this.model = model;
    this.actions = actions;
    this.selected = -1;
    this.extra = [];
    this.recordsOf = new WeakMap();
    this.startOf = new WeakMap();
    this.host = h("div", {
      class: "text", id: "text", tabindex: "0", lang: "zh", dir: "auto", role: "region",
      "aria-label": t("text.label"), "aria-describedby": "keys-hint",
      on: { click: (event) => this.click(event), keydown: (event) => this.key(event) },
    });
    window.addEventListener("beforeprint", () => this.drawAll());
    this.show("source");
  }

  show(order) {
    this.order = order;
    this.blocks = order === "reading" ? readingBlocks(this.model) : sourceBlocks(this.model);
    if (this.watcher) this.watcher.disconnect();
    clear(this.host).className = `text text-${order}`;
    const lazy = this.blocks.length > MANY_BLOCKS;
    this.watcher = lazy && new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) for (const block of entry.target.blocks) if (!block.drawn) this.draw(block);
    }, { rootMargin: "800px 0px" });
    let group = null;
    for (const block of this.blocks) {
      block.element = h("div", { class: `block ${block.kind ? `is-${block.kind} level-${Math.min(block.level, 6)}` : ""}` });
      block.drawn = false;
      if (!lazy) {
        this.draw(block);
        this.host.append(block.element);
        continue;
      }
      // Blocks of the reading order are small: some of them are watched together.
      if (!group || group.characters > BLOCK) {
        group = h("div", { class: "far" });
        Object.assign(group, { blocks: [], characters: 0 });
        this.host.append(group);
        this.watcher.observe(group);
      }
      for (const piece of block.pieces) {
        block.element.append(this.plain(piece.start, piece.end));
        group.characters += piece.end - piece.start + 20;
      }
      group.blocks.push(block);
      group.append(block.element);
    }
  }

  plain(start, end) {
    const node = document.createTextNode(this.model.slice(start, end));
    this.startOf.set(node, start);
    return node;
  }

  /* Text without marks. Empty lines stand outside of the elements that give lines their height: they are lower. */
  unmarked(start, end) {
    const found = [];
    let at = start;
    for (const part of this.model.slice(start, end).split(/(\n\s*\n)/)) {
      const next = at + (this.model.units ? Array.from(part).length : part.length);
      if (next > at) found.push(/^\n\s*\n$/.test(part) ? this.plain(at, next) : h("span", { class: "p" }, this.plain(at, next)));
      at = next;
    }
    return found;
  }

  drawAll() {
    for (const block of this.blocks) if (!block.drawn) this.draw(block);
  }

  redraw(blocks) {
    for (const block of blocks || this.blocks) if (block.drawn) this.draw(block);
  }

  draw(block) {
    block.drawn = true;
    const parts = clear(block.element);
    const { moves } = this.model;
    for (const piece of block.pieces) {
      const touching = moves.filter((move) => piece.start <= move.start && move.start < piece.end);
      const leading = this.order === "source"
        ? moves.filter((move) => move.after !== null && piece.start < move.after && move.after <= piece.end) : [];
      const marks = [...piece.marks.filter((mark) => this.wanted(mark)), ...this.extra.filter((mark) => mark.start < piece.end && mark.end > piece.start)];
      const points = leading.map((move) => move.after);
      for (const part of segments(piece.start, piece.end, marks, points)) {
        for (const move of touching) if (move.start === part.start) parts.append(this.badge(move, "from"));
        if (part.marks.length) parts.append(this.segment(part)); else put(parts, this.unmarked(part.start, part.end));
        for (const move of leading) if (move.after === part.end) parts.append(this.badge(move, "to"));
      }
    }
  }

  wanted(mark) {
    if (mark.index >= 0) return this.model.isShown(this.model.records[mark.index]);
    return !(this.order === "reading" && mark.kind === "aside");
  }

  badge(move, side) {
    const to = side === "from" ? move.after : move.start;
    const from = this.order === "reading" ? t("moved.here", move.number, move.start) : t("moved.from", move.number, to ?? "?");
    const said = side === "from" ? from : t("moved.to", move.number, to);
    return h("button", {
      class: `move move-${side}`, type: "button", title: `${said}\n${told(move.note)}`,
      on: { click: (event) => { event.stopPropagation(); this.actions.move(move, side); } },
    }, `${ARROWS[side]}${said}`);
  }

  segment(part) {
    const classes = new Set(["s"]);
    const records = [];
    for (const mark of part.marks) {
      classes.add(mark.kind);
      if (mark.index >= 0) {
        records.push(mark.index);
        if (mark.first && mark.start === part.start) classes.add(`from-${mark.kind}`);
        if (mark.last && mark.end === part.end) classes.add(`to-${mark.kind}`);
        if (mark.index === this.selected) classes.add("selected");
        const state = this.actions.state(this.model.records[mark.index]);
        if (state) classes.add(`is-${state}`);
      }
    }
    const made = h("span", { class: [...classes].join(" ") }, this.plain(part.start, part.end));
    this.recordsOf.set(made, { records, place: part.start });
    return made;
  }

  blocksAt(ranges) {
    return this.blocks.filter((block) => block.pieces.some((piece) =>
      ranges.some(({ start, end }) => start < piece.end && end > piece.start)));
  }

  /* Mark one record and what its fields say, and bring it onto the screen. */
  select(index, fields, move) {
    const before = this.blocksAt([...this.extra, ...this.rangesOf(this.selected)]);
    this.selected = index;
    this.extra = fields;
    const ranges = this.rangesOf(index);
    const now = this.blocksAt([...ranges, ...fields]);
    for (const block of new Set([...before, ...now])) if (block.drawn) this.draw(block);
    if (move && ranges.length) this.bring(ranges[0].start, ranges[0].end);
  }

  rangesOf(index) {
    if (index < 0 || !this.model.records[index]) return [];
    return this.model.records[index].ref.fragments.map(([start, end]) => ({ start, end }));
  }

  bring(start, end) {
    for (const block of this.blocksAt([{ start, end: Math.max(end, start + 1) }])) {
      if (!block.drawn) this.draw(block);
      const target = this.elementAt(block, start) || block.element;
      target.scrollIntoView({ block: "center" });
      if (this.watcher) requestAnimationFrame(() => (this.elementAt(block, start) || block.element).scrollIntoView({ block: "center" }));
      return target;
    }
    return null;
  }

  elementAt(block, place) {
    for (const element of block.element.querySelectorAll(".s")) {
      const known = this.recordsOf.get(element);
      if (known && known.place <= place && place < known.place + Array.from(element.textContent).length) return element;
    }
    return null;
  }

  /* Show a passage that is no record, such as a node, by a mark that fades. */
  flash(start, end) {
    const before = this.blocksAt(this.extra);
    this.extra = [{ start, end, kind: "flash", index: -1 }];
    for (const block of new Set([...before, ...this.blocksAt(this.extra)])) if (block.drawn) this.draw(block);
    this.bring(start, end);
  }

  click(event) {
    const chosen = window.getSelection();
    if (chosen && !chosen.isCollapsed && this.host.contains(chosen.anchorNode)) {
      this.actions.chosen(this.chosen());
      return;
    }
    const element = event.target.closest && event.target.closest(".s");
    const known = element && this.recordsOf.get(element);
    if (known) this.actions.place(known.place, known.records);
  }

  /* The code points of what the reader has selected in the text; null where nothing is. */
  chosen() {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const walker = document.createTreeWalker(this.host, NodeFilter.SHOW_TEXT);
    const fragments = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!this.startOf.has(node) || !range.intersectsNode(node)) continue;
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : node.data.length;
      if (to <= from) continue;
      const base = this.startOf.get(node);
      const start = base + Array.from(node.data.slice(0, from)).length;
      const end = start + Array.from(node.data.slice(from, to)).length;
      const last = fragments[fragments.length - 1];
      if (last && last[1] === start) last[1] = end; else fragments.push([start, end]);
    }
    return fragments.length ? trimmed(this.model, fragments) : null;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.host) return;
    const act = this.actions.keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/* Leave out white space and line ends around what was selected. */
function trimmed(model, fragments) {
  const kept = [];
  for (let [start, end] of fragments) {
    while (start < end && !model.slice(start, start + 1).trim()) start += 1;
    while (end > start && !model.slice(end - 1, end).trim()) end -= 1;
    if (end > start) kept.push([start, end]);
  }
  return kept.length ? kept : null;
}
