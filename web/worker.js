// What the program needs of any worker that it runs in: files that are read piece by
// piece, bytes that are held outside of its memory, turns of the event loop.
//
// This text and the scripts around it (the Go loader, run.js, checksum.js, engine.js,
// helpers.js, helper.js) become one Blob, because a page opened from a file cannot
// start a worker from a URL. The name of the worker says which of them do something.
"use strict";

(() => {
  // Bytes that the program knows by a number until it drops them.
  const held = new Map();
  let lastHeld = 0;

  const hold = (bytes) => {
    held.set(++lastHeld, bytes);
    return lastHeld;
  };

  // WebKit lets the worker of a page opened from a disk read no Blob, not even one
  // of its own. The page can, so it is asked for every piece.
  const readsBlobs = new Blob(["x"]).arrayBuffer().then(() => true, () => false);

  const askPage = (blob, from, to) => new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      port1.close();
      if (typeof data === "string") {
        reject(data);
      } else {
        resolve(data);
      }
    };
    postMessage({ read: { blob, from, to, answer: port2 } }, [port2]);
  });

  const bytesOf = async (blob, from, to) => ((await readsBlobs)
    ? new Uint8Array(await blob.slice(from, to).arrayBuffer())
    : askPage(blob, from, to));

  // A turn of the event loop: ports are served in the order of their messages,
  // so whatever was sent to this worker before is delivered before resume runs.
  const turns = new MessageChannel();
  const waiting = [];
  turns.port1.onmessage = () => waiting.shift()();

  globalThis.chainglass = {
    hold,
    readsBlobs,

    copyHeld(number, from, into) {
      into.set(held.get(number).subarray(from, from + into.length));
    },

    dropHeld(number) {
      held.delete(number);
    },

    // read calls chainglass.onRead with its number, and with bytes that are held and
    // their length, or with the reason why there are none.
    read(number, blobs, index, from, to) {
      bytesOf(blobs[index], from, to).then(
        (bytes) => chainglass.onRead(number, hold(bytes), bytes.length),
        (err) => chainglass.onRead(number, typeof err === "string" ? err : `${err.name}: ${err.message}`),
      );
    },

    turn(resume) {
      waiting.push(resume);
      turns.port2.postMessage(null);
    },
  };
})();
