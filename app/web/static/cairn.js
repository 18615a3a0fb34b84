// Cairn's one script. Everything works without it; it adds saving while writing, the frame's height, focus and local times.
"use strict";
(() => {
  const DEBOUNCE_MS = 1000;
  const RETRY_MS = 10000;
  const LONGEST_SAVE_MS = 8000;
  const RESIZE_MS = 120;
  const HISTORY_MS = 500;
  const HISTORY_AT_ONCE = 20;
  const DOUBLE_PRESS_MS = 600;
  const JSON_TYPE = "application/json";
  const isFramed = window.parent !== window;
  // Where a script cannot send a form as a press does (Safari before 16), forms go as without it.
  const canSend = "requestSubmit" in HTMLFormElement.prototype;

  // ---- the frame: tell the LMS how high the page is; it may listen or not
  const post = (message) => isFramed && window.parent.postMessage(JSON.stringify(message), "*");
  const watchHeight = () => {
    let last = 0;
    let timer = 0;
    const tell = () => {
      const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
      if (height !== last) post({ subject: "lti.frameResize", height: (last = height) });
    };
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(tell, RESIZE_MS);
    }).observe(document.documentElement);
  };

  // ---- focus: the heading after a step inside the frame, never on the first page after a launch
  const cameFromUs = () => document.referrer.startsWith(`${location.origin}/`) && !document.referrer.includes("/lti/");
  const isFreshPage = () => performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const findTarget = () => {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)) || " ");
    } catch {
      return null;
    }
  };
  const placeFocus = () => {
    // Whoever writes already is not called away.
    if (document.activeElement?.matches("input, textarea, select")) return;
    const errors = document.getElementById("errors");
    const target = findTarget();
    const place = errors ?? target;
    if (place) {
      // The browser itself goes to the fragment's place when the page is loaded; what went wrong comes before that.
      const go = () => {
        if (place === errors || place.matches("[tabindex]")) place.focus({ preventScroll: true });
        place.scrollIntoView({ block: "start" });
      };
      go();
      // Whoever has begun to read, type or press is not called away again.
      let isBusy = false;
      for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, () => (isBusy = true), { capture: true, passive: true });
      addEventListener("load", () => setTimeout(() => isBusy || go()));
      return;
    }
    if (!cameFromUs() || !isFreshPage()) return;
    post({ subject: "lti.scrollToTop" });
    document.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
  };

  // ---- times: the server writes UTC, the reader sees their own
  const two = (number) => String(number).padStart(2, "0");
  const clock = (at) => `${two(at.getHours())}:${two(at.getMinutes())}`;
  const showTime = (element) => {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const locale = document.documentElement.lang || "en";
    const day = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "long" }).format(at);
    const isToday = at.toDateString() === new Date().toDateString();
    const how = element.dataset.how;
    if (how === "clock" || (how === "moment" && isToday)) element.textContent = clock(at);
    else element.textContent = how === "moment" ? `${day}, ${clock(at)}` : day;
  };

  // ---- what moves the page waits for the end of a press: a button that goes away under a finger is not pressed
  const PRESS_ENDS_MS = 100;
  const LONGEST_PRESS_MS = 3000;
  const put = [];
  let press = 0;
  const letGo = () => {
    press = 0;
    put.splice(0).forEach((change) => change());
  };
  const letGoIn = (delay) => {
    clearTimeout(press);
    press = setTimeout(letGo, delay);
  };
  const afterPress = (change) => (press ? put.push(change) : change());
  addEventListener("pointerdown", () => letGoIn(LONGEST_PRESS_MS), true);
  addEventListener("pointerup", () => letGoIn(PRESS_ENDS_MS), true);
  addEventListener("pointercancel", () => letGoIn(0), true);

  // ---- a form is sent once, however often its button is pressed; without network it stays, and says so
  const guardSubmit = (form) => {
    let timer = 0;
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      else if (!navigator.onLine) {
        event.preventDefault();
        sayOffline(form);
      } else {
        form.dataset.sent = "yes";
        clearTimeout(timer);
        timer = setTimeout(() => delete form.dataset.sent, RETRY_MS);
      }
    });
  };
  const noteOf = (form) => form.querySelector(":scope > [data-offline]");
  const sayOffline = (form) => {
    noteOf(form)?.remove();
    form.append(document.querySelector("template[data-offline]").content.cloneNode(true));
    noteOf(form).scrollIntoView({ block: "nearest" });
  };
  const forgetOffline = (form) => {
    const note = noteOf(form);
    if (note) afterPress(() => note.remove());
  };

  // Enter in a choice presses what the page is for, not whichever button stands first in the form.
  const takeEnter = (button) => {
    if (!canSend) return;
    button.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
      event.preventDefault();
      button.form.requestSubmit(button);
    });
  };

  // Colors change in place: a page that comes anew has lost what was chosen in it and not sent.
  const changeLook = (form) => {
    if (!canSend) return;
    let isGoing = false;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented || isGoing) return;
      event.preventDefault();
      const pressed = event.submitter;
      const body = new URLSearchParams([...new FormData(form), [pressed.name, pressed.value]]);
      let isKept = false;
      try {
        isKept = (await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" })).type === "opaqueredirect";
      } catch {
        sayOffline(form);
        return;
      } finally {
        delete form.dataset.sent;
      }
      if (isKept) return showLook(form, pressed);
      // From now on as any form: the page that then comes says what is wrong.
      isGoing = true;
      form.requestSubmit(pressed);
    });
  };
  const showLook = (form, pressed) => {
    forgetOffline(form);
    const isDevice = pressed.value === "device";
    if (isDevice) delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = pressed.value;
    document.querySelector("meta[name=color-scheme]").content = isDevice ? "light dark" : pressed.value;
    form.querySelectorAll("[aria-pressed]").forEach((one) => one.setAttribute("aria-pressed", String(one === pressed)));
  };

  // What is shown only once is not pressed away by the second half of a double press.
  const keepShown = () => {
    const until = performance.now() + DOUBLE_PRESS_MS;
    const refuse = (event) => performance.now() < until && (event.preventDefault(), event.stopPropagation());
    addEventListener("click", refuse, true);
  };

  // What saves itself goes ahead of a form, its own or another: a form that meets no network, or no session, takes the
  // page with it. Its own waits for it; before another goes, the browser asks.
  const sendAhead = (form, parts) => {
    if (!canSend) return;
    let isGoing = false;
    let isFlushing = false;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented || isGoing || !parts.some((one) => one.isDirty && !one.isHeld)) return;
      event.preventDefault();
      if (isFlushing) return;
      isFlushing = true;
      await Promise.all(parts.map((one) => one.flush()));
      // Where nothing had to be sent we are still within this event, and a form cannot be sent from its own sending.
      await new Promise((go) => setTimeout(go));
      isFlushing = false;
      delete form.dataset.sent;
      const waiting = parts.find((one) => one.form === form && one.isDirty && one.isWaiting);
      if (waiting) return waiting.tellPress();
      isGoing = true;
      form.requestSubmit(event.submitter);
      isGoing = false;
    });
  };

  // ---- what is not sent yet lives in this page's history entry: it outlives a reload, and never reaches the device's storage
  // Safari takes a hundred entries in thirty seconds and then fails: twenty at once, and two a second.
  const unsent = {};
  let isWritten = true;
  let pause = 0;
  let left = HISTORY_AT_ONCE;
  let counted = performance.now();
  const writeHistory = () => {
    clearTimeout(pause);
    pause = 0;
    if (isWritten) return;
    try {
      history.replaceState({ ...history.state, ...unsent }, "");
      isWritten = true;
    } catch {
      // The next one says it all.
    }
  };
  const keepHere = (part, value) => {
    unsent[part] = value;
    isWritten = false;
    const now = performance.now();
    left = Math.min(HISTORY_AT_ONCE, left + (now - counted) / HISTORY_MS);
    counted = now;
    if (left < 1) {
      pause ||= setTimeout(writeHistory, HISTORY_MS);
    } else {
      left -= 1;
      writeHistory();
    }
  };

  // ---- what saves itself: one request at a time, and what is changed meanwhile follows
  const LINE_MOODS = { saved: "", copied: "", needs: " saved--wait", wait: " saved--wait", ended: " saved--wait" };
  class Saving {
    constructor(form, line) {
      this.form = form;
      this.line = line;
      this.isSending = this.isWaiting = this.isOffline = this.isHeld = false;
      this.tried = this.lost = null;
      this.timer = 0;
    }

    isReady() {
      return true;
    }

    // Whether leaving the page would lose something that could still be saved.
    get isAtRisk() {
      return this.isDirty;
    }

    // What is on its way comes back first, or it would look like another window.
    async flush() {
      if (this.isSending) {
        await this.sending;
        if (this.isWaiting) return;
      }
      await this.save();
    }

    saveIn(delay) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }

    save() {
      clearTimeout(this.timer);
      if (!this.isDirty || this.isSending || this.isHeld) return null;
      this.isWaiting = this.isOffline = false;
      if (!this.isReady()) return null;
      this.isSending = true;
      return (this.sending = this.send());
    }

    // `hear` is told the status and our own answer, or null where something else answered; what it returns comes back.
    async post(fields) {
      const body = new URLSearchParams([["csrf", this.form.elements.csrf.value], ...fields]);
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), LONGEST_SAVE_MS);
      try {
        const response = await fetch(this.form.action.split("#")[0], {
          method: "POST",
          headers: { Accept: JSON_TYPE },
          body,
          credentials: "same-origin",
          redirect: "manual",
          signal: stop.signal,
        });
        const isOurs = response.headers.get("content-type")?.startsWith(JSON_TYPE);
        if (response.status === 401) this.wait("ended");
        else if (response.status >= 500 || response.status === 429) this.wait("wait");
        else return this.hear(response.status, isOurs ? await response.json() : null);
      } catch {
        this.isOffline = true;
        this.wait("wait");
      } finally {
        clearTimeout(timer);
        this.isSending = false;
      }
      return false;
    }

    // What was sent may have arrived all the same.
    wait(how) {
      this.isWaiting = true;
      this.lost = this.tried;
      this.say(how);
      this.saveIn(RETRY_MS);
    }

    // Somebody has pressed, and nothing could be sent: that is said where they look.
    tellPress() {
      if (this.isOffline) sayOffline(this.form); // a browser may believe in a network that leads nowhere
      else {
        this.line.replaceChildren(...this.line.childNodes); // said once more
        this.line.scrollIntoView({ block: "nearest" });
      }
    }

    hold(how) {
      this.isHeld = true;
      this.say(how);
      return false;
    }

    // `fill` is given the words before they stand in the page.
    say(how, fill) {
      if (how === this.said && !fill) return;
      this.said = how;
      const words = this.form.querySelector(`template[data-line="${how}"]`).content.cloneNode(true);
      this.enliven(words);
      fill?.(words);
      afterPress(() => {
        this.line.className = `saved${LINE_MOODS[how] ?? " saved--bad"}`;
        this.line.replaceChildren(words);
      });
    }

    // What can be pressed in the words gets its hands.
    enliven() {}

    saySaved(at, fill) {
      forgetOffline(this.form);
      this.say("saved", (words) => {
        const time = words.querySelector("time");
        time.dateTime = at.toISOString();
        time.textContent = clock(at);
        fill?.(words);
      });
    }
  }

  const savers = [];
  const lookAfter = (all) => {
    if (!all.length) return;
    savers.push(...all);
    for (const one of all) {
      // What a browser puts back by itself when somebody comes back is older than what was saved since.
      one.form.autocomplete = "off";
      // What was chosen or written before this script was here, or was recalled, goes now.
      one.save();
    }
    const saveAll = () => all.forEach((one) => one.save());
    addEventListener("online", saveAll);
    addEventListener("focus", saveAll);
    document.addEventListener("visibilitychange", saveAll);
    // A place within the page is an entry of its own.
    addEventListener("hashchange", () => {
      isWritten = false;
      writeHistory();
    });
    addEventListener("beforeunload", (event) => {
      writeHistory();
      if (!all.some((one) => one.isAtRisk && !one.form.dataset.sent)) return;
      event.preventDefault();
      event.returnValue = "";
      // Whoever stays may press again.
      setTimeout(() => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
    });
  };

  // ---- saving while writing: one box at a time, the text never leaves this page but to the server
  class Box extends Saving {
    constructor(form, field) {
      super(form, field.querySelector("p[data-line]"));
      this.field = field;
      this.name = field.dataset.box;
      this.text = field.querySelector("textarea");
      this.revision = field.querySelector(`[name="revision-${this.name}"]`);
      this.isHeld = this.text.getAttribute("aria-invalid") === "true";
      this.kept = this.isHeld ? null : this.text.defaultValue;
      this.text.addEventListener("input", () => this.changed());
      this.text.addEventListener("change", () => this.save());
    }

    get isDirty() {
      return this.text.value !== this.kept;
    }

    changed() {
      this.saveIn(DEBOUNCE_MS);
      remember();
    }

    async send() {
      this.tried = this.text.value;
      const fields = [[`text-${this.name}`, this.tried], [`revision-${this.name}`, this.revision.value]];
      if ((await this.post(fields)) && this.isDirty) this.changed();
    }

    hear(status, answer) {
      if (status === 200 && answer) return this.saved(answer);
      if (status === 409 && answer) return this.clash(answer.boxes[this.name]);
      if (status !== 422) return this.hold("bad");
      this.say("long");
      return false;
    }

    saved(answer) {
      const box = answer.boxes[this.name];
      if (box) this.revision.value = box.revision;
      this.kept = this.tried;
      this.lost = null;
      this.saySaved(new Date(answer.saved_at));
      remember();
      return true;
    }

    // The server's answer to our own last try may have been lost on the way; then there is no other window.
    clash(box) {
      if (box.text !== this.lost) {
        this.theirs = box.revision;
        afterPress(() => this.showOther(box.text));
        return this.hold("clash");
      }
      this.revision.value = box.revision;
      this.kept = this.lost;
      this.lost = null;
      return true;
    }

    showOther(text) {
      const piece = this.form.querySelector("template[data-other]").content.cloneNode(true);
      piece.querySelector(".kept").textContent = text;
      this.field.querySelector(".other")?.remove();
      this.field.append(piece);
    }

    // Only now that both have been read is the other's text what this one is written over.
    settle(text) {
      this.revision.value = this.theirs;
      this.field.querySelector(".other")?.remove();
      this.isHeld = false;
      this.text.focus();
      this.kept = text;
      if (text === null) return this.save();
      this.text.value = text;
      remember();
      return this.saySaved(new Date());
    }

    enliven(words) {
      words.querySelector("[data-copy]")?.addEventListener("click", () => this.copy());
      words.querySelector("[data-mine]")?.addEventListener("click", () => this.isHeld && this.settle(null));
      words.querySelector("[data-theirs]")?.addEventListener("click", () => this.isHeld && this.settle(this.field.querySelector(".kept").textContent));
    }

    async copy() {
      this.text.select();
      try {
        await navigator.clipboard.writeText(this.text.value);
      } catch {
        if (!document.execCommand("copy")) return;
      }
      const piece = this.form.querySelector('template[data-line="copied"]').content.cloneNode(true);
      this.line.append(piece);
    }
  }

  const boxes = [];
  const remember = () => {
    const dirty = boxes.filter((box) => box.isDirty);
    keepHere("cairn", Object.fromEntries(dirty.map((box) => [box.name, { text: box.text.value, revision: box.revision.value }])));
  };
  const recall = () => {
    for (const box of boxes) {
      const kept = history.state?.cairn?.[box.name];
      if (!kept || kept.text === box.kept) continue;
      box.text.value = kept.text;
      box.revision.value = kept.revision;
    }
  };

  const startSaving = () => {
    for (const form of document.querySelectorAll("form[data-autosave]")) {
      const own = [...form.querySelectorAll("[data-box]")].map((field) => new Box(form, field));
      boxes.push(...own);
      sendAhead(form, own);
      // If the answer is a page that says no, Back still brings the text.
      form.addEventListener("submit", () => (remember(), writeHistory()));
    }
    recall();
    lookAfter(boxes);
  };

  // ---- answers that save themselves, each when it is chosen; the last word stands, also of another window
  const isChosen = (field) =>
    field.type === "radio" ? field.checked && !field.defaultChecked : field.matches("textarea") && field.value !== field.defaultValue;
  class Answers extends Saving {
    constructor(form) {
      super(form, form.querySelector("p[data-line]"));
      this.unsent = new Map();
      form.addEventListener("change", (event) => this.changed(event.target, 0));
      form.addEventListener("input", (event) => event.target.matches("textarea") && this.changed(event.target, DEBOUNCE_MS));
      sendAhead(form, [this]);
      // An answer that is saved is not said again: another window may have changed it since.
      form.addEventListener("formdata", (event) => {
        for (const name of [...event.formData.keys()]) if (!this.mayGo(name)) event.formData.delete(name);
      });
      for (const field of form.elements) if (isChosen(field)) this.unsent.set(field.name, field.value);
      this.recall();
    }

    get isDirty() {
      return this.unsent.size > 0;
    }

    get isAtRisk() {
      return this.isDirty && this.said !== "closed";
    }

    mayGo(name) {
      return name === "csrf" || name === "go" || this.unsent.has(name);
    }

    changed(field, delay) {
      if (!field.name || field.type === "hidden") return;
      this.unsent.set(field.name, field.value);
      this.saveIn(delay);
      this.remember();
    }

    remember() {
      keepHere("answers", Object.fromEntries(this.unsent));
    }

    recall() {
      for (const [name, value] of Object.entries(history.state?.answers ?? {})) {
        const field = this.form.elements[name];
        if (!field) continue;
        field.value = value;
        this.unsent.set(name, value);
      }
    }

    async send() {
      this.tried = new Map(this.unsent);
      if (!(await this.post(this.tried))) return;
      for (const [name, value] of this.tried) if (this.unsent.get(name) === value) this.unsent.delete(name);
      this.remember();
      await this.save();
    }

    hear(status, answer) {
      if (status === 200 && answer) return this.saved(answer);
      if (status !== 422) return this.hold(status === 409 ? "closed" : "bad");
      this.say("long");
      return false;
    }

    saved(answer) {
      const told = this.form.querySelector("template[data-answered]").content.textContent.trim();
      this.saySaved(new Date(answer.saved_at), (words) => {
        words.querySelector("[data-count]").textContent = told.replace("{n}", answer.count);
      });
      return true;
    }
  }

  // ---- a goal: all fields are one text, saved together, each save made of the revision before it
  const valueNow = (field) => (field.type === "radio" && !field.checked ? undefined : field.value);
  const valueAtFirst = (field) => {
    if (field.type === "radio") return field.defaultChecked ? field.value : undefined;
    if (field.matches("select")) return ([...field.options].find((one) => one.defaultSelected) ?? field.options[0]).value;
    return field.defaultValue;
  };
  class Whole extends Saving {
    constructor(form) {
      super(form, form.querySelector("p[data-line]"));
      this.revision = form.elements.revision;
      this.made = form.elements.made;
      // What a person has just been asked about is theirs to send; the server holds something else.
      this.isHeld = "held" in form.dataset;
      this.kept = this.isHeld ? null : this.read(valueAtFirst);
      this.recall();
      // Saved twice, because an answer was lost on the way, a new goal is still one.
      if (this.made && !this.made.value && crypto.randomUUID) this.made.value = crypto.randomUUID();
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.save());
      form.addEventListener("submit", () => (this.remember(), writeHistory()));
      sendAhead(form, [this]);
    }

    get fields() {
      return this.list(valueNow);
    }

    list(valueOf) {
      const shown = [...this.form.elements].filter((one) => one.name && one.type !== "hidden");
      return Object.fromEntries(shown.map((one) => [one.name, valueOf(one)?.trim()]).filter(([, value]) => value !== undefined));
    }

    get isDirty() {
      return this.read() !== this.kept;
    }

    read(valueOf = valueNow) {
      return new URLSearchParams(this.list(valueOf)).toString();
    }

    changed() {
      this.saveIn(DEBOUNCE_MS);
      this.remember();
    }

    remember() {
      keepHere("whole", this.isDirty ? { fields: this.fields, revision: this.revision.value, made: this.made?.value } : null);
    }

    recall() {
      const kept = history.state?.whole;
      if (!kept) return;
      for (const [name, value] of Object.entries(kept.fields)) if (this.form.elements[name]) this.form.elements[name].value = value;
      this.revision.value = kept.revision;
      if (this.made && kept.made) this.made.value = kept.made;
    }

    isReady() {
      if (this.fields[this.form.dataset.whole]) return true;
      this.say("needs");
      return false;
    }

    async send() {
      this.tried = this.read();
      const made = this.made ? [["made", this.made.value]] : [];
      if ((await this.post([...new URLSearchParams(this.tried), ["revision", this.revision.value], ...made])) && this.isDirty) this.changed();
    }

    hear(status, answer) {
      if (!answer) return this.hold("bad");
      if (status === 200) return this.saved(answer);
      if (status === 409) return this.clash(answer);
      this.say("refused", (words) => (words.querySelector("[data-problem]").textContent = answer.problem));
      return false;
    }

    // From now on this page is the goal's own, also after a reload.
    saved(answer) {
      this.revision.value = answer.revision;
      this.form.action = answer.path;
      this.kept = this.tried;
      this.lost = null;
      this.remember();
      writeHistory();
      try {
        history.replaceState(history.state, "", answer.path);
      } catch {
        // As above: the next answer names the same address.
      }
      this.saySaved(new Date(answer.saved_at));
      return true;
    }

    // The server's answer to our own last try may have been lost on the way; then there is no other window.
    clash(answer) {
      const held = Object.fromEntries(Object.keys(this.fields).map((name) => [name, answer.fields[name] ?? ""]));
      if (new URLSearchParams(held).toString() !== this.lost) return this.hold("clash");
      this.revision.value = answer.revision;
      this.kept = this.lost;
      this.lost = null;
      return true;
    }
  }

  const startWhole = () => lookAfter([...document.querySelectorAll("form[data-whole]")].map((form) => new Whole(form)));
  const startAnswering = () => lookAfter([...document.querySelectorAll("form[data-answers]")].map((form) => new Answers(form)));

  document.querySelectorAll("time[data-how]").forEach(showTime);
  document.querySelectorAll("form").forEach(guardSubmit);
  document.querySelectorAll("[data-enter]").forEach(takeEnter);
  document.querySelectorAll("form.looks").forEach(changeLook);
  if (document.getElementById("shown-once")) keepShown();
  // A page that comes back from the browser's memory may be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  startSaving();
  startAnswering();
  startWhole();
  for (const form of document.forms) if (!savers.some((one) => one.form === form)) sendAhead(form, savers);
  addEventListener("online", () => document.querySelectorAll("form").forEach(forgetOffline));
  placeFocus();
  if (isFramed) watchHeight();
})();
