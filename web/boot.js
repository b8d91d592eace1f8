// Boot: get the program's bytes, have them compiled once and the engine started in
// a worker, then start the page here. Every failure ends in a card that says what
// to do.
//
// The same text serves both forms of the page. In the single file everything
// lies in script elements; on a server the program is fetched.
"use strict";

(() => {
  const inlineText = (id) => document.getElementById(id)?.textContent ?? "";

  // Timings, in milliseconds since the page was asked for.
  const timings = chainglass.timings = { boot: performance.now() };
  const mark = (name) => { timings[name] = performance.now(); };

  const { Fault, line, show } = chainglassFault;
  chainglass.booting = true;
  chainglass.fault = (title, advice, detail) => show(new Fault(title, advice, detail));

  // Progress -------------------------------------------------------------------

  // A page that was saved while it ran holds in place of the boot screen what it
  // showed then.
  const freshScreen = () => {
    const screen = document.createElement("div");
    screen.id = "boot";
    screen.append(line("h1", "Chainglass"),
      Object.assign(document.createElement("progress"), { id: "boot-progress", max: 1, value: 0 }),
      Object.assign(line("p", "Loading"), { id: "boot-step" }));
    screen.querySelector("progress").setAttribute("aria-labelledby", "boot-step");
    const ran = document.body.firstElementChild;
    if (ran.localName === "div") {
      ran.replaceWith(screen);
    } else {
      ran.before(screen);
    }
  };
  if (!document.getElementById("boot")) {
    freshScreen();
  }

  const step = document.getElementById("boot-step");
  const bar = document.getElementById("boot-progress");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  const showProgress = (bytes, totalBytes) => {
    const share = Math.min(bytes / totalBytes, 1);
    bar.value = share;
    step.textContent = `Loading the program: ${megabytes(bytes)} of ${megabytes(totalBytes)} MB, ${Math.floor(share * 100)} %`;
  };

  // Why there is no program: title and advice.
  const programFaults = {
    unreachable: [
      "The program could not be loaded",
      "Check the connection, then reload the page.",
    ],
    missing: [
      "The program could not be loaded",
      "The server no longer has the program that belongs to this page. Reload the page to get the present one.",
    ],
    damaged: [
      "The program is damaged or incomplete",
      "It does not match its checksum: it did not arrive as it was built. Reload the page.",
    ],
  };

  const programFault = ({ reason, detail }) => (reason === "damaged" && !chainglass.config.wasm.url
    ? chainglassFault.damaged("its program does not match its checksum", detail)
    : new Fault(...programFaults[reason], detail));

  const serverMissing = () => new Fault(
    "This page needs its server",
    "index.html loads its program from beside it, which browsers do not allow for pages opened from a disk. " +
      "In the same folder lies the same viewer in one file, which opens from anywhere.",
    "",
    chainglass.config.page,
  );

  const workerRefused = (err) => new Fault(
    "The engine could not start",
    "Chainglass does its work in a worker, and this browser did not allow one for this page. Try another browser, or a private window without extensions.",
    err,
  );

  // The engine -----------------------------------------------------------------

  // How many files go in one message: to pass on more of them would take too long.
  const filesAtOnce = 500;
  // "?helpers=N" behind the address of the page says how many helpers the engine starts
  // for what is large, in place of what it makes of the machine; 0: it reads alone.
  const helpersByHand = (() => {
    const said = new URLSearchParams(location.search).get("helpers");
    return /^\d{1,2}$/.test(said ?? "") ? Number(said) : null;
  })();

  class Engine {
    constructor() {
      this.unsent = [];
      this.unheard = [];
      this.receive = (bytes) => { this.unheard.push(bytes); };
      this.crashed = (text) => {
        const fault = new Fault(
          "The engine stopped",
          "Chainglass's worker ended unexpectedly. Your files are untouched. Reload the page and open them again.",
          text,
        );
        this.refuse(fault);
        show(fault); // nobody may wait for it any more
      };
      this.running = new Promise((resolve, reject) => {
        this.answer = resolve;
        this.refuse = reject;
      });
      this.running.catch(() => {}); // who waits for it hears of it
      this.start();
    }

    start() {
      const source = ["exec", "run", "checksum", "engine"].map((name) => inlineText(`chainglass-${name}`));
      this.address ??= URL.createObjectURL(new Blob(source, { type: "text/javascript" }));
      const worker = new Worker(this.address, { name: "chainglass engine" });
      this.worker = worker;
      this.helpers = new Map(); // the engine's, by number
      worker.postMessage({ helpers: helpersByHand, filesAtOnce });
      worker.onmessage = ({ data }) => {
        if (data.crash !== undefined) {
          this.crash(worker, data.crash);
        } else if (data.read) {
          this.answerRead(data.read);
        } else if (data.bytes) {
          this.receive(data.bytes);
        } else if (data.startHelper) {
          this.startHelper(data.startHelper);
        } else if (data.toHelper) {
          this.helpers.get(data.toHelper.number)?.postMessage(data.toHelper.message);
        } else if (data.endHelper) {
          this.endHelper(data.endHelper);
        } else {
          this.hearOfStart(data);
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.crash(worker, event.message || "the browser did not start the worker");
      };
      worker.onmessageerror = () => this.crash(worker, "a message could not be read");
    }

    // load has the worker compile and run the program: that beside a page on a
    // server, or the bytes that travel inside the page. Either way the worker holds
    // it against its checksum first.
    async load({ url, size, sha256 }) {
      const inline = document.getElementById("chainglass-wasm");
      if (!inline && !url) {
        throw programFault({ reason: "damaged", detail: "chainglass-wasm is missing" });
      }
      if (!inline && location.protocol === "file:") {
        throw serverMissing();
      }
      this.send({ program: { url: inline ? "" : new URL(url, document.baseURI).href, size, sha256 } });
      if (!inline) {
        return;
      }
      let program;
      try {
        program = chainglass.inlineStream(inline, size);
      } catch (err) {
        throw workerRefused(err);
      }
      let bytes = 0;
      try {
        await program.pipeTo(new WritableStream({
          write: (piece) => {
            bytes += piece.length;
            this.send({ piece }, [piece.buffer]);
          },
          close: () => this.send({ piece: null }),
        }));
      } catch (err) {
        throw programFault({ reason: "damaged", detail: `${bytes.toLocaleString("en")} of ${size.toLocaleString("en")} bytes can be unpacked: ${err.message || err}` });
      }
    }

    // hearOfStart takes what the worker tells until it runs. How far the program
    // has come is told in bytes unpacked: a compressed response hides its size.
    hearOfStart({ received, module, failure, ready }) {
      if (received) {
        mark("downloaded");
        showProgress(received, chainglass.config.wasm.size);
      } else if (module) {
        mark("compiled");
        this.module = module;
      } else if (failure) {
        this.refuse(programFault(failure));
      } else if (ready) {
        mark("engine");
        this.answer();
      }
    }

    send(message, moved) {
      this.worker?.postMessage(message, moved);
    }

    // answerRead reads for a worker that cannot.
    async answerRead({ blob, from, to, answer }) {
      try {
        const bytes = new Uint8Array(await blob.slice(from, to).arrayBuffer());
        answer.postMessage(bytes, [bytes.buffer]);
      } catch (err) {
        answer.postMessage(`${err.name}: ${err.message}`);
      }
    }

    // The engine's helpers are started here: Firefox may never return from the start of
    // a worker by a worker. What is said to them goes through their port, but for files.
    startHelper({ number, port }) {
      const died = (reason) => this.send({ helper: number, died: String(reason) });
      try {
        const helper = new Worker(this.address, { name: "chainglass helper" });
        this.helpers.set(number, helper);
        helper.onerror = (event) => {
          event.preventDefault();
          died(event.message || "the browser did not start the worker");
        };
        helper.postMessage({ module: this.module, port }, [port]);
      } catch (err) {
        died(err);
      }
    }

    endHelper(number) {
      this.helpers.get(number)?.terminate();
      this.helpers.delete(number);
    }

    // One crash has several symptoms; the first tells most.
    crash(worker, text) {
      if (worker !== this.worker) {
        return;
      }
      this.stop();
      this.crashed(text);
    }

    stop() {
      this.worker?.terminate();
      this.worker = null;
      for (const number of this.helpers.keys()) {
        this.endHelper(number);
      }
      this.unsent = [];
    }

    restart() {
      this.stop();
      this.start();
      this.send({ module: this.module });
    }

    listen(receive, crashed) {
      this.receive = receive;
      this.crashed = crashed;
      this.unheard.splice(0).forEach(receive);
    }

    // post returns false if there is no engine to take the message.
    post(bytes, files) {
      if (this.worker === null) {
        return false;
      }
      this.unsent.push({ bytes, files });
      if (this.unsent.length === 1) {
        this.sendUnsent(this.unsent);
      }
      return true;
    }

    // sendUnsent sends messages in their order. Where tens of thousands of files go
    // beside one they go in front of it, some at a time, with the browser's work in
    // between.
    async sendUnsent(unsent) {
      while (unsent.length > 0) {
        const { bytes, files = [] } = unsent[0];
        for (const { blobs } of files.filter(({ count }) => count > filesAtOnce)) {
          for (let at = 0; at < blobs.length; at += filesAtOnce) {
            this.send({ blobs: blobs.slice(at, at + filesAtOnce) });
            await chainglassTask();
            if (unsent !== this.unsent) {
              return; // the engine has ended
            }
          }
        }
        const lists = files.map((list) => (list.count > filesAtOnce ? { ...list, blobs: null } : list));
        this.send({ bytes, files: lists }, [bytes.buffer]);
        unsent.shift();
      }
    }
  }

  const startEngine = () => {
    try {
      return new Engine();
    } catch (err) {
      throw workerRefused(err);
    }
  };

  // Boot -----------------------------------------------------------------------

  const demand = (present, name) => {
    if (!present) {
      throw new Fault(
        "This browser cannot run Chainglass",
        "It lacks a feature that browsers have had since 2024, or a setting turned it off. Use a current Firefox, Chrome, Edge or Safari.",
        `${name} is missing`,
      );
    }
  };

  const boot = async () => {
    const damage = await chainglassFault.parts();
    if (damage) {
      throw damage;
    }
    chainglass.keepSource();
    chainglass.takeCarriedFragment();
    chainglass.addPickers();
    chainglass.addNotices();
    demand(globalThis.WebAssembly, "WebAssembly");
    demand(globalThis.Worker, "Worker");
    demand(globalThis.DecompressionStream, "DecompressionStream");
    const engine = chainglass.engine = startEngine();
    await engine.load(chainglass.config.wasm);
    // The page follows when the engine runs, and so finds compiled what both need
    // to start: most of it.
    await engine.running;
    step.textContent = "Starting";
    await chainglassRun(engine.module, (text) => chainglass.fault(
      "Chainglass stopped",
      "The page's program ended unexpectedly. Your files are untouched. Reload the page and open them again.",
      text,
    ));
    mark("running");
  };

  boot().catch((err) => {
    show(err instanceof Fault ? err : new Fault("Chainglass could not start", "Reload the page.", err?.stack ?? err));
  }).finally(chainglass.workOffline);
})();
