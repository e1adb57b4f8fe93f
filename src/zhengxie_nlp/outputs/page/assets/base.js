/* Small things that every part of the page uses: elements, languages, storage, the clipboard. */

/* Make an element. Properties: class, text, on (event → function), data (name → value), anything else is an
   attribute. Children are elements or strings; a string is always text, never markup. */
function h(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (name === "data") Object.assign(made.dataset, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  put(made, children);
  return made;
}

function put(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
  return parent;
}

function svg(tag, props, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  return put(made, children);
}

function clear(element) {
  element.textContent = "";
  return element;
}

/* What a reader has chosen. A page opened as a file may be refused storage: then it is forgotten. */
const store = {
  get(key) {
    try { return window.localStorage.getItem(`zhengxie.${key}`); } catch (refused) { return null; }
  },
  set(key, value) {
    try {
      if (value === null) window.localStorage.removeItem(`zhengxie.${key}`);
      else window.localStorage.setItem(`zhengxie.${key}`, value);
      return true;
    } catch (refused) { return false; }
  },
};

const page = {
  strings: {},
  language: store.get("language") === "en" ? "en" : "zh",
  theme: store.get("theme") || "auto",
};

/* The words of the interface: `t("rows", 12)` puts 12 where the string says {0}. */
function t(key, ...values) {
  const row = page.strings[key];
  const said = row ? row[page.language === "en" ? 1 : 0] : key;
  return values.length ? said.replace(/\{(\d)\}/g, (whole, at) => String(values[Number(at)] ?? "")) : said;
}

/* The word for a value of a field, such as done of status; the value itself where there is none. */
function word(field, value) {
  if (value === null || value === undefined) return "";
  const key = `${field}.${value}`;
  return page.strings[key] ? t(key) : String(value);
}

function number(value) {
  return Number(value).toLocaleString(page.language === "en" ? "en" : "zh-CN");
}

function percent(value) {
  return value === null || value === undefined ? "" : `${(value * 100).toFixed(value > 0.995 && value < 1 ? 1 : 0)}%`;
}

/* Put a table on the clipboard both as text with tabs and as HTML, so that Excel and Word take it as a table.
   No promise is waited for: the browser must see that a click did it. */
function copy(text, html) {
  const give = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", give);
  let done = false;
  try { done = document.execCommand("copy"); } finally { document.removeEventListener("copy", give); }
  announce(done ? t("copied") : t("not_copied"));
  return done;
}

function escaped(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/* A cell that a spreadsheet would take for a formula is given a quotation mark before it. */
function cell(value) {
  const text = String(value ?? "").replace(/[\t\r\n]+/g, " ");
  return /^[=+\-@]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text) ? `'${text}` : text;
}

function copyTable(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(cell));
  const html = lines.map((row, at) => {
    const tag = at ? "td" : "th";
    return `<tr>${row.map((one) => `<${tag}>${escaped(one)}</${tag}>`).join("")}</tr>`;
  });
  return copy(lines.map((row) => row.join("\t")).join("\n"), `<table>${html.join("")}</table>`);
}

/* Say something to the reader, also to one who hears the page. */
/* What a diagnostic says, in the language of the page. */
function told(note) {
  return page.language === "en" ? note.message : note.message_zh || note.message;
}

function announce(message) {
  const place = document.getElementById("message");
  if (!place) return;
  place.textContent = message;
  place.classList.add("shown");
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => place.classList.remove("shown"), 4000);
}

function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/* Where a value would go into a sorted list of numbers. */
function bisect(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1; else high = middle;
  }
  return low;
}

function later(run, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
}
