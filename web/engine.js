// The engine's side of the worker: it starts the Go program in the engine role
// and is the port between that program and the page.
//
// This text and the two scripts before it (the Go loader, run.js) become one
// Blob, because a page opened from a file cannot start a worker from a URL.
"use strict";

(() => {
  const reader = new FileReaderSync();
  const undelivered = [];
  let deliver = (message) => { undelivered.push(message); };

  const crash = (text) => postMessage({ crash: text });

  onmessage = ({ data }) => {
    if (data.module) {
      chainglassRun(data.module, crash).catch((err) => crash(String(err)));
      return;
    }
    deliver(data);
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
