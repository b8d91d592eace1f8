// Runs the Go program in this realm, the page's or the worker's.
//
// chainglassRun(module) resolves when the program is running and calls
// onExit(text) if it ever ends: neither role has a reason to, so an exit is a
// crash and text is what Go wrote to stderr about it.
"use strict";

globalThis.chainglassRun = async (module, onExit) => {
  const lastErrors = chainglassKeepErrors();
  const go = new Go();
  let code = 0;
  go.exit = (exitCode) => { code = exitCode; };
  // What the program calls with plain numbers (app/browser/held_js.go). into is an
  // address in its memory.
  go.importObject.chainglass = {
    copyHeld: (number, from, into, count) =>
      chainglass.copyHeld(number, from, new Uint8Array(instance.exports.mem.buffer, into >>> 0, count)),
    dropHeld: (number) => chainglass.dropHeld(number),
  };
  const instance = await WebAssembly.instantiate(module, go.importObject);
  await chainglassTask(); // which was one, and the start of Go is another
  go.run(instance).then(
    () => onExit(lastErrors() || `the program ended with code ${code}`),
    (err) => onExit(`${err}\n${lastErrors()}`.trim()),
  );
};

// Ends the present task: what follows is another.
globalThis.chainglassTask = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); resolve(); };
  port2.postMessage(null);
});

// Keeps the last few KB that the program writes to stderr, where Go puts the
// text of a panic, and goes on writing them to the console.
globalThis.chainglassKeepErrors = () => {
  const keepCharacters = 8192;
  const decoder = new TextDecoder();
  const writeSync = fs.writeSync;
  let text = "";
  fs.writeSync = (fd, bytes) => {
    if (fd === 2) {
      text = (text + decoder.decode(bytes)).slice(-keepCharacters);
    }
    return writeSync.call(fs, fd, bytes);
  };
  return () => text.trim();
};
