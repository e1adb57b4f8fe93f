/* The page begins here: its head, its language, and what it was made for. */

function setAddress(link) {
  try { window.history.replaceState(null, "", link); } catch (refused) { /* A page in a frame without an address. */ }
}

function addressValues() {
  return new URLSearchParams(window.location.hash.slice(1));
}

function setTheme(theme) {
  page.theme = theme;
  store.set("theme", theme);
  document.documentElement.dataset.theme = theme;
}

function header(redraw) {
  const other = page.language === "zh" ? "en" : "zh";
  const themes = ["auto", "light", "dark"];
  return h("header", { class: "top" },
    h("a", { class: "skip", href: "#main", on: { click: (event) => { event.preventDefault(); const text = document.getElementById("text") || document.getElementById("main"); if (text) text.focus(); } } }, t("skip")),
    h("span", { class: "brand" }, t("brand")), h("h1", { lang: "zh" }, page.title), h("span", { class: "push" }),
    h("select", { "aria-label": t("theme"), class: "theme", on: { change: (event) => setTheme(event.target.value) } },
      themes.map((one) => h("option", { value: one, selected: one === page.theme }, t(`theme.${one}`)))),
    h("button", { type: "button", class: "language", lang: other === "en" ? "en" : "zh", on: { click: () => {
      page.language = other;
      store.set("language", other);
      redraw();
    } } }, other === "en" ? "English" : "中文"),
    h("button", { type: "button", class: "help", title: "?", on: { click: () => showHelp() } }, t("help")));
}

function showHelp() {
  const before = document.activeElement;
  const rows = ["j k", "← →", "Enter", "Esc", "a", "x", "e", "u", "s", "+", "1–5", "?"].map((key) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(`key.${key}`))]);
  const close = () => { box.remove(); if (before) before.focus(); };
  const shut = h("button", { type: "button", on: { click: close } }, t("close"));
  const box = h("div", { class: "overlay", on: { click: (event) => { if (event.target === box) close(); }, keydown: (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") { event.preventDefault(); shut.focus(); }
  } } },
  h("div", { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": t("help") }, h("h2", {}, t("help.keys")), h("p", {}, t("help.where")), h("dl", { class: "fields" }, rows),
    h("h2", {}, t("help.forms")), h("ul", { class: "forms" }, TYPES.map((type) => h("li", {}, h("span", { class: `s ${type} from-${type} to-${type}` }, word("type", type)), page.strings[`form.${type}`] ? ` ${t(`form.${type}`)}` : ""))),
    h("p", {}, t("help.made", page.version)), shut));
  document.body.append(box);
  shut.focus();
}

/* Draw the whole page; called again when the language changes. */
function draw(data) {
  const root = document.getElementById("page");
  document.documentElement.lang = page.language === "zh" ? "zh-CN" : "en";
  const again = () => draw(data);
  put(clear(root), [header(again), h("div", { id: "body" })]);
  const body = document.getElementById("body");
  if (data.kind === "archive") page.view = new ArchiveView(data, body);
  else if (data.kind === "serve") page.view = new ServeView(data, body);
  else {
    page.view = new DocumentView(data.document, { evidence: data.evidence, images: data.images });
    body.append(page.view.element);
  }
  page.view.follow(addressValues());
}

function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  Object.assign(page, { strings: data.strings, fields: data.fields, version: data.version, title: data.title });
  TYPES.push(...data.types);
  document.documentElement.dataset.theme = page.theme;
  document.title = page.title;
  draw(data);
  window.addEventListener("hashchange", () => page.view.follow(addressValues()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); showHelp(); }
  });
}

start();
