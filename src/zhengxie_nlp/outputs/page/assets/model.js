/* A Document as the page works with it: places in code points, nodes and records by id, marks by place. */

/* The types of record, in the order in which the page shows them; the page is told at its start. */
const TYPES = [];
const CATEGORIES = ["political", "learning", "service", "discipline"];
/* A block of text is of whole lines, about so long; only a longer paragraph is cut. */
const BLOCK = 1800, LONGEST = 3600;

/* The characters that end a line: no Ref has one in its words. */
const LINE_BREAKS = /[\n\r\v\f\u0085\u2028\u2029]/g;

class Model {
  constructor(json, extra) {
    this.json = json;
    this.evidence = (extra && extra.evidence) || {};
    this.images = (extra && extra.images) || null;
    this.text = json.text;
    this.units = unitsOf(json.text);
    this.length = this.units ? this.units.length - 1 : json.text.length;
    /* A model may have categories of its own: they stand behind those that the page has colours for. */
    for (const name of json.categories || []) if (!CATEGORIES.includes(name)) CATEGORIES.push(name);
    this.records = json.records;
    this.byId = new Map(json.records.map((record, at) => [record.id, at]));
    this.nodes = new Map();
    this.speeches = new Map();
    this.order = [];
    for (const speech of json.speeches) this.addSpeech(speech);
    this.follow = readingOrder(this);
    this.moves = findMoves(this);
    this.marks = baseMarks(this);
    this.shown = new Set(TYPES);
    this.least = 0;
  }

  slice(start, end) {
    return this.units ? this.text.slice(this.units[start], this.units[end]) : this.text.slice(start, end);
  }

  addSpeech(speech) {
    this.speeches.set(speech.id, speech);
    const waiting = speech.nodes.map((node) => [node, []]).reverse();
    while (waiting.length) {
      const [node, path] = waiting.pop();
      this.nodes.set(node.id, { node, path, speech });
      this.order.push(node.id);
      const inner = [...path, node.id];
      for (const child of [...node.children].reverse()) waiting.push([child, inner]);
    }
  }

  /* The line of the source, from 1, in which a character stands. */
  line(at) {
    if (!this.lines) {
      this.lines = [];
      let point = 0;
      for (const part of this.text) {
        if (part === "\n") this.lines.push(point);
        point += 1;
      }
    }
    return bisect(this.lines, at - 1) + 1;
  }

  who(record) {
    if (record.actor) return record.actor.text;
    const speech = this.speeches.get(record.speech);
    if (!speech) return "";
    return (speech.organization || speech.speaker || { text: "" }).text;
  }

  nodeLabel(id) {
    const entry = this.nodes.get(id);
    if (!entry) return "";
    const { node } = entry;
    const said = node.heading || node.body[0];
    const text = said ? said.text : "";
    return (node.marker ? node.marker.ref.text : "") + (text.length > 24 ? `${text.slice(0, 24)}…` : text);
  }

  path(id) {
    const entry = this.nodes.get(id);
    if (!entry) return "";
    return [...entry.path, id].filter((one) => this.nodes.get(one).node.marker).map((one) => this.nodeLabel(one)).join(" › ");
  }

  /* Records that cover a character, the shortest first; only of the types shown. */
  at(place) {
    const found = [];
    this.records.forEach((record, index) => {
      if (this.isShown(record) && covers(record.ref, place)) found.push(index);
    });
    return found.sort((a, b) => size(this.records[a].ref) - size(this.records[b].ref));
  }

  isShown(record) {
    return this.shown.has(record.type) && (record.confidence === null || record.confidence === undefined || record.confidence >= this.least);
  }
}

/* Where each code point begins in UTF-16 units, as Array.from(text) counts; null where the two are the same. */
function unitsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return null;
  const units = [];
  let at = 0;
  for (const point of text) {
    units.push(at);
    at += point.length;
  }
  units.push(at);
  return units;
}

function covers(ref, place) {
  return ref.fragments.some(([start, end]) => start <= place && place < end);
}

function size(ref) {
  return ref.fragments.reduce((sum, [start, end]) => sum + end - start, 0);
}

/* The fragments of titles, names and nodes in the order in which they are to be read. */
function readingOrder(model) {
  const found = [];
  const add = (ref, kind, owner) => {
    if (ref) for (const [start, end] of ref.fragments) found.push({ start, end, kind, owner });
  };
  add(model.json.title, "title", null);
  for (const speech of model.json.speeches) {
    add(speech.title, "speech-title", speech.id);
    add(speech.organization, "organization", speech.id);
    add(speech.speaker, "speaker", speech.id);
    const waiting = [...speech.nodes].reverse();
    while (waiting.length) {
      const node = waiting.pop();
      if (node.marker) add(node.marker.ref, "marker", node.id);
      add(node.heading, "heading", node.id);
      for (const ref of node.body) add(ref, "body", node.id);
      for (const child of [...node.children].reverse()) waiting.push(child);
    }
  }
  return found;
}

/* What the reading order moved: each piece that was put elsewhere, what it reads on after, and why. */
function findMoves(model) {
  const moves = [];
  for (const note of model.json.diagnostics) {
    if (note.code !== "moved_text" || !note.ref || !note.ref.fragments.length) continue;
    const [start] = note.ref.fragments[0];
    const end = note.ref.fragments[note.ref.fragments.length - 1][1];
    const at = model.follow.findIndex((piece) => piece.start <= start && start < piece.end);
    const here = at >= 0 ? model.follow[at] : null;
    let after = null;
    if (here) after = here.start < start ? start : at > 0 ? model.follow[at - 1].end : null;
    moves.push({ start, end, after, note, number: moves.length + 1 });
  }
  return moves;
}

