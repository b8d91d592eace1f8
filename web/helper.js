// The helper's side of its worker: the port between the program in the helper role and
// the engine that started it.
"use strict";

(() => {
  if (self.name !== "chainglass helper") {
    return;
  }

  const untold = [];
  let deliver = (message) => { untold.push(message); };

  // The page sends the program and the port to the engine, over which all else goes.
  let port;
  const crash = (text) => {
    port.postMessage({ crash: text });
    close(); // a program that has ended must not hear of what was under way
  };

  onmessage = ({ data }) => {
    port = data.port;
    port.onmessage = hear;
    chainglassRun(data.module, crash).catch((err) => crash(String(err)));
  };

  const hear = ({ data }) => {
    if (data.look) {
      port.postMessage({ here: true });
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
