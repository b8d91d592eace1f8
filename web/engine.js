// The engine's side of the worker: it fetches and compiles the program, for the
// page as well, starts it in the engine role and is the port between that program
// and the page.
//
// This text and the two scripts before it (the Go loader, run.js) become one
// Blob, because a page opened from a file cannot start a worker from a URL.
"use strict";

(() => {
  const reader = new FileReaderSync();
  const undelivered = [];
  let deliver = (message) => { undelivered.push(message); };

  const crash = (text) => postMessage({ crash: text });

  const run = (module) => chainglassRun(module, crash).catch((err) => crash(String(err)));

  // fail tells why there is no program, by a reason that the page knows.
  const fail = (reason, detail) => postMessage({ failure: { reason, detail: String(detail) } });

  // compile compiles a stream of the program as it comes, tells the page how far
  // it has come, and runs it.
  const compile = async (program) => {
    let bytes = 0;
    const counted = program.pipeThrough(new TransformStream({
      transform(piece, controller) {
        bytes += piece.length;
        postMessage({ received: bytes });
        controller.enqueue(piece);
      },
    }));
    const response = new Response(counted, { headers: { "Content-Type": "application/wasm" } });
    let module;
    try {
      module = await (WebAssembly.compileStreaming?.(response) ??
        WebAssembly.compile(await response.arrayBuffer()));
    } catch (err) {
      fail("damaged", err);
      return;
    }
    postMessage({ module });
    run(module);
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
    if (data.url) {
      fetchProgram(data.url);
    } else if (data.piece !== undefined) {
      takePiece(data.piece);
    } else if (data.module) {
      run(data.module);
    } else {
      deliver(data);
    }
  };

  // WebKit lets the worker of a page opened from a disk read no Blob, not even one
  // of its own. The page can, so it is asked for every piece.
  const readsBlobs = (() => {
    try {
      return reader.readAsArrayBuffer(new Blob(["x"])).byteLength === 1;
    } catch {
      return false;
    }
  })();

  const askPage = (blob, from, to) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => { port1.close(); resolve(data); };
    postMessage({ read: { blob, from, to, answer: port2 } }, [port2]);
  });

  // A turn of the event loop: ports are served in the order of their messages,
  // so whatever was sent to this worker before is delivered before resume runs.
  const turns = new MessageChannel();
  const waiting = [];
  turns.port1.onmessage = () => waiting.shift()();

  globalThis.chainglass = {
    role: "engine",

    // listen(receive) hands every message to receive(bytes, files).
    listen(receive) {
      deliver = ({ bytes, files }) => receive(bytes, files ?? []);
      undelivered.splice(0).forEach(deliver);
      postMessage({ ready: true });
    },

    post(bytes) {
      postMessage({ bytes }, [bytes.buffer]);
    },

    // read gives the bytes, or the reason as a string: Go reads it without a
    // recover. Where only the page can read, it gives a promise of either.
    read(blob, from, to) {
      if (!readsBlobs) {
        return askPage(blob, from, to);
      }
      try {
        return new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to)));
      } catch (err) {
        return `${err.name}: ${err.message}`;
      }
    },

    turn(resume) {
      waiting.push(resume);
      turns.port2.postMessage(null);
    },
  };
})();
