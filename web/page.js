// What the page's Go program needs from the browser and go-app does not give:
// a style attribute that the page's policy allows, events whose own effect is
// stopped, the URL fragment, the theme, downloads, the clipboard, a count of
// long tasks.
"use strict";

(() => {
  const chainglass = { role: "page" };
  globalThis.chainglass = chainglass;
  chainglass.config = JSON.parse(document.getElementById("chainglass-config").textContent);

  // From here on the style sheet hides what is meant for browsers without scripts.
  document.documentElement.dataset.scripts = "run";

  // The policy forbids peers, in a word that few browsers know. What the page does
  // not have it cannot use either.
  delete globalThis.RTCPeerConnection;
  delete globalThis.webkitRTCPeerConnection;

  // Storage ------------------------------------------------------------------------

  // A browser whose reader blocks cookies, or a frame without an origin, refuses
  // storage: to touch it is an error, which ends a Go program. Nothing here needs it,
  // so there is one that forgets.
  const forgetful = () => {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (i) => [...kept.keys()][i] ?? null,
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => kept.clear(),
    };
  };
  chainglass.remembers = true;
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      globalThis[name].length;
    } catch {
      chainglass.remembers = false;
      Object.defineProperty(globalThis, name, { value: forgetful() });
    }
  }

  // Long tasks -----------------------------------------------------------------

  globalThis.chainglassLongTasks = [];
  if (globalThis.PerformanceObserver?.supportedEntryTypes?.includes("longtask")) {
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        chainglassLongTasks.push({ startTime, duration });
      }
    }).observe({ type: "longtask", buffered: true });
  }

  // Style ------------------------------------------------------------------------

  // The policy has no 'unsafe-inline', which forbids style attributes but not
  // writes to the style object. go-app knows attributes only, so its "style"
  // is sent to where it is allowed.
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") {
      this.style.cssText = value;
      return;
    }
    setAttribute.call(this, name, value);
  };

  // Events -------------------------------------------------------------------------

  // What a browser does on its own with a form, a key, a press, is stopped here:
  // the Go program is told of an event when it is over.
  const marked = ({ target }, attribute) => target.closest?.(`[data-${attribute}]`);
  addEventListener("submit", (event) => event.preventDefault(), true);
  addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && marked(event, "keys")?.dataset.keys.split(" ").includes(event.key)) {
      event.preventDefault();
    }
  }, true);
  addEventListener("mousedown", (event) => {
    if (marked(event, "keepsfocus")) {
      event.preventDefault();
    }
  }, true);

  // The program hears of a choice when the list may have been drawn anew.
  const choices = new WeakMap();
  addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) {
      choices.set(target, target.value);
    }
  }, true);
  chainglass.chosen = (list) => choices.get(list) ?? list.value;

  // Fragment ---------------------------------------------------------------------

  // The fragment is "#data=...&place" or "#place": a file that travels in the
  // address, and where in what is open one is. The file stays in front of every
  // place that is written.
  const dataPattern = /^#(data=[^&]*)?(?:&(?:amp;|#38;)*)?/;
  let dataInFront = "";
  let fragmentToWrite = null;

  // Mail and chat escape an address as a whole, once or twice: then the "=" behind
  // "data" is, which the page never does. They wrap it, and leave a full stop, a
  // bracket or an invisible space behind it: what is no base64url is none of the file.
  const wholeEscaped = /^#data%(25)*3d/i;
  const unescapedData = (fragment) => {
    try {
      for (let layers = 0; layers < 4 && wholeEscaped.test(fragment); layers++) {
        fragment = `#${decodeURIComponent(fragment.slice(1))}`;
      }
    } catch { /* the link says that it is damaged */ }
    return fragment;
  };
  const cleanData = (data) => `data=${data.slice("data=".length).replace(/%[0-9a-f]{2}|&[a-z]+;|[^A-Za-z0-9_-]/gi, "")}`;

  // go-app parses location.href and does not survive a stray "%", which anyone
  // can type behind the "#". Registered before go-app, so it runs before it.
  const repaired = (fragment) => unescapedData(fragment).replace(/%(?![0-9a-fA-F]{2})/g, "%25")
    .replace(/^#data=[^&]*/, (data) => `#${cleanData(data.slice(1))}`);
  const repairFragment = () => {
    fragmentToWrite = null;
    if (repaired(location.hash) !== location.hash) {
      replaceFragment(repaired(location.hash));
    }
    dataInFront = location.hash.match(dataPattern)?.[1] ?? "";
  };

  const replaceFragment = (fragment) => {
    try {
      history.replaceState(null, "", fragment || location.href.split("#", 1)[0]);
    } catch {
      // Browsers refuse after some hundred calls in half a minute. The address
      // bar then lags behind until the next change.
    }
  };

  // Fragments are written at most every fragmentPauseMS: browsers count calls.
  const fragmentPauseMS = 250;
  const writeFragment = () => {
    if (fragmentToWrite !== null) {
      replaceFragment(fragmentToWrite);
      fragmentToWrite = null;
    }
  };

  repairFragment();
  addEventListener("popstate", repairFragment, true);
  addEventListener("hashchange", repairFragment, true);
  addEventListener("pagehide", writeFragment);

  // linkData gives the file in the address, as it stands there, or "".
  chainglass.linkData = () => dataInFront.replace(/^data=/, "");

  chainglass.fragment = () => (fragmentToWrite ?? location.hash).replace(dataPattern, "");
  chainglass.setFragment = (text) => {
    if (fragmentToWrite === null) {
      setTimeout(writeFragment, fragmentPauseMS);
    }
    const parts = [dataInFront, text].filter(Boolean);
    fragmentToWrite = parts.length > 0 ? `#${parts.join("&")}` : "";
  };

  // A page that was shared opens at the place its sender was at, unless its
  // address names another.
  chainglass.takeCarriedFragment = () => {
    const carried = document.getElementById("chainglass-data")?.dataset.fragment;
    if (carried && !location.hash) {
      chainglass.setFragment(repaired(carried));
    }
  };

  // stepHistory leaves the address in the history and goes on with a copy of it.
  chainglass.stepHistory = () => {
    writeFragment();
    try {
      history.pushState(null, "", location.href);
    } catch { /* as in replaceFragment */ }
  };

  // Theme ------------------------------------------------------------------------

  // "light", "dark", or "" for the system's choice. Storage may be refused, then
  // the choice lasts as long as the page.
  const themeKey = "chainglass-theme";
  const applyTheme = (theme) => {
    if (theme) {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  };
  chainglass.theme = () => document.documentElement.dataset.theme ?? "";
  chainglass.setTheme = (theme) => {
    applyTheme(theme);
    try {
      localStorage.setItem(themeKey, theme);
    } catch { /* see above */ }
  };
  try {
    applyTheme(localStorage.getItem(themeKey));
  } catch { /* see above */ }

  // Memory -------------------------------------------------------------------------

  // What a page from a disk remembers every other page from a disk can read. In a
  // private window it lasts as long as the page, if that.
  chainglass.recall = (key) => {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  };
  chainglass.remember = (key, text) => {
    if (!chainglass.remembers) {
      return !text;
    }
    try {
      if (text) {
        localStorage.setItem(key, text);
      } else {
        localStorage.removeItem(key);
      }
      return true;
    } catch {
      return false;
    }
  };

  // Downloads and the clipboard --------------------------------------------------

  // save returns the size of the file.
  chainglass.save = (name, parts, mediaType) => {
    const link = document.createElement("a");
    const file = new Blob(parts, { type: mediaType });
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    // The browser reads the Blob after the click; there is no event that tells when.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return file.size;
  };

  // savePNG saves a drawing, the parts of an SVG document, as a picture of twice its
  // size, and calls done("", bytes) or done(reason).
  chainglass.savePNG = async (name, parts, done) => {
    const url = URL.createObjectURL(new Blob(parts, { type: "image/svg+xml" }));
    try {
      const drawing = new Image();
      drawing.src = url;
      await drawing.decode();
      const sharpness = 2;
      const canvas = document.createElement("canvas");
      canvas.width = drawing.naturalWidth * sharpness;
      canvas.height = drawing.naturalHeight * sharpness;
      canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
      const picture = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
      if (!picture) {
        throw new Error("the browser made no picture of it");
      }
      done("", chainglass.save(name, [picture], "image/png"));
    } catch (err) {
      done(String(err));
    } finally {
      URL.revokeObjectURL(url);
    }
  };

  // copyText calls done("") or done(reason). The second way is for pages that
  // have no clipboard API: plain http, older browsers.
  chainglass.copyText = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      done("");
    } catch (err) {
      done(copySelection(text) ? "" : String(err));
    }
  };

  const copySelection = (text) => {
    const field = document.createElement("textarea");
    const focused = document.activeElement;
    field.value = text;
    field.readOnly = true;
    field.className = "off-screen";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return copied;
  };
})();
