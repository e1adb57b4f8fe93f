/* The outline on the left: speeches and nodes, each with the sign of its category. */

const MOST_NODES = 3000;

function outline(model, jump) {
  const counts = new Map();
  for (const record of model.records) counts.set(record.node, (counts.get(record.node) || 0) + 1);
  const list = h("ol", { class: "outline-list" });
  let drawn = 0, hidden = 0;
  for (const speech of model.json.speeches) {
    const name = [speech.organization, speech.speaker].filter(Boolean).map((ref) => ref.text).join(" · ");
    const title = speech.title ? speech.title.text : "";
    const first = speech.title || speech.organization || speech.speaker;
    if (name || title) {
      list.append(h("li", { class: "outline-speech" }, h("button", { type: "button", on: { click: () => first && jump(spanOf(first)) } },
        h("span", { class: "who" }, name || t("speech.unnamed")), title && name ? h("span", { class: "what" }, title) : title ? h("span", { class: "what" }, title) : null)));
    }
    const waiting = [...speech.nodes].reverse();
    while (waiting.length) {
      const node = waiting.pop();
      for (const child of [...node.children].reverse()) waiting.push(child);
      if (drawn >= MOST_NODES) { hidden += 1; continue; }
      drawn += 1;
      list.append(outlineEntry(model, node, counts.get(node.id) || 0, jump));
    }
  }
  if (hidden) list.append(h("li", { class: "hint" }, t("outline.more", number(hidden))));
  return h("nav", { class: "outline", "aria-label": t("outline") }, h("h2", {}, t("outline")), shares(model),
    list.childElementCount ? list : h("p", { class: "hint" }, t("outline.none")));
}

function outlineEntry(model, node, count, jump) {
  const category = node.category;
  const sign = category ? t(`category.${category}.sign`) : "·";
  const title = category ? `${word("category", category)} ${percent(node.confidence)}` : t("category.none");
  const said = node.heading || node.body[0];
  const text = said ? said.text : "";
  return h("li", { class: `outline-node level-${Math.min(node.level, 6)}` },
    h("button", { type: "button", on: { click: () => jump(nodeSpan(node)) } },
      h("span", { class: `sign c-${category || "none"}`, title }, sign),
      h("span", { class: "label" }, node.marker ? h("b", {}, node.marker.ref.text) : null, text.length > 40 ? `${text.slice(0, 40)}…` : text),
      count ? h("span", { class: "many", title: t("records.here", count) }, String(count)) : null));
}

function spanOf(ref) {
  return { start: ref.fragments[0][0], end: ref.fragments[0][1] };
}

function nodeSpan(node) {
  const refs = [node.marker && node.marker.ref, node.heading, ...node.body].filter(Boolean);
  if (!refs.length) return null;
  return { start: refs[0].fragments[0][0], end: (refs[1] || refs[0]).fragments[0][1] };
}

/* How much of the text is of each category, as one bar with its figures in words beside it. */
function shares(model) {
  const sizes = Object.fromEntries([...CATEGORIES, "none"].map((name) => [name, 0]));
  for (const id of model.order) {
    const { node } = model.nodes.get(id);
    const own = node.body.reduce((sum, ref) => sum + size(ref), 0) + (node.heading ? size(node.heading) : 0);
    sizes[node.category || "none"] += own;
  }
  const total = Object.values(sizes).reduce((sum, one) => sum + one, 0);
  if (!total) return null;
  const bar = h("div", { class: "shares", "aria-hidden": "true" });
  for (const [name, value] of Object.entries(sizes)) {
    if (!value) continue;
    const part = h("span", { class: `c-${name}`, title: `${name === "none" ? t("category.none") : word("category", name)} ${percent(value / total)}` });
    part.style.flexGrow = String(value);
    bar.append(part);
  }
  const words = Object.entries(sizes).filter(([, value]) => value).map(([name, value]) =>
    h("li", {}, h("span", { class: `sign c-${name}` }, name === "none" ? "·" : t(`category.${name}.sign`)), `${name === "none" ? t("category.none") : word("category", name)} ${percent(value / total)}`));
  return h("div", { class: "shares-box" }, bar, h("ul", { class: "shares-words" }, words));
}

/* Two columns, the source and the order in which it is to be read, joined by bands: what crosses was moved. */
function moveChart(model, jump) {
  const pieces = [];
  for (const { start, end } of model.follow) {
    const last = pieces[pieces.length - 1];
    const moved = model.moves.find((move) => move.start <= start && end <= move.end) || model.moves.find((move) => move.start === start);
    if (last && start >= last.end && !pieces.some((one) => one.start >= last.end && one.start < start) && last.moved === moved
      && !model.moves.some((move) => move.start === start)) last.end = end;
    else pieces.push({ start, end, moved });
  }
  const width = 520, height = 220, left = 150, right = 370;
  const inSource = [...pieces].sort((a, b) => a.start - b.start);
  const total = pieces.reduce((sum, one) => sum + one.end - one.start, 0) || 1;
  const scale = (height - 24) / total;
  const place = (list, key) => {
    let y = 20;
    for (const one of list) { one[key] = y; y += (one.end - one.start) * scale; }
  };
  place(inSource, "from");
  place(pieces, "to");
  const drawn = svg("svg", { class: "move-chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("moves.chart") },
    svg("text", { x: left - 8, y: 12, "text-anchor": "end", text: t("order.source") }), svg("text", { x: right + 8, y: 12, text: t("order.reading") }));
  for (const one of pieces) {
    const tall = Math.max(1.5, (one.end - one.start) * scale);
    const kind = one.moved ? "band moved-band" : "band";
    const middle = (left + right) / 2;
    const path = `M${left} ${one.from}C${middle} ${one.from} ${middle} ${one.to} ${right} ${one.to}V${one.to + tall}C${middle} ${one.to + tall} ${middle} ${one.from + tall} ${left} ${one.from + tall}Z`;
    const said = `${one.start}–${one.end}　${model.slice(one.start, Math.min(one.end, one.start + 16))}…`;
    const group = svg("g", { class: kind, on: { click: () => jump({ start: one.start, end: one.end }) } }, svg("path", { d: path }, svg("title", { text: said })));
    if (one.moved) {
      group.append(svg("text", { x: left - 8, y: one.from + tall / 2 + 4, "text-anchor": "end", text: `${ARROWS.from}${one.moved.number}　${model.slice(one.start, Math.min(one.end, one.start + 8))}…` }),
        svg("text", { x: right + 8, y: one.to + tall / 2 + 4, text: `${ARROWS.from}${one.moved.number}` }));
    }
    drawn.append(group);
  }
  return drawn;
}
