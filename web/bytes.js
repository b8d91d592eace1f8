// Bytes that travel inside the page: base64 text in script elements that the
// browser does not run, packed where that makes them smaller.
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

  // turn calls resume in a task of its own. What was drawn until then is laid out in
  // one before: many small layouts, where the next frame would make a large one.
  chainglass.turn = async (resume) => {
    await chainglassTask();
    layOut();
    await chainglassTask();
    resume();
  };

  const layOut = () => document.documentElement.offsetHeight;

  // unzstd unpacks a stream that makes sizeBytes. Browsers know gzip but not
  // zstd, and what is unpacked by a script must not keep the page from answering:
  // a worker does it. It throws if the browser refuses the worker.
  const unzstd = (packed, sizeBytes) => {
    const source = document.getElementById("chainglass-unzstd").textContent;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { name: "chainglass unzstd" });
    const end = () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    };
    return new ReadableStream({
      start(controller) {
        const fail = (err) => {
          end();
          controller.error(err);
        };
        worker.onmessage = ({ data }) => {
          if (data) {
            controller.enqueue(data);
            return;
          }
          end();
          controller.close();
        };
        worker.onerror = (event) => {
          event.preventDefault();
          fail(new Error(event.message?.replace(/^Uncaught (Error: )?/, "") || "the browser did not start the worker"));
        };
        worker.postMessage(sizeBytes);
        packed.pipeTo(new WritableStream({
          write: (piece) => worker.postMessage(piece, [piece.buffer]),
          close: () => worker.postMessage(null),
        })).catch(fail);
      },
      cancel: end,
    });
  };

  // inlineStream gives the bytes of a script element, and of those that continue it,
  // as a ReadableStream. How many they are must be known if they are packed with
  // zstd.
  chainglass.inlineStream = (element, sizeBytes) => {
    const elements = [element, ...document.querySelectorAll(`script[data-of="${element.id}"]`)];
    let text = "";
    let at = 0;
    const bytes = new ReadableStream({
      async pull(controller) {
        await chainglassTask(); // one for every piece keeps the page answering
        if (at >= text.length) {
          if (elements.length === 0) {
            controller.close();
            return;
          }
          text = elements.shift().textContent.trim();
          at = 0;
        }
        controller.enqueue(decodeBase64(text.slice(at, at + pieceCharacters)));
        at += pieceCharacters;
      },
    });
    switch (element.dataset.encoding) {
      case "gzip": return bytes.pipeThrough(new DecompressionStream("gzip"));
      case "zstd": return unzstd(bytes, sizeBytes);
      default: return bytes;
    }
  };
})();
