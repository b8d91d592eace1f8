// Runs one Go test binary in this worker, over the files of its module, and
// posts what it prints and, at last, its exit code.
"use strict";

importScripts("memfs.js", "wasm_exec.js");

const fetched = async (url) => {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return response.arrayBuffer();
};

// unpack adds files that come as a line of JSON, [{path, size}, ...], followed
// by their contents one after the other.
const unpack = (buffer, top) => {
  const bytes = new Uint8Array(buffer);
  let at = bytes.indexOf("\n".charCodeAt(0)) + 1;
  for (const { path, size } of JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)))) {
    memfs.add(`${top}/${path}`, bytes.slice(at, at + size));
    at += size;
  }
};

const run = async ({ folder, args }) => {
  const top = "/module";
  unpack(await fetched("files"), top);
  memfs.directory = `${top}/${folder}`;
  memfs.print = (text) => postMessage({ text });
  const go = new Go();
  go.argv = ["test", ...args];
  go.env = { TMPDIR: "/tmp" };
  go.exit = (code) => {
    memfs.ended = true;
    postMessage({ code });
    close(); // a timer that is still set would call into a program that has ended
  };
  const { instance } = await WebAssembly.instantiate(await fetched("test.wasm"), go.importObject);
  await go.run(instance);
};

onmessage = ({ data }) => run(data).catch((err) => {
  postMessage({ text: `${err?.stack ?? err}\n` });
  postMessage({ code: -1 });
});
