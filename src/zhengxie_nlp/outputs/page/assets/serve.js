/* The page of `zhengxie serve`: texts that are pasted, files that are dropped, each sent to this server alone. */

const AT_ONCE = 3;

class ServeView {
  constructor(data, host) {
    Object.assign(this, { host, items: [], running: 0 });
    this.words = h("textarea", { rows: "10", lang: "zh", "aria-label": t("serve.paste"), placeholder: t("serve.paste") });
    const files = h("input", { type: "file", multiple: true, id: "serve-files", class: "unseen", on: { change: (event) => { this.add([...event.target.files]); event.target.value = ""; } } });
    this.drop = h("div", { class: "drop" }, h("label", { for: "serve-files", class: "button" }, t("serve.choose")), files, h("span", { class: "hint" }, t("serve.drop")));
    this.list = h("ol", { class: "serve-list", "aria-label": t("documents") });
    this.box = h("main", { class: "serve", id: "main", tabindex: "-1" }, this.words,
      h("div", { class: "buttons" }, h("button", { type: "button", class: "primary serve-extract", on: { click: () => this.paste() } }, t("serve.extract")), h("a", { href: "docs" }, t("serve.docs"))),
      this.drop, this.list, h("p", { class: "hint" }, t("serve.kept")));
    for (const name of ["dragover", "drop"]) {
      this.box.addEventListener(name, (event) => {
        event.preventDefault();
        if (name === "drop") this.add([...event.dataTransfer.files]);
      });
    }
    host.append(this.box);
    // The language was changed: what was done stays.
    this.items = page.served || [];
    page.served = this.items;
    for (const item of this.items) this.show(item);
  }

  paste() {
    const text = this.words.value;
    if (!text.trim()) { announce(t("serve.empty")); this.words.focus(); return; }
    this.add([{ name: t("serve.pasted"), text }]);
  }

  add(things) {
    for (const thing of things) {
      const item = { name: thing.name, thing, state: "waiting", alone: things.length === 1 };
      this.items.push(item);
      this.show(item);
    }
    this.next();
  }

  next() {
    for (const item of this.items) {
      if (this.running >= AT_ONCE) return;
      if (item.state === "waiting") this.send(item);
    }
  }

  async send(item) {
    item.state = "sent";
    this.running += 1;
    this.show(item);
    try {
      const { thing } = item, options = { method: "POST" };
      if (typeof thing.text === "string") {
        options.headers = { "Content-Type": "application/json" };
        options.body = JSON.stringify({ text: thing.text, id: thing.name });
      } else {
        options.body = new FormData();
        options.body.append("file", thing, thing.name);
      }
      const answer = await fetch("extract?evidence=true", options), said = await answer.json();
      if (answer.ok) Object.assign(item, { state: "done", result: said });
      else Object.assign(item, { state: "failed", error: said.error || { code: answer.status, problem: answer.statusText } });
    } catch (error) {
      Object.assign(item, { state: "failed", error: { code: "", problem: t("serve.unreachable") } });
    }
    item.thing = null;
    this.running -= 1;
    this.show(item);
    if (item.alone && item.state === "done" && !this.view) this.open(item);
    this.next();
  }

  show(item) {
    const made = h("li", { class: `item item-${item.state}` }, h("span", { class: "name" }, item.name),
      item.state === "done" ? [h("button", { type: "button", on: { click: () => this.open(item) } }, t("serve.open")), h("span", { class: "count" }, t("serve.records", number(item.result.document.records.length))),
        h("button", { type: "button", on: { click: () => download(`${item.name}.json`, JSON.stringify(item.result.document, null, 1), "application/json") } }, "JSON")]
        : item.state === "failed" ? h("span", { class: "doubt" }, `${item.error.code} ${item.error.problem}. ${item.error.hint || ""}`) : h("span", { class: "hint" }, t(`serve.${item.state}`)));
    if (item.element && item.element.parentNode === this.list) item.element.replaceWith(made); else this.list.append(made);
    item.element = made;
  }

  open(item) {
    this.view = new DocumentView(item.result.document, { evidence: item.result.evidence });
    const back = () => { this.shown.remove(); this.view = null; this.box.hidden = false; setAddress(window.location.href.split("#")[0]); this.words.focus(); };
    this.shown = h("div", { class: "of-archive" }, h("div", { class: "back-bar" }, h("button", { type: "button", class: "back", on: { click: back } }, `← ${t("serve.back")}`), h("span", {}, item.name)), this.view.element);
    this.box.hidden = true;
    this.host.append(this.shown);
    this.view.text.host.focus({ preventScroll: true });
  }

  follow(values) {
    if (this.view && values.has("c")) this.view.follow(values);
  }
}
