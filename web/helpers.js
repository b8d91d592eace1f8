// The engine's helpers: workers of the same text that run the same program in the
// helper role. They read parts of chains beside the engine. The engine's program says
// what they do; here they are started, watched and ended.
"use strict";

(() => {
  if (self.name !== "chainglass engine") {
    return;
  }

  const helpers = new Map(); // by number
  let address = ""; // of their script

  // One that is ended from outside says nothing. While something is asked of a helper
  // it is looked after once a second; after so many looks without a sign of it, it is
  // taken for dead.
  const lookEveryMS = 1000;
  const looksWithoutSign = 6;
  let looking = 0;

  const tell = (number, what, ...more) => chainglass.onHelper(number, what, ...more);

  const end = (number) => {
    helpers.get(number)?.worker.terminate();
    helpers.delete(number);
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
        helper.looks = 0;
      } else if (++helper.looks > looksWithoutSign) {
        die(number, "it gives no sign any more");
      } else {
        helper.worker.postMessage({ look: true });
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
      tell(number, "ready");
    } else if (answered !== undefined) {
      helper.asked--;
      if (bytes) {
        tell(number, "answered", answered, chainglass.hold(bytes), bytes.length);
      } else {
        tell(number, "failed", answered, failure);
      }
    }
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
      const died = (reason) => die(number, reason);
      try {
        // The address of this worker's own text is not good for another where the page
        // was opened from a disk.
        address ||= URL.createObjectURL(chainglass.script);
        const worker = new Worker(address, { name: "chainglass helper" });
        helpers.set(number, { worker, asked: 1, looks: 0 }); // asked to start
        worker.onmessage = ({ data }) => {
          if (data.ready) {
            helpers.get(number).asked--;
          }
          hear(number, data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          died(event.message || "the browser did not start the worker");
        };
        worker.onmessageerror = () => died("a message could not be read");
        worker.postMessage({ module: chainglass.module });
        looking ||= setInterval(look, lookEveryMS);
      } catch (err) {
        setTimeout(() => tell(number, "died", String(err))); // not within this call
      }
    },

    endHelper: end,

    // What a helper is told: that it gets the files of an opening, that it can forget
    // them, what it is asked for, and that nobody waits for the answer any more.
    tellHelper(number, message, ask) {
      const helper = helpers.get(number);
      if (!helper) {
        return;
      }
      try {
        helper.worker.postMessage(message);
        helper.asked += ask ? 1 : 0;
      } catch (err) {
        setTimeout(() => die(number, err)); // not within this call
      }
    },
  });
})();
