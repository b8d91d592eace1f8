// Share: a copy of this page with data in it.
"use strict";

(() => {
  // The nodes as they came. The boot screen is copied, because it changes and
  // go-app replaces it; the rest stays and is large.
  let cameWith = [];
  chainglass.keepSource = () => {
    cameWith = Array.from(document.body.childNodes, (node) => (node.id === "boot" ? node.cloneNode(true) : node));
  };

  // Written in pieces, so that this text does not hold the marks itself.
  const mark = (name) => `<${"!--"}chainglass:${name}--${">"}`;
  const endMark = mark("data").replace("chainglass", "/chainglass");

  // blankPage gives the source of the one-file page in two halves, with the
  // place for data between them.
  const blankPage = async () => {
    const source = chainglass.config.page ? await fetchPage(chainglass.config.page) : ownSource();
    const start = source.indexOf(mark("data"));
    const end = source.indexOf(endMark);
    if (start < 0 || end < start) {
      throw new Error("the page has no place for data");
    }
    return [source.slice(0, start + mark("data").length), source.slice(end)];
  };

  const fetchPage = async (url) => {
    const response = await fetch(url);
    if (!response.ok) {
      throw new Error(`${url}: the server answered ${response.status} ${response.statusText}`);
    }
    return response.text();
  };

  const ownSource = () => {
    const root = document.documentElement.cloneNode(false);
    const body = document.createElement("body");
    delete root.dataset.theme;
    body.append(...cameWith.map((node) => node.cloneNode(true)));
    root.append(document.head.cloneNode(true), body);
    return `<!doctype html>\n${root.outerHTML}\n`;
  };

  const gzip = async (bytes) => new Uint8Array(await new Response(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer());

  // A multiple of 3, so that no piece needs padding.
  const pieceBytes = 3 << 18;

  const encodeBase64 = (bytes) => {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      pieces.push(piece.toBase64?.() ?? btoa(Array.from(piece, (b) => String.fromCharCode(b)).join("")));
    }
    return pieces;
  };

  const escapeAttribute = (text) =>
    text.replace(/[&"<>]/g, (c) => `&#${c.charCodeAt(0)};`);

  // savePage calls done("") or done(reason).
  chainglass.savePage = async (name, dataName, bytes, done) => {
    try {
      const [before, after] = await blankPage();
      const open = `<script type="application/octet-stream" id="chainglass-data" data-encoding="gzip" data-name="${escapeAttribute(dataName)}">`;
      chainglass.save(name, [before, open, ...encodeBase64(await gzip(bytes)), "<" + "/script>", after], "text/html");
      done("");
    } catch (err) {
      done(String(err));
    }
  };
})();
