// The engine's side of the worker: it fetches and compiles the program, for the
// page as well, starts it in the engine role and is the port between that program
// and the page.
"use strict";

(() => {
  if (self.name !== "chainglass engine") {
    return;
  }

  const undelivered = [];
  let deliver = (message) => { undelivered.push(message); };

  const crash = (text) => postMessage({ crash: text });

  const run = (module) => {
    chainglassRun(module, crash).catch((err) => crash(String(err)));
  };

  // fail tells why there is no program, by a reason that the page knows.
  const fail = (reason, detail) => postMessage({ failure: { reason, detail: String(detail) } });

  // count is a number of bytes as a person reads it.
  const count = (bytes) => bytes.toLocaleString("en");

  let program; // what the page expects: its size in bytes and its checksum

  // compile compiles a stream of the program as it comes and tells the page how far
  // it has come. Once all of it is there and matches its checksum, it goes to the
  // page and runs.
  const compile = async (stream) => {
    const whole = new Uint8Array(program.size);
    let bytes = 0;
    let compiler;
    const compiled = compileStream(new ReadableStream({
      start(controller) { compiler = controller; },
      cancel() { compiler = null; },
    }));
    compiled.catch(() => {}); // it is asked below
    try {
      for (const reader = stream.getReader();;) {
        const { done, value } = await reader.read();
        if (done) {
          break;
        }
        if (bytes + value.length <= whole.length) {
          whole.set(value, bytes);
        }
        bytes += value.length;
        compiler?.enqueue(value);
        postMessage({ received: bytes });
      }
      compiler?.close();
    } catch (err) {
      compiler?.error(err);
      fail("damaged", `${count(bytes)} of ${count(whole.length)} bytes arrived: ${err}`);
      return;
    }
    if (bytes !== whole.length) {
      fail("damaged", `${count(bytes)} bytes, and it was built with ${count(whole.length)}`);
      return;
    }
    const sha256 = await chainglassSHA256(whole);
    if (sha256 !== program.sha256) {
      fail("damaged", `${count(bytes)} bytes, as it was built, but others: their SHA-256 is ${sha256}, and that of the program is ${program.sha256}`);
      return;
    }
    let module;
    try {
      module = await compiled;
    } catch (err) {
      fail("damaged", err);
      return;
    }
    postMessage({ module });
    run(module);
  };

  const compileStream = async (stream) => {
    const response = new Response(stream, { headers: { "Content-Type": "application/wasm" } });
    return WebAssembly.compileStreaming?.(response) ?? WebAssembly.compile(await response.arrayBuffer());
  };

  const fetchProgram = async (url) => {
    try {
      const response = await fetch(url);
      if (response.ok) {
        compile(response.body);
      } else {
        fail("missing", `${url}: ${response.status} ${response.statusText}`);
      }
    } catch (err) {
      fail("unreachable", err);
    }
  };

  const blobs = []; // of the next message, which has too many files to bring them itself

  let pieces; // the controller of their stream, as long as they are wanted
  let begun = false;

  // takePiece takes a part of the program, and null after the last.
  const takePiece = (piece) => {
    if (!begun) {
      begun = true;
      compile(new ReadableStream({
        start(controller) { pieces = controller; },
        cancel() { pieces = null; },
      }));
    }
    if (piece) {
      pieces?.enqueue(piece);
    } else {
      pieces?.close();
    }
  };

  onmessage = ({ data }) => {
    if (data.filesAtOnce) {
      Object.assign(chainglass, { helpersByHand: data.helpers, filesAtOnce: data.filesAtOnce });
    } else if (data.helper) {
      chainglass.helperDied(data.helper, data.died);
    } else if (data.program) {
      program = data.program;
      if (program.url) {
        fetchProgram(program.url);
      }
    } else if (data.piece !== undefined) {
      takePiece(data.piece);
    } else if (data.module) {
      run(data.module);
    } else if (data.blobs) {
      blobs.push(...data.blobs);
    } else {
      deliver(data);
    }
  };

  Object.assign(chainglass, {
    role: "engine",

    // listen(receive) hands every message to receive(bytes, files).
    listen(receive) {
      deliver = ({ bytes, files = [] }) => {
        for (const list of files) {
          list.blobs ??= blobs.splice(0, list.count);
        }
        receive(bytes, files);
      };
      undelivered.splice(0).forEach(deliver);
      postMessage({ ready: true });
    },

    post(bytes) {
      postMessage({ bytes }, [bytes.buffer]);
    },
  });
})();
