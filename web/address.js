// What the address of the page asks for: a file that travels in it ("#data=..."),
// or one to get ("?url=...").
"use strict";

(() => {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  // TooLarge is the error of more bytes than were allowed for.
  class TooLarge extends Error {}

  // blobOf keeps at most limitBytes of a stream and tells how many there are so
  // far. The browser may keep them on the disk.
  const blobOf = (stream, limitBytes, tell) => {
    let bytes = 0;
    let tooLarge = null;
    const bounded = stream.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > limitBytes) {
          tooLarge = new TooLarge(`more than ${limitBytes.toLocaleString("en")} bytes`);
          controller.error(tooLarge);
          return;
        }
        tell?.(bytes);
        controller.enqueue(chunk);
      },
    }));
    return new Response(bounded).blob().catch((err) => { throw tooLarge ?? err; });
  };

  // Small links ----------------------------------------------------------------

  // A file in the fragment is raw DEFLATE in base64url. These limits are those of
  // the command line as well.
  const limitCharacters = 6 << 10;
  const limitLinkBytes = 1 << 20;

  const toBase64URL = (bytes) =>
    btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const fromBase64URL = (text) => {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) {
      throw new Error("there are characters in it that do not belong there");
    }
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (c) => c.charCodeAt(0));
  };

  // packLink calls done(fragment, "") with a file, an array of Blobs, as a
  // fragment, without "#", or done("", reason).
  chainglass.packLink = async (parts, done) => {
    const tooLarge = (what) => done("", `too large for a link: ${what}`);
    try {
      const file = new Blob(parts);
      if (file.size > limitLinkBytes) {
        tooLarge(`${file.size} bytes, at most ${limitLinkBytes}`);
        return;
      }
      const packed = file.stream().pipeThrough(new CompressionStream("deflate-raw"));
      const text = toBase64URL(new Uint8Array(await new Response(packed).arrayBuffer()));
      if (text.length > limitCharacters) {
        tooLarge(`${file.size} bytes make ${text.length} characters, at most ${limitCharacters}`);
        return;
      }
      done(`data=${text}`, "");
    } catch (err) {
      done("", String(err));
    }
  };

  const unpackLink = async (text) => {
    if (text.length > limitCharacters) {
      throw new TooLarge(`${text.length.toLocaleString("en")} characters, at most ${limitCharacters.toLocaleString("en")}`);
    }
    const packed = new Blob([fromBase64URL(text)]).stream();
    return blobOf(packed.pipeThrough(new DecompressionStream("deflate-raw")), limitLinkBytes).catch((err) => {
      throw err instanceof TooLarge ? err : new Error("it does not unpack");
    });
  };

  // openLink opens the file in the fragment, once. It returns false if there is
  // none.
  let opened = "";
  const openLink = () => {
    const text = chainglass.linkData();
    if (text === opened) {
      return false;
    }
    opened = text;
    if (text === "") {
      return false;
    }
    unpackLink(text).then(
      (blob) => chainglass.takeBlob("link", "link.chain", blob),
      (err) => chainglass.notice({
        name: "link-failed",
        bad: true,
        title: err instanceof TooLarge ? "This link carries too much" : "The data in this link is damaged",
        detail: err.message || String(err),
        advice: "Links get cut on their way. Copy the whole of it once more, or ask for the data as a file.",
      }),
    );
    return true;
  };

  // A link that is put into the address of an open page opens as well.
  addEventListener("hashchange", openLink);

  // Files beside the page --------------------------------------------------------

  // What a page can hold as one Blob.
  const limitFileBytes = 2 ** 31;

  const nameOf = (address) => {
    const last = address.pathname.split("/").pop() || "file";
    try {
      return decodeURIComponent(last).replace(/[/\0]/g, "_");
    } catch {
      return last;
    }
  };

  const failed = (address, title, detail, advice) =>
    chainglass.notice({ name: "address-failed", bad: true, title, detail: `${address}: ${detail}`, advice });

  const load = async (address) => {
    const name = nameOf(address);
    const ending = new AbortController();
    const bar = chainglass.notice({
      name: "loading",
      title: `Loading ${name}`,
      actions: [["Cancel", () => ending.abort()]],
      lasting: true,
    });
    const byHand = "Download it there, then drop the file here.";
    try {
      const response = await fetch(address, { signal: ending.signal });
      if (!response.ok) {
        failed(address, "There is no file to load", `the server answered ${response.status} ${response.statusText}`.trim(),
          "Check the address behind \"?url=\", or ask for the file itself.");
        return;
      }
      // Packed on its way, a file is announced smaller than it is.
      const announced = response.headers.has("Content-Encoding") ? 0 : Number(response.headers.get("Content-Length"));
      const tell = (bytes) => bar.figures(announced >= bytes
        ? `${megabytes(bytes)} of ${megabytes(announced)} MB, ${Math.floor((100 * bytes) / announced)} %`
        : `${megabytes(bytes)} MB`);
      chainglass.takeBlob("address", name, await blobOf(response.body, limitFileBytes, tell));
    } catch (err) {
      if (ending.signal.aborted) {
        return;
      }
      if (err instanceof TooLarge) {
        failed(address, "The file is too large to load this way", err.message, byHand);
      } else {
        failed(address, "The file could not be loaded", err.message || String(err),
          navigator.onLine === false ? "There is no network at present. Reload the page when there is." : "Check the connection, then reload the page.");
      }
    } finally {
      bar.end();
    }
  };

  // ask shows an address that this page does not load, and leaves it to the reader.
  const ask = (address, title, why) => {
    const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
    const dialog = make("dialog", "asked", "");
    dialog.id = "asked";
    dialog.setAttribute("aria-labelledby", "asked-title");
    const heading = make("h2", "", title);
    heading.id = "asked-title";
    const there = Object.assign(make("a", "button", "Open this address in a new tab"),
      { href: address.href, target: "_blank", rel: "noopener noreferrer" });
    const close = Object.assign(make("button", "button primary", "Close"), { type: "button" });
    close.addEventListener("click", () => dialog.close());
    const ways = make("div", "asked-ways", "");
    ways.append(there, close);
    dialog.append(heading, make("p", "asked-address data", address.href), make("p", "", why), ways);
    dialog.addEventListener("close", () => dialog.remove());
    // The page has keys of its own.
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
  };

  // openURL opens the file that "?url=" names. It returns false if there is none.
  const openURL = () => {
    const wanted = new URLSearchParams(location.search).get("url");
    if (!wanted) {
      return false;
    }
    const address = URL.canParse?.(wanted, document.baseURI) === false ? null : new URL(wanted, document.baseURI);
    if (address === null || !/^https?:$/.test(address.protocol)) {
      chainglass.notice({
        name: "address-failed",
        bad: true,
        title: "This address cannot be loaded",
        detail: encodeURI(wanted),
        advice: "Behind \"?url=\" goes the address of a file on the server that this page comes from.",
      });
    } else if (!chainglass.config.page) {
      ask(address, "This page loads nothing",
        "It is one file and asks no server for anything, so that nothing can leave it. Download the file from there, then drop it here.");
    } else if (address.origin !== location.origin) {
      ask(address, `This link asks for a file from ${address.host}`,
        "Chainglass loads only from where it comes from itself, so nothing that is open here can leave. If you trust that host, download the file from there, then drop it here.");
    } else {
      load(address);
    }
    return true;
  };

  // openAddressed opens what the address asks for. It returns false if that is
  // nothing.
  chainglass.openAddressed = () => [openLink(), openURL()].includes(true);
})();
