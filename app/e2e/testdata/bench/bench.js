// Measures the page from inside. It is run in the page once that has booted, and
// listens to what page and engine say to each other.
"use strict";

globalThis.bench = (() => {
  // CBOR, as far as the messages use it -------------------------------------------

  const utf8 = new TextEncoder();
  const text = new TextDecoder();

  // encode takes numbers below 2^32, strings, arrays and objects.
  const encode = (value) => {
    if (typeof value === "number") {
      return head(0, value);
    }
    if (typeof value === "string") {
      const bytes = utf8.encode(value);
      return [...head(3, bytes.length), ...bytes];
    }
    if (Array.isArray(value)) {
      return [...head(4, value.length), ...value.flatMap(encode)];
    }
    const pairs = Object.entries(value);
    return [...head(5, pairs.length), ...pairs.flat().flatMap(encode)];
  };

  const head = (major, count) => {
    const type = major << 5;
    if (count < 24) {
      return [type | count];
    }
    return [type | 26, count >>> 24, count >>> 16 & 255, count >>> 8 & 255, count & 255];
  };

  // A Cursor reads items one after the other. Integers beyond 2^53 are rounded.
  class Cursor {
    constructor(bytes) {
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.at = 0;
    }

    head() {
      const first = this.view.getUint8(this.at++);
      return { major: first >> 5, low: first & 31, count: this.count(first & 31) };
    }

    count(low) {
      if (low < 24) {
        return low;
      }
      const size = 1 << (low - 24);
      const from = this.at;
      this.at += size;
      switch (size) {
        case 1: return this.view.getUint8(from);
        case 2: return this.view.getUint16(from);
        case 4: return this.view.getUint32(from);
        default: return Number(this.view.getBigUint64(from));
      }
    }

    string(size) {
      this.at += size;
      return text.decode(new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - size, size));
    }

    item() {
      const { major, low, count } = this.head();
      switch (major) {
        case 0: return count;
        case 1: return -1 - count;
        case 2:
        case 3: return this.string(count);
        case 4: return Array.from({ length: count }, () => this.item());
        case 5: return Object.fromEntries(Array.from({ length: count }, () => [this.item(), this.item()]));
        default: return { 20: false, 21: true, 22: null }[low];
      }
    }
  }

  // What page and engine say ------------------------------------------------------

  const answerKind = 0;
  const progressKind = 1;
  const engine = chainglass.engine;
  const { receive, post } = engine;
  const waiting = new Map(); // for the answer to a request, by its number

  // answerTo promises the time of an answer and its body, as a cursor that one can
  // read. Whoever asks twice gets the same promise.
  const answerTo = (number) => {
    if (!waiting.has(number)) {
      const answer = {};
      answer.promise = new Promise((resolve, reject) => {
        answer.take = (kind, taken) => (kind === answerKind ? resolve : reject)(taken);
      });
      answer.promise.catch(() => {}); // whoever waits for it is told
      waiting.set(number, answer);
    }
    return waiting.get(number).promise;
  };

  let firstChain; // of those that reports tell of

  engine.receive = (bytes) => {
    const atMS = performance.now();
    const body = new Cursor(bytes);
    body.head();
    const number = body.item();
    const kind = body.item();
    if (kind !== progressKind) {
      unanswered.delete(number);
      waiting.get(number)?.take(kind, { atMS, body });
      waiting.delete(number);
    } else if (waiting.has(number)) {
      firstChain ??= body.item().Chains?.[0]?.ID;
    }
    receive(bytes);
  };

  // What the page asks for: of these methods how, when, and the promise of an answer.
  const watched = ["open", "insights", "search"];
  const requests = [];
  const unanswered = new Set();
  let wishes = []; // for requests that have not been made yet

  engine.post = (bytes, files) => {
    const request = new Cursor(bytes);
    request.head();
    const number = request.item();
    const method = request.item();
    if (method !== "cancel") {
      unanswered.add(number);
    }
    if (watched.includes(method)) {
      const made = { method, body: request.item(), postedMS: performance.now(), answer: answerTo(number) };
      requests.push(made);
      wishes = wishes.filter((wish) => !wish(made));
    }
    return post.call(engine, bytes, files);
  };

  // Numbers that the page's own requests do not reach.
  let lastNumber = 1_000_000_000;

  const nextFrame = () => new Promise(requestAnimationFrame);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // requested resolves with the first request that is as wanted, which may not have
  // been made yet. It does not look again and again: that would keep the page drawing.
  const requested = (wanted) => new Promise((resolve) => {
    const wish = (made) => wanted(made) && (resolve(made), true);
    if (!requests.some(wish)) {
      wishes.push(wish);
    }
  });

  // rest resolves once the page has waited for nothing during a while.
  const rest = async () => {
    const stillMS = 300;
    for (let sinceMS = performance.now(); performance.now() - sinceMS < stillMS;) {
      await nextFrame();
      if (unanswered.size > 0) {
        sinceMS = performance.now();
      }
    }
  };

  // Loading -----------------------------------------------------------------------

  const dropped = new Promise((resolve) => {
    addEventListener("drop", () => resolve(performance.now()), { capture: true, once: true });
  });

  const rowsShown = async () => {
    await dropped;
    while (!document.querySelector(".row:not(.head):not(.waiting) .c-seq")) {
      await nextFrame();
    }
    return performance.now();
  };

  const opened = async () => (await requested(({ method }) => method === "open")).answer;

  // storyShown resolves when the story of all that was opened is there: the page asks
  // for it once nothing is being read any more.
  const storyShown = async () => {
    const { atMS } = await opened();
    const asked = await requested(({ method, postedMS }) => method === "insights" && postedMS >= atMS);
    await asked.answer;
    await nextFrame();
    return performance.now();
  };

  // longestTask is the longest task that overlaps a span of time. The browser
  // reports tasks of 50 ms and more, a little late.
  const longestTask = async (fromMS, toMS) => {
    await pause(500);
    return chainglassLongTasks
      .filter(({ startTime, duration }) => startTime + duration > fromMS && startTime < toMS)
      .reduce((longest, { duration }) => Math.max(longest, duration), 0);
  };

  const measureLoad = async () => {
    const [droppedMS, rowsMS, { atMS, body }, storyMS] = await Promise.all([dropped, rowsShown(), opened(), storyShown()]);
    const { Progress } = body.item();
    return {
      chain: firstChain,
      records: Progress.Records,
      rowsMS: rowsMS - droppedMS,
      openMS: atMS - droppedMS,
      storyMS: storyMS - droppedMS,
      fromMS: droppedMS,
      toMS: storyMS,
    };
  };

  // Searching ---------------------------------------------------------------------

  // typed resolves with the time at which the filter line is next changed.
  const typed = () => new Promise((resolve) => {
    addEventListener("input", () => resolve(performance.now()), { capture: true, once: true });
  });

  const measureSearch = async (query) => {
    const typedMS = await typed();
    const asked = await requested(({ method, body, postedMS }) => method === "search" && body.Query === query && postedMS >= typedMS);
    const { Fault, Complete, Rows } = (await asked.answer).body.item();
    if (Fault || !Complete) {
      throw new Error(`${query}: ${Fault?.Text ?? "not searched whole"}`);
    }
    const count = Rows.toLocaleString("en-US") + " of ";
    while (!document.querySelector(".filter-rows")?.textContent.startsWith(count) || document.querySelector(".filter-busy")) {
      await nextFrame();
    }
    return { rows: Rows, ms: performance.now() - typedMS };
  };

  return {
    // load resolves with the times of the next drop, in milliseconds from it on.
    load: measureLoad(),

    rest,
    longestTask,

    // expect has searched resolve when the next query that is typed has been answered
    // whole, with how long that took from the last letter on.
    expect(query) {
      bench.searched = measureSearch(query);
    },

    // states asks for the state at each of the positions, one after the other, and
    // resolves with the milliseconds that every answer took.
    async states(chain, positions) {
      const tookMS = [];
      for (const position of positions) {
        const number = ++lastNumber;
        const answered = answerTo(number);
        const askedMS = performance.now();
        engine.post(Uint8Array.from(encode([number, "state", { Chain: chain, Position: position }])), []);
        tookMS.push((await answered).atMS - askedMS);
      }
      return tookMS;
    },

    // ask asks the engine for something and resolves with what it answered, as base64.
    async ask(method, body) {
      const number = ++lastNumber;
      const answered = answerTo(number);
      engine.post(Uint8Array.from(encode([number, method, body])), []);
      const { body: { view, at } } = await answered;
      return btoa(Array.from(new Uint8Array(view.buffer, view.byteOffset + at), (b) => String.fromCharCode(b)).join(""));
    },

    // parse parses every line of a file. parseMS is the time in JSON.parse alone,
    // totalMS includes reading and splitting.
    async parse(file) {
      const blockBytes = 8 << 20;
      const startedMS = performance.now();
      let parseMS = 0;
      let records = 0;
      for (let at = 0; at < file.size;) {
        const block = new Uint8Array(await file.slice(at, at + blockBytes).arrayBuffer());
        const end = block.lastIndexOf("\n".charCodeAt(0));
        const lines = text.decode(block.subarray(0, end)).split("\n");
        const beganMS = performance.now();
        for (const line of lines) {
          JSON.parse(line);
        }
        parseMS += performance.now() - beganMS;
        records += lines.length;
        at += end + 1;
      }
      return { records, parseMS, totalMS: performance.now() - startedMS };
    },
  };
})();
