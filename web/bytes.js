// Bytes that travel inside the page: base64 text in script elements that the
// browser does not run, gzip'd where that makes them smaller.
"use strict";

(() => {
  // A multiple of 4, so that every piece is whole base64.
  const pieceCharacters = 1 << 18;

  const decodeBase64 = Uint8Array.fromBase64
    ? (text) => Uint8Array.fromBase64(text)
    : (text) => {
        const binary = atob(text);
        const bytes = new Uint8Array(binary.length);
        for (let i = 0; i < binary.length; i++) {
          bytes[i] = binary.charCodeAt(i);
        }
        return bytes;
      };

  // turn calls resume in a task of its own.
  chainglass.turn = (resume) => { chainglassTask().then(resume); };

  // inlineStream gives the bytes of a script element as a ReadableStream.
  chainglass.inlineStream = (element) => {
    const text = element.textContent.trim();
    let at = 0;
    const bytes = new ReadableStream({
      async pull(controller) {
        if (at >= text.length) {
          controller.close();
          return;
        }
        await chainglassTask(); // one for every piece keeps the page answering
        controller.enqueue(decodeBase64(text.slice(at, at + pieceCharacters)));
        at += pieceCharacters;
      },
    });
    return element.dataset.encoding === "gzip"
      ? bytes.pipeThrough(new DecompressionStream("gzip"))
      : bytes;
  };
})();