/* Marks that do not change: structure, doubts, unexplained numerals. A mark is {start, end, kind, index}. */
function baseMarks(model) {
  const marks = [];
  for (const { start, end, kind } of model.follow) if (kind !== "body") marks.push({ start, end, kind, index: -1 });
  model.records.forEach((record, index) => {
    const { fragments } = record.ref;
    fragments.forEach(([start, end], at) => marks.push({ start, end, kind: record.type, index, first: !at, last: at === fragments.length - 1 }));
  });
  model.json.diagnostics.forEach((note, index) => {
    const kind = NOTE_KINDS[note.code] || "note";
    if (note.ref) for (const [start, end] of note.ref.fragments) marks.push({ start, end, kind, index: -2 - index });
  });
  for (const ref of model.json.unexplained_numerals) {
    for (const [start, end] of ref.fragments) marks.push({ start, end, kind: "unexplained", index: -1 });
  }
  return marks.sort((a, b) => a.start - b.start || b.end - a.end);
}

const NOTE_KINDS = {
  moved_text: "moved", joined_break: "joined", orphan_fragment: "note", truncated_text: "note",
  outside_speech: "aside", layout_dropped: "aside", line_rest: "aside",
};

/* The source as it stands, in blocks of whole lines. A block has pieces; each knows the marks that touch it. */
function sourceBlocks(model) {
  const blocks = [];
  let start = 0, at = 0, lastLine = 0;
  const close = (end) => {
    blocks.push({ pieces: [{ start, end, marks: [] }] });
    start = end;
  };
  for (const point of model.text) {
    at += 1;
    if (point === "\n") lastLine = at;
    if (lastLine > start && at - start >= BLOCK) close(lastLine);
    else if (at - start >= LONGEST) close(at);
  }
  if (at > start) close(at);
  shareMarks(blocks, model.marks);
  return blocks;
}

/* The text in reading order: one block a title, name or node, and what belongs to no speech at the end. */
function readingBlocks(model) {
  const taken = model.follow.map(({ start, end }) => [start, end]).sort((a, b) => a[0] - b[0]);
  const starts = taken.map(([start]) => start);
  const blocks = [];
  let last = null;
  for (const { start, end, kind, owner } of model.follow) {
    const grouped = kind === "marker" || kind === "heading" || kind === "body";
    const key = grouped ? owner : `${owner}/${kind}`;
    if (!last || last.key !== key) {
      const level = grouped ? model.nodes.get(owner).node.level : 0;
      last = { key, level, kind: grouped ? "node" : kind, owner, pieces: [] };
      blocks.push(last);
    }
    // What follows on the line up to the next piece (a stop after a heading) goes with it.
    const next = bisect(starts, end - 1) < starts.length ? starts[bisect(starts, end - 1)] : model.length;
    const between = model.slice(end, Math.min(next, end + 4));
    const more = between.length < 4 && !/[\n\r]/.test(between) ? between.length : 0;
    for (let from = start; from < end; from += LONGEST) {
      const piece = { start: from, end: Math.min(end, from + LONGEST), marks: [] };
      if (piece.end === end) piece.end += more;
      if (last.pieces.length && from > start) {
        last = { ...last, pieces: [] };
        blocks.push(last);
      }
      last.pieces.push(piece);
    }
  }
  blocks.push(...leftOver(model, taken));
  shareMarks(blocks, model.marks);
  return blocks;
}

function leftOver(model, taken) {
  const found = [];
  let at = 0;
  for (const [start, end] of [...taken, [model.length, model.length]]) {
    if (start > at && model.slice(at, start).trim().length > 2) {
      found.push({ level: 0, kind: "left-over", pieces: [{ start: at, end: start, marks: [] }] });
    }
    at = Math.max(at, end);
  }
  return found;
}

function shareMarks(blocks, marks) {
  const pieces = blocks.flatMap((block) => block.pieces).sort((a, b) => a.start - b.start);
  const starts = pieces.map((piece) => piece.start);
  for (const mark of marks) {
    for (let at = Math.max(0, bisect(starts, mark.start) - 1); at < pieces.length; at += 1) {
      if (pieces[at].start >= mark.end) break;
      if (pieces[at].end > mark.start) pieces[at].marks.push(mark);
    }
  }
}

/* Cut a range at every edge of a mark and at some points more: pieces between two edges, each with the marks over it. */
function segments(start, end, marks, points) {
  const edges = new Set([start, end]);
  for (const point of points || []) if (point > start && point < end) edges.add(point);
  for (const mark of marks) {
    if (mark.start > start && mark.start < end) edges.add(mark.start);
    if (mark.end > start && mark.end < end) edges.add(mark.end);
  }
  const places = [...edges].sort((a, b) => a - b);
  const inOrder = [...marks].sort((a, b) => a.start - b.start);
  const found = [];
  let active = [], next = 0;
  for (let at = 0; at + 1 < places.length; at += 1) {
    const from = places[at];
    active = active.filter((mark) => mark.end > from);
    while (next < inOrder.length && inOrder[next].start <= from) {
      if (inOrder[next].end > from) active.push(inOrder[next]);
      next += 1;
    }
    found.push({ start: from, end: places[at + 1], marks: active });
  }
  return found;
}
