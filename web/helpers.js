// The engine's helpers: workers of the same text that run the same program in the
// helper role. They read parts of chains beside the engine. The engine's program says
// what they do; here they are watched. The page starts and ends them (boot.js).
"use strict";

(() => {
  if (self.name !== "chainglass engine") {
    return;
  }

  const helpers = new Map(); // by number

  // One that is ended from outside says nothing, and one whose browser never reads a file
  // never answers. While something is asked of a helper it is looked after once a second;
  // after so many looks without a sign of it, or without an answer, it is taken for dead.
  const lookEveryMS = 1000;
  const looksWithoutSign = 6;
  const looksWithoutAnswer = 12;
  let looking = 0;

  const tell = (number, what, ...more) => chainglass.onHelper(number, what, ...more);

  const end = (number) => {
    if (helpers.delete(number)) {
      postMessage({ endHelper: number });
    }
    if (helpers.size === 0) {
      clearInterval(looking);
      looking = 0;
    }
  };

  const die = (number, reason) => {
    if (helpers.has(number)) {
      end(number);
      tell(number, "died", String(reason));
    }
  };

  const look = () => {
    for (const [number, helper] of helpers) {
      if (helper.asked === 0) {
        helper.looks = helper.unanswered = 0;
      } else if (++helper.looks > looksWithoutSign) {
        die(number, "it gives no sign any more");
      } else if (++helper.unanswered > looksWithoutAnswer) {
        die(number, "it does not answer");
      } else {
        helper.port.postMessage({ look: true });
      }
    }
  };

  const hear = (number, { crash, ready, answered, bytes, failure }) => {
    const helper = helpers.get(number);
    if (!helper) {
      return;
    }
    helper.looks = 0;
    if (crash !== undefined) {
      die(number, crash);
    } else if (ready) {
      helper.asked--;
      helper.unanswered = 0;
      tell(number, "ready");
    } else if (answered !== undefined) {
      helper.asked--;
      helper.unanswered = 0;
      if (bytes) {
        tell(number, "answered", answered, chainglass.hold(bytes), bytes.length);
      } else {
        tell(number, "failed", answered, failure);
      }
    }
  };

  // sendFiles has the page pass files on, not too many of them at a time.
  const sendFiles = (number, { lists, ...rest }) => {
    const pass = (message) => postMessage({ toHelper: { number, message } });
    const most = chainglass.filesAtOnce;
    for (const { blobs } of lists.filter(({ count }) => count > most)) {
      for (let at = 0; at < blobs.length; at += most) {
        pass({ blobs: blobs.slice(at, at + most) });
      }
    }
    pass({ ...rest, lists: lists.map((list) => (list.count > most ? { ...list, blobs: null } : list)) });
  };

  Object.assign(chainglass, {
    // mostHelpers is how many are worth starting on this machine, or how many the page
    // was told to start.
    async mostHelpers() {
      if (!await chainglass.readsBlobs) {
        return 0; // each of their pieces would have to come from the page
      }
      const cores = navigator.hardwareConcurrency || 1;
      const gigabytes = navigator.deviceMemory || 8;
      const usual = cores < 2 ? 0 : Math.min(cores, 8, Math.max(Math.floor(gigabytes), 1));
      return chainglass.helpersByHand ?? usual;
    },

    startHelper(number) {
      const { port1, port2 } = new MessageChannel();
      helpers.set(number, { port: port1, asked: 1, looks: 0, unanswered: 0 }); // asked to start
      port1.onmessage = ({ data }) => hear(number, data);
      port1.onmessageerror = () => die(number, "a message could not be read");
      postMessage({ startHelper: { number, port: port2 } }, [port2]);
      looking ||= setInterval(look, lookEveryMS);
    },

    helperDied: die,

    endHelper: end,

    // What a helper is told: that it gets the files of an opening, that it can forget
    // them, what it is asked for, and that nobody waits for the answer any more.
    tellHelper(number, message, ask) {
      const helper = helpers.get(number);
      if (!helper) {
        return;
      }
      try {
        if (message.what === "files") {
          sendFiles(number, message);
        } else {
          helper.port.postMessage(message);
        }
        helper.asked += ask ? 1 : 0;
      } catch (err) {
        setTimeout(() => die(number, err)); // not within this call
      }
    },
  });
})();
