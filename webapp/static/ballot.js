/* A secret electronic vote in the browser of a member: docs/ballots.md says what it is for.

   Check-in (with a login): a paper per item is made here, blinded, signed blind by the server,
   and the blinding taken off. RFC 9474, RSABSSA-SHA384-PSS-Randomized, as engine/council/blind.py.
   Dropping (without login or cookie): each paper with its choice, one request each, at a random
   moment. Publication: this browser finds its own papers and compares.

   Papers are kept in localStorage from the first moment on, so a reload, a closed tab or a lost
   answer loses no vote. No text from anywhere is put into the page as markup. */
"use strict";

(() => {
  const page = document.querySelector("[data-ballot]");
  if (!page) return;
  const data = JSON.parse(document.getElementById("ballot-data").textContent);
  const KEPT = `thidua-ballot-${data.public_id}`;
  const EXPONENT = 65537n;
  const PREFIX = 32, MESSAGE = 16, SALT = 48;
  const CHOICES = ["agree", "disagree", "abstain"];
  const find = name => page.querySelector(`[data-part="${name}"]`);
  const show = (name, is = true) => { const one = find(name); if (one) one.hidden = !is; };
  const fill = (text, facts = {}) =>
    text.replace(/%\((\w+)\)s/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
  const tell = (name, text, kind = "info") => {
    const one = find(name);
    one.hidden = !text;
    one.className = `notice ${kind}`;
    if (one.textContent !== text) one.textContent = text;
  };

  // ---- what is kept in this browser

  const keep = kept => localStorage.setItem(KEPT, JSON.stringify(kept));
  const recall = () => {
    try {
      return JSON.parse(localStorage.getItem(KEPT));
    } catch {
      return null;
    }
  };

  // ---- numbers and bytes

  const toBytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const toBase64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
  const toHex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
  const toNumber = bytes => BigInt(`0x${toHex(bytes)}`);
  const toOctets = (number, size) => {
    const hex = number.toString(16).padStart(2 * size, "0");
    return Uint8Array.from({ length: size }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
  };
  const random = size => crypto.getRandomValues(new Uint8Array(size));
  const chance = () => new DataView(random(4).buffer).getUint32(0) / 2 ** 32;
  const join = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  };
  const hash = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

  const power = (base, exponent, modulus) => {
    let result = 1n;
    for (let left = exponent, at = base % modulus; left > 0n; left >>= 1n) {
      if (left & 1n) result = (result * at) % modulus;
      at = (at * at) % modulus;
    }
    return result;
  };
  const inverse = (number, modulus) => {
    let [a, b, x, y] = [number % modulus, modulus, 1n, 0n];
    while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
    return a === 1n ? ((x % modulus) + modulus) % modulus : null; // null: not coprime
  };

  // ---- RFC 9474 and RFC 8017

  const mask = async (seed, length) => {
    const blocks = [];
    for (let counter = 0; 48 * counter < length; counter++) {
      blocks.push(await hash("SHA-384", join(seed, toOctets(BigInt(counter), 4))));
    }
    return join(...blocks).slice(0, length);
  };

  const encode = async (paper, modulus) => {
    const bits = modulus.toString(2).length - 1;
    const size = Math.ceil(bits / 8);
    const salt = random(SALT);
    const digest = await hash("SHA-384", paper);
    const seed = await hash("SHA-384", join(new Uint8Array(8), digest, salt));
    const empty = new Uint8Array(size - seed.length - SALT - 2);
    const block = join(empty, Uint8Array.of(1), salt);
    const over = await mask(seed, block.length);
    const masked = block.map((byte, at) => byte ^ over[at]);
    masked[0] &= 0xff >> (8 * size - bits);
    return join(masked, seed, Uint8Array.of(0xbc));
  };

  const factor = modulus => {
    const size = Math.ceil(modulus.toString(16).length / 2);
    for (;;) {
      const number = toNumber(random(size));
      const back = number > 0n && number < modulus ? inverse(number, modulus) : null;
      if (back !== null) return [number, back];
    }
  };

  /* A new paper for an item, with what takes the blinding off. */
  const make = async item => {
    const key = toBytes(item.key);
    const modulus = toNumber(key);
    const paper = join(random(PREFIX), random(MESSAGE));
    const message = toNumber(await encode(paper, modulus));
    const [blind, back] = factor(modulus);
    const blinded = (message * power(blind, EXPONENT, modulus)) % modulus;
    return {
      ...item,
      paper: toBase64(paper),
      blinded: toBase64(toOctets(blinded, key.length)),
      back: back.toString(16),
    };
  };

  /* The item with the signature of its paper; null if what came back is not of this paper. */
  const finalise = (item, signed) => {
    const key = toBytes(item.key);
    const modulus = toNumber(key);
    const back = BigInt(`0x${item.back}`);
    const signature = (toNumber(toBytes(signed)) * back) % modulus;
    const message = (toNumber(toBytes(item.blinded)) * power(back, EXPONENT, modulus)) % modulus;
    if (power(signature, EXPONENT, modulus) !== message) return null;
    const { blinded: _blinded, back: _back, ...rest } = item; // nobody can blind it again
    return { ...rest, signature: toBase64(toOctets(signature, key.length)) };
  };

  const phraseOf = async item => {
    const words = new TextEncoder().encode("thidua-phrase:");
    const digest = await hash("SHA-256", join(words, toBytes(item.paper)));
    return Array.from(digest.slice(0, 3), byte => data.phrases[byte]).join(" ");
  };

  // ---- requests

  const ask = async (address, body, options = {}) => {
    const { headers = {}, ...more } = options;
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(address, {
      ...sent,
      cache: "no-store",
      redirect: "error",
      headers: { "Content-Type": "application/json", ...headers },
      ...more,
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, content: isJson ? await answer.json() : null };
  };

  // ---- check-in

  const checkIn = () => {
    const kept = recall();
    show("script", false);
    if (!window.isSecureContext || !crypto.subtle) return show("insecure");
    if (kept && kept.state !== "asked") return show(data.has_papers ? "ready" : "other");
    if (data.has_papers && !kept) return show("elsewhere");
    if (!data.gives) return undefined;
    show("take");
    return find("take-button").addEventListener("click", take);
  };

  const refuse = text => {
    tell("said", text, "bad");
    find("take-button").disabled = false;
  };

  const take = async () => {
    const { words } = data;
    find("take-button").disabled = true;
    tell("said", words.making);
    let kept = recall();
    if (!kept) {
      const items = [];
      for (const item of data.items) items.push(item.barred ? item : await make(item));
      kept = { state: "asked", session: data.session, published: data.published, items };
      try {
        keep(kept);
      } catch {
        return refuse(words.full);
      }
    }
    tell("said", words.sending);
    const asked = kept.items.filter(item => !item.barred);
    const papers = Object.fromEntries(asked.map(item => [item.id, item.blinded]));
    const token = find("token").value;
    let answer;
    try {
      answer = await ask(location.href, { voting: data.voting, papers }, {
        headers: { "X-CSRFToken": token },
      });
    } catch {
      return refuse(words.offline);
    }
    if (answer.status !== 200 || !answer.content) {
      return refuse(answer.content ? answer.content.problem : words.ended);
    }
    const items = kept.items.map(item =>
      item.barred ? item : finalise(item, answer.content.papers[item.id]));
    if (items.includes(null)) return refuse(words.wrong);
    keep({ ...kept, state: "ready", items });
    tell("said", "");
    show("take", false);
    show("ready");
    return find("go").focus();
  };

  // ---- the booth: choosing, confirming, dropping

  let kept = null;
  let standing = null; // what the server said last, and when: {state, …, heard}
  const asked = () => kept.items.filter(item => !item.barred);
  const left = item => kept.state === "sent" && !item.end; // still to be dropped
  const seconds = name =>
    standing[name] === null ? null : standing[name] - (Date.now() - standing.heard) / 1000;

  const booth = async () => {
    kept = recall();
    show("script", false);
    if (!window.isSecureContext || !crypto.subtle) return show("insecure");
    if (!kept || kept.state === "asked") {
      return show("empty");
    }
    for (const item of asked()) item.phrase = await phraseOf(item);
    find("session").textContent = kept.session;
    drawSheet();
    find("sheet").addEventListener("change", choose);
    find("rest-button").addEventListener("click", chooseRest);
    find("sheet").addEventListener("submit", review);
    find("back").addEventListener("click", () => turn("sheet"));
    find("confirm").addEventListener("click", confirm);
    turn(kept.state === "sent" ? "sending" : "sheet");
    listen();
    return setInterval(beat, 250);
  };

  const turn = name => {
    for (const one of ["sheet", "review", "sending"]) show(one, one === name);
    if (name === "sending") drawSending();
    find(name).querySelector("h2").focus();
  };

  const copy = name => document.getElementById(name).content.cloneNode(true);
  const put = (within, name, text) => {
    const one = within.querySelector(`[data-item="${name}"]`);
    one.textContent = text;
    one.hidden = !text;
  };

  const drawSheet = () => {
    const list = find("items");
    list.replaceChildren();
    for (const item of kept.items) {
      const drawn = copy("ballot-item");
      put(drawn, "number", `${item.number}.`);
      for (const name of ["name", "about", "concerns", "needed", "summary", "appraisal"]) {
        put(drawn, name, item[name]);
      }
      drawn.querySelector("details").hidden = !item.summary && !item.appraisal;
      drawn.querySelector("li").id = `muc-${item.number}`;
      drawn.querySelector("legend").textContent = `${item.number}. ${item.name}`;
      drawn.querySelector("fieldset").hidden = Boolean(item.barred);
      drawn.querySelector("[data-item=barred]").hidden = !item.barred;
      for (const choice of CHOICES) {
        const box = drawn.querySelector(`input[value="${choice}"]`);
        box.name = `choice-${item.id}`;
        box.id = `choice-${item.id}-${choice}`;
        box.checked = item.choice === choice;
        box.nextElementSibling.htmlFor = box.id;
      }
      list.append(drawn);
    }
  };

  const choose = event => {
    const item = asked().find(one => `choice-${one.id}` === event.target.name);
    if (!item) return;
    item.choice = event.target.value;
    keep(kept);
  };

  const chooseRest = () => {
    const choice = find("rest").value;
    if (!CHOICES.includes(choice)) return;
    for (const item of asked()) item.choice ||= choice;
    keep(kept);
    drawSheet();
  };

  const review = event => {
    event.preventDefault();
    const open = asked().filter(item => !item.choice);
    show("problem", open.length > 0);
    if (open.length) {
      const numbers = open.slice(0, 12).map(item => item.number).join(", ");
      find("problem").textContent = fill(data.words.missing, {
        count: open.length,
        numbers: open.length > 12 ? `${numbers}, …` : numbers,
      });
      find("problem").focus();
      return;
    }
    const groups = find("groups");
    groups.replaceChildren();
    for (const choice of CHOICES) {
      const items = asked().filter(item => item.choice === choice);
      if (!items.length) continue;
      const drawn = copy("ballot-group");
      put(drawn, "choice", `${data.choices[choice]}: ${items.length}`);
      const list = drawn.querySelector("ul");
      for (const item of items) {
        const line = document.createElement("li");
        line.textContent = `${item.number}. ${item.name}`;
        list.append(line);
      }
      groups.append(drawn);
    }
    turn("review");
  };

  /* Each paper gets a moment of its own: after everybody had time to press the button. */
  const confirm = () => {
    if (kept.state === "sent" || !standing || standing.state !== "casting") return;
    const closing = seconds("seconds_left");
    const room = closing === null ? Infinity : Math.max(0, closing - 15);
    const spread = Math.min(data.spread, room);
    const start = Math.min(Math.max(0, seconds("mix_in") ?? 0), room - spread);
    for (const item of asked()) {
      item.due = Date.now() + 1000 * (start + spread * chance());
    }
    kept.state = "sent";
    keep(kept);
    turn("sending");
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
  };

  const drawSending = () => {
    const list = find("dropped");
    const { words, choices } = data;
    if (list.children.length !== asked().length) {
      list.replaceChildren(...asked().map(() => copy("ballot-dropped").firstElementChild));
    }
    const ends = { ok: words.dropped, late: words.late, refused: words.refused, changed: words.changed };
    asked().forEach((item, at) => {
      const drawn = list.children[at];
      put(drawn, "name", `${item.number}. ${item.name}`);
      put(drawn, "choice", choices[item.choice]);
      put(drawn, "phrase", item.phrase);
      const tag = drawn.querySelector("[data-item=end]");
      tag.textContent = ends[item.end] || words.waiting;
      tag.className = `tag ${item.end === "ok" ? "ok" : item.end ? "bad" : "info"}`;
    });
    const done = asked().filter(item => item.end).length;
    const lost = asked().filter(item => item.end && item.end !== "ok").length;
    const facts = { done, count: asked().length };
    if (lost) return tell("sent", words.lost, "bad");
    if (done < facts.count) return tell("sent", fill(words.sending, facts), "warn");
    return tell("sent", fill(words.finished, facts), "ok");
  };

  let busy = false;
  const beat = async () => {
    if (standing) drawStanding();
    if (busy) return;
    const item = asked().find(one => left(one) && one.due <= Date.now());
    if (!item) return;
    busy = true;
    try {
      await dropOne(item);
    } finally {
      busy = false;
    }
  };

  const dropOne = async item => {
    const { id, paper, signature, choice } = item;
    let answer;
    try {
      answer = await ask(data.send, { item: id, paper, signature, choice }, { credentials: "omit" });
    } catch {
      answer = { status: 0, content: null };
    }
    if (answer.status === 200 && answer.content) {
      item.end = answer.content.choice === choice ? "ok" : "changed";
    } else if (answer.content && answer.content.code === "voting_not_open") {
      item.end = "late";
    } else if (answer.content && answer.status < 500) {
      item.end = "refused";
    } else {
      item.due = Date.now() + 1000 * (1 + 3 * chance());
      tell("line", data.words.offline, "warn");
      return;
    }
    tell("line", "");
    keep(kept);
    drawSending();
  };

  const listen = async () => {
    try {
      const answer = await ask(data.status, undefined, { credentials: "omit" });
      if (answer.status === 200) {
        standing = { ...answer.content, heard: Date.now() };
        drawStanding();
      }
    } catch {
      tell("line", data.words.offline, "warn");
    }
    if (!standing || !["closed", "void"].includes(standing.state)) {
      setTimeout(listen, 1000 * (2 + 3 * chance()));
    }
  };

  const drawStanding = () => {
    const { words } = data;
    const casts = standing.state === "casting";
    const wait = Math.ceil(seconds("mix_in") ?? 0);
    const open = fill(words.open, standing);
    const mixing = kept.state !== "sent" && wait > 0 ? ` ${fill(words.mixing, { seconds: wait })}` : "";
    const says = {
      check_in: words.open_soon,
      casting: open + mixing,
      closed: words.closed,
      void: words.void,
    };
    tell("standing", says[standing.state] || "", standing.state === "void" ? "bad" : "info");
    find("confirm").disabled = !casts;
    show("soon", standing.state === "check_in");
    show("published", standing.state === "closed");
    if (standing.state === "closed") find("published").querySelector("a").href = kept.published;
    const over = ["closed", "void"].includes(standing.state);
    if (over && kept.state !== "sent") for (const one of ["sheet", "review"]) show(one, false);
  };

  // ---- the publication

  const compare = () => {
    show("script", false);
    kept = recall();
    const { words } = data;
    if (!kept || kept.state === "asked") return tell("check", words.none);
    const rows = new Map(Array.from(page.querySelectorAll("[data-paper]"), row =>
      [`${row.dataset.of} ${row.dataset.paper}`, row]));
    const problems = [];
    const mine = [];
    for (const item of asked()) {
      const row = rows.get(`${item.id} ${item.paper}`);
      const facts = { number: item.number, phrase: item.phrase };
      if (row) mine.push(row);
      if (data.keys[item.id] !== item.key) problems.push(fill(words.key, facts));
      if (item.end !== "ok" && !row) problems.push(fill(words.unsent, facts));
      else if (!row) problems.push(fill(words.missing, facts));
      else if (row.dataset.choice !== item.choice) problems.push(fill(words.changed, facts));
    }
    if (problems.length) tell("check", `${words.bad} ${problems.join(" ")}`, "bad");
    else tell("check", fill(words.good, { count: asked().length }), "ok");
    show("own");
    find("point").addEventListener("click", () => {
      for (const row of mine) {
        const tag = row.querySelector("[data-mine]");
        tag.textContent = tag.textContent ? "" : words.mine;
        tag.hidden = !tag.textContent;
        if (tag.textContent) row.closest("details").open = true;
      }
    });
    return find("forget").addEventListener("click", () => {
      localStorage.removeItem(KEPT);
      show("own", false);
      tell("check", words.forgotten);
    });
  };

  ({ "check-in": checkIn, booth, published: compare })[page.dataset.ballot]();
})();
