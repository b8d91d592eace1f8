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

  // ownSource leaves out what this page itself carries.
  const ownSource = () => {
    const root = document.documentElement.cloneNode(false);
    Object.keys(root.dataset).forEach((key) => delete root.dataset[key]);
    const body = cameWith.filter((node) => !isCarried(node)).map(sourceOf);
    const [open, close] = tagsOf(root);
    return ["<!doctype html>\n", open, document.head.outerHTML, "<body>", ...body, "</body>", close, "\n"].join("");
  };

  // tagsOf gives the first and the last tag of an element.
  const tagsOf = (element) => {
    const both = element.cloneNode(false).outerHTML;
    const last = both.lastIndexOf("</");
    return [both.slice(0, last), both.slice(last)];
  };

  // sourceOf spares the text of scripts, which is megabytes, the way through copies
  // of the node.
  const sourceOf = (node) => {
    if (node.localName === "script") {
      return tagsOf(node).join(node.textContent);
    }
    const box = document.createElement("div");
    box.append(node.cloneNode(true));
    return box.innerHTML;
  };

  // viewerBytes tells how large the one-file page is without data, about.
  chainglass.viewerBytes = () => {
    const { page, page_bytes: pageBytes } = chainglass.config;
    if (page) {
      return pageBytes ?? 0;
    }
    const lengthOf = (node) =>
      node.localName === "script" ? tagsOf(node).join("").length + (node.firstChild?.length ?? 0) : sourceOf(node).length;
    return cameWith.filter((node) => !isCarried(node)).reduce((sum, node) => sum + lengthOf(node), document.head.outerHTML.length);
  };

  const dataID = "chainglass-data";
  const isCarried = ({ id, dataset }) => id === dataID || dataset?.of === dataID || id === "report";

  // Data -----------------------------------------------------------------------

  // How much is compressed at a time: some milliseconds of work.
  const sliceBytes = 1 << 16;

  // gzip packs parts, an array of Blobs.
  const gzip = (parts) => {
    const whole = new Blob(parts);
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        if (at >= whole.size) {
          controller.close();
          return;
        }
        controller.enqueue(new Uint8Array(await whole.slice(at, at + sliceBytes).arrayBuffer()));
        at += sliceBytes;
      },
    }).pipeThrough(new CompressionStream("gzip"));
  };

  // A multiple of 3, so that no piece but the last needs padding.
  const pieceBytes = 3 << 16;

  // encodeBase64 gives the text of a stream in Blobs: a long text would have to
  // fit what the longest string may be.
  const encodeBase64 = async (stream) => {
    const pieces = [];
    const piece = new Uint8Array(pieceBytes);
    let filled = 0;
    const add = (bytes) => pieces.push(new Blob([toBase64(bytes)]));
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        add(piece.subarray(0, filled));
        return pieces;
      }
      for (let at = 0; at < value.length;) {
        const some = value.subarray(at, at + pieceBytes - filled);
        piece.set(some, filled);
        filled += some.length;
        at += some.length;
        if (filled === pieceBytes) {
          add(piece);
          filled = 0;
        }
      }
    }
  };

  // As many arguments as every browser lets a function have.
  const mostArguments = 1 << 14;

  const toBase64 = (bytes) => {
    if (bytes.toBase64) {
      return bytes.toBase64();
    }
    const texts = [];
    for (let at = 0; at < bytes.length; at += mostArguments) {
      texts.push(String.fromCharCode(...bytes.subarray(at, at + mostArguments)));
    }
    return btoa(texts.join(""));
  };

  // The page -------------------------------------------------------------------

  const reference = (c) => `&#${c.codePointAt(0)};`;
  const escape = (text) => text.replace(/[&"<>]/g, reference);

  // A character beyond ASCII makes browsers keep megabytes of a page in two bytes a
  // character, and take three times as long to read it.
  const inASCII = (html) => html.replace(/[^\0-\x7f]/gu, reference);

  const withTitle = (head, title) =>
    head.replace(/<title>[^<]*<\/title>/, () => `<title>${inASCII(escape(title ? `${title} · Chainglass` : "Chainglass"))}</title>`);

  const attribute = (name, value) => (value ? ` ${name}="${inASCII(escape(value))}"` : "");

  // A long text is divided into elements, because a parser that has begun one reads
  // it to its end, and the page stands still. What opens the page takes
  // them one after the other.
  const piecesPerElement = 16;
  const dataType = `type="application/octet-stream"`;
  const dataEnd = "<" + "/script>";

  const dataElements = (attributes, pieces) => {
    const elements = [`<script ${dataType} id="${dataID}" data-encoding="gzip"${attributes}>`];
    pieces.forEach((piece, i) => {
      if (i > 0 && i % piecesPerElement === 0) {
        elements.push(`${dataEnd}\n<script ${dataType} data-of="${dataID}">`);
      }
      elements.push(piece);
    });
    return [...elements, dataEnd];
  };

  // savePage saves this page with the bytes of parts in it, an array of Blobs, and
  // calls done("", bytes) or done(reason).
  chainglass.savePage = async (name, { dataName, title, fragment, report }, parts, done) => {
    try {
      const [before, after] = await blankPage();
      const attributes = attribute("data-name", dataName) + attribute("data-fragment", fragment);
      const section = report && `\n<section id="report">\n${inASCII(report)}\n</section>`;
      const data = dataElements(attributes, await encodeBase64(gzip(parts)));
      const page = [withTitle(before, title), ...data, section, after];
      done("", chainglass.save(name, page, "text/html"));
    } catch (err) {
      done(String(err));
    }
  };
})();
