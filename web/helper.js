// The helper's side of its worker: the port between the program in the helper role and
// the engine that started it.
"use strict";

(() => {
  if (self.name !== "chainglass helper") {
    return;
  }

  const untold = [];
  let deliver = (message) => { untold.push(message); };

  // The page sends the program, the port to the engine over which nearly all else goes,
  // and files: Firefox may never read a Blob that came over a port. What is asked about
  // files that are not here yet waits for them.
  let port;
  const here = new Set(); // numbers of files
  const blobs = []; // of the next files, which are too many for one message
  let waiting = [];

  const crash = (text) => {
    port.postMessage({ crash: text });
    close(); // a program that has ended must not hear of what was under way
  };

  onmessage = ({ data }) => {
    if (data.module) {
      port = data.port;
      port.onmessage = hear;
      chainglassRun(data.module, crash).catch((err) => crash(String(err)));
      return;
    }
    if (data.blobs) {
      blobs.push(...data.blobs);
      return;
    }
    for (const list of data.lists) {
      list.blobs ??= blobs.splice(0, list.count);
    }
    here.add(data.number);
    deliver(data);
    const come = waiting.filter(({ of }) => here.has(of));
    waiting = waiting.filter(({ of }) => !here.has(of));
    come.forEach((ask) => deliver(ask));
  };

  const hear = ({ data }) => {
    if (data.look) {
      port.postMessage({ here: true });
    } else if (data.what === "ask" && !here.has(data.of)) {
      waiting.push(data);
    } else {
      deliver(data);
    }
  };

  Object.assign(chainglass, {
    role: "helper",

    // listen hands every message to receive(what, number, files, held, length).
    listen(receive) {
      deliver = ({ what, number, of, lists, bytes }) => {
        if (bytes) {
          receive(what, number, of, chainglass.hold(bytes), bytes.length);
        } else {
          receive(what, number, lists);
        }
      };
      untold.splice(0).forEach(deliver);
      port.postMessage({ ready: true });
    },

    answer(answered, bytes) {
      port.postMessage({ answered, bytes }, [bytes.buffer]);
    },

    fail(answered, failure) {
      port.postMessage({ answered, failure });
    },
  });
})();
