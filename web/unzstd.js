// Unpacks the program in a worker of its own, which ends with its work. The
// messages to it are the program's size, pieces of zstd, and null after the
// last; those from it are the parts of the program, and null after the last.
// Whatever it throws, the page hears.
//
// This text and the unpacker before it (fzstd) become one Blob.
"use strict";

(() => {
  let leftBytes;
  const unpacker = new fzstd.Decompress((part, last) => {
    leftBytes -= part.length;
    if (leftBytes < 0 || (last && leftBytes > 0)) {
      throw new Error("the program is not of the size it was built with");
    }
    // Copied, not moved: what comes next refers back to it.
    postMessage(last ? null : part);
  });

  onmessage = ({ data: sizeBytes }) => {
    leftBytes = sizeBytes;
    onmessage = ({ data }) => unpacker.push(data ?? new Uint8Array(0), data === null);
  };
})();
