// The helper's side of its worker: the port between the program in the helper role and
// the engine that started it.
"use strict";

(() => {
  if (self.name !== "chainglass helper") {
    return;
  }

  const untold = [];
  let deliver = (message) => { untold.push(message); };

  const crash = (text) => postMessage({ crash: text });

  onmessage = ({ data }) => {
    if (data.look) {
      postMessage({ here: true });
    } else if (data.module) {
      chainglassRun(data.module, crash).catch((err) => crash(String(err)));
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
      postMessage({ ready: true });
    },

    answer(answered, bytes) {
      postMessage({ answered, bytes }, [bytes.buffer]);
    },

    fail(answered, failure) {
      postMessage({ answered, failure });
    },
  });
})();
