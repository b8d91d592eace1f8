// Intake: whatever the user gives to the page (drops, picked files and folders,
// pastes) and whatever came with it (the sample, data inside the page, data of
// the server that sent it) becomes one thing, a file list, and goes one way.
//
// A file list is made for crossing realms at once, not file by file:
//   paths     relative paths with "/", joined by "\0"
//   blobs     the File or Blob of every path
//   sizes     Float64Array, bytes of every blob
//   modified  Float64Array, milliseconds since 1970, 0 where unknown
//   count, totalBytes
//
// A browser refuses for ever to read a File that was changed after it was given. What
// it can give once more (what was dropped, what a server sends) is kept under a
// number: it is looked at now and then, and what has changed is told; the page takes
// it again to read on.
"use strict";

(() => {
  const maxFiles = 200_000;
  const maxNotes = 100;
  const filesAtOnce = 64;
  const progressPauseMS = 100;
  // How long files are described before the page gives way to the browser.
  const describedForMS = 4;

  // Events are kept until the program listens: a drop may come while it loads.
  const unheard = [];
  let hear = (event) => { unheard.push(event); };

  chainglass.listenIntake = (receive) => {
    hear = receive;
    unheard.splice(0).forEach(hear);
    return () => { hear = (event) => { unheard.push(event); }; };
  };

  // File lists -----------------------------------------------------------------

  class Collection {
    constructor(origin) {
      this.origin = origin;
      this.paths = [];
      this.blobs = [];
      this.notes = [];
      this.notesLeftOut = 0;
      this.roots = new Map();
      this.toldAt = performance.now();
      this.quiet = false;
      this.repeats = false;
      // A handle for each thing that was given, null where the browser has none.
      this.handles = [];
    }

    get full() { return this.blobs.length >= maxFiles; }

    add(path, blob) {
      if (this.full) {
        return;
      }
      this.paths.push(path);
      this.blobs.push(blob);
      if (this.full) {
        this.note(`more than ${maxFiles.toLocaleString("en")} files: the rest was left out`);
      }
      if (!this.quiet && performance.now() - this.toldAt > progressPauseMS) {
        this.toldAt = performance.now();
        hear({ type: "walking", origin: this.origin, count: this.blobs.length });
      }
    }

    note(text) {
      if (this.notes.length < maxNotes) {
        this.notes.push(text);
      } else {
        this.notesLeftOut++;
      }
    }

    fail(path, err) {
      this.note(`${path}: ${err.message || err.name || err}`);
    }

    // Two dropped folders may have one name; their files must not mix.
    root(name) {
      const times = (this.roots.get(name) ?? 0) + 1;
      this.roots.set(name, times);
      return times === 1 ? name : this.root(`${name} (${times})`);
    }

    // sizes are those of all files by their paths.
    sizes() {
      return new Map(this.paths.map((path, i) => [path, this.blobs[i].size]));
    }

    async deliver(kept, again) {
      if (this.notesLeftOut > 0) {
        this.notes.push(`and ${this.notesLeftOut.toLocaleString("en")} more`);
      }
      const files = {
        paths: this.paths.join("\0"),
        blobs: this.blobs,
        sizes: new Float64Array(this.blobs.length),
        modified: new Float64Array(this.blobs.length),
        count: this.blobs.length,
      };
      // Some browsers look at the disk for each of them.
      for (let i = 0, since = performance.now(); i < this.blobs.length; i++) {
        files.sizes[i] = this.blobs[i].size;
        files.modified[i] = this.blobs[i].lastModified ?? 0;
        if (performance.now() - since > describedForMS) {
          await chainglassTask();
          since = performance.now();
        }
      }
      files.totalBytes = files.sizes.reduce((sum, size) => sum + size, 0);
      hear({ type: "files", origin: this.origin, files, notes: this.notes, kept, again });
    }
  }

  // collect runs fill and delivers what it collected. A failure keeps the good
  // part and says what was lost. What can be collected again is kept.
  const collect = async (origin, fill, sizes) => {
    hear({ type: "walking", origin, count: 0 });
    const collection = await collected(origin, fill, false);
    let number = await openAlready(collection.handles);
    const again = number > 0;
    if (collection.repeats) {
      number ||= ++lastKept;
      kept.set(number, { origin, fill, sizes, known: collection.sizes(), told: "", handles: collection.handles });
    }
    await collection.deliver(number, again);
  };

  // openAlready returns the number under which the same things are kept, 0 for none.
  const openAlready = async (handles) => {
    for (const [number, thing] of handles.length > 0 && handles.every(Boolean) ? kept : []) {
      if (thing.handles.length !== handles.length) {
        continue;
      }
      const same = await Promise.all(handles.map((handle, i) => thing.handles[i]?.isSameEntry(handle) ?? false)).catch(() => [false]);
      if (same.every(Boolean)) {
        return number;
      }
    }
    return 0;
  };

  const collected = async (origin, fill, quiet) => {
    const collection = new Collection(origin);
    collection.quiet = quiet;
    try {
      await fill(collection);
    } catch (err) {
      collection.fail(origin, err);
    }
    return collection;
  };

  // What is kept --------------------------------------------------------------

  const kept = new Map();
  let lastKept = 0;

  // retake delivers what is kept once more, as it is now. It returns false if nothing
  // is kept under the number.
  chainglass.retake = (number) => {
    const thing = kept.get(number);
    if (!thing) {
      return false;
    }
    collected(thing.origin, thing.fill, true).then((collection) => {
      thing.known = collection.sizes();
      thing.told = "";
      return collection.deliver(number, true);
    });
    return true;
  };

  chainglass.forget = (number) => { kept.delete(number); };

  // A look costs about what the first walk did: it is made for few files, while the
  // page is seen, and takes one part in twenty of the time.
  const lookEveryMS = 3000;
  const lookShare = 20;
  const lookAtMost = 1000;

  const changesOf = (known, now) => {
    const changes = [];
    for (const [path, size] of now) {
      const before = known.get(path);
      if (before !== size) {
        changes.push({ path, before: before ?? -1, now: size });
      }
    }
    for (const [path, size] of known) {
      if (!now.has(path)) {
        changes.push({ path, before: size, now: -1 });
      }
    }
    return changes;
  };

  const look = async (number, thing) => {
    const known = thing.known;
    const now = thing.sizes ? await thing.sizes() : (await collected(thing.origin, thing.fill, true)).sizes();
    if (known !== thing.known || !kept.has(number)) {
      return; // it was taken again meanwhile
    }
    const changes = changesOf(known, now);
    const told = JSON.stringify(changes);
    if (told !== thing.told && (changes.length > 0 || thing.told !== "")) {
      thing.told = told;
      hear({ type: "changed", kept: number, changes });
    }
  };

  const lookAround = async () => {
    const began = performance.now();
    for (const [number, thing] of document.hidden ? [] : kept) {
      if (thing.known.size <= lookAtMost) {
        await look(number, thing).catch(() => {}); // the next look may succeed
      }
    }
    setTimeout(lookAround, Math.max(lookEveryMS, lookShare * (performance.now() - began)));
  };
  setTimeout(lookAround, lookEveryMS);

  // Folders --------------------------------------------------------------------

  // Two kinds of things can be walked, and both do the same: list what lies in a
  // folder, take the files many at a time, then go into the folders.
  const handleWays = {
    isFile: (handle) => handle.kind === "file",
    file: (handle) => handle.getFile(),
    list: (handle) => handle.values(),
  };

  const entryWays = {
    isFile: (entry) => entry.isFile,
    file: (entry) => new Promise((ok, fail) => entry.file(ok, fail)),
    async *list(entry) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((ok, fail) => reader.readEntries(ok, fail));
        if (some.length === 0) {
          return;
        }
        yield* some;
      }
    },
  };

  // A store has tens of thousands of folders with a file or two in each. To list one
  // takes the browser a few milliseconds, however many are being listed: so many are
  // at a time.
  const foldersAtOnce = 64;

  // walk fails if the thing itself cannot be taken; what lies below it and cannot be is
  // noted.
  const walk = async (collection, path, thing, ways) => {
    if (ways.isFile(thing)) {
      collection.add(path, await ways.file(thing));
      return;
    }
    const waiting = await walkFolder(collection, path, thing, ways);
    let running = 0;
    await new Promise((resolve) => {
      const step = () => {
        while (running < foldersAtOnce && waiting.length > 0 && !collection.full) {
          const next = waiting.pop();
          running++;
          walkFolder(collection, next.path, next.folder, ways).then(
            (below) => { waiting.push(...below); },
            (err) => collection.fail(next.path, err),
          ).finally(() => { running--; step(); });
        }
        if (running === 0) {
          resolve();
        }
      };
      step();
    });
  };

  // walkFolder adds the files of a folder and returns the folders in it.
  const walkFolder = async (collection, path, folder, ways) => {
    const folders = [];
    let files = [];
    for await (const child of ways.list(folder)) {
      if (ways.isFile(child)) {
        files.push(child);
      } else {
        folders.push({ path: `${path}/${child.name}`, folder: child });
      }
      if (files.length >= filesAtOnce) {
        await addFiles(collection, path, files, ways);
        files = [];
      }
      if (collection.full) {
        return [];
      }
    }
    await addFiles(collection, path, files, ways);
    return folders;
  };

  const addFiles = async (collection, path, files, ways) => {
    const results = await Promise.allSettled(files.map(ways.file));
    results.forEach(({ value, reason }, i) => {
      const filePath = `${path}/${files[i].name}`;
      if (value) {
        collection.add(filePath, value);
      } else {
        collection.fail(filePath, reason);
      }
    });
  };

  // Drops ----------------------------------------------------------------------

  // A DataTransfer is empty once its event is over, so every way into it is
  // taken now and tried later. Entries first: they show every file. They fail on
  // pages opened from a disk, so handles are next; those hide names that could
  // harm some system, "x.local" and "x.url" among them. Plain files last: no
  // folder can be walked that way.
  const waysInto = (transfer) => Array.from(transfer.items)
    .filter((item) => item.kind === "file")
    .map((item) => ({
      handle: item.getAsFileSystemHandle?.().catch(() => null),
      entry: item.webkitGetAsEntry?.(),
      file: item.getAsFile(),
    }));

  const walkWays = async (collection, { handle, entry, file }) => {
    const opened = await handle;
    collection.handles.push(opened ?? null);
    // An entry of a file gives the same File again where there are no handles.
    collection.repeats ||= Boolean(opened || entry?.isDirectory);
    const root = collection.root((entry ?? opened ?? file)?.name || "unnamed");
    const attempts = [
      entry && (() => walk(collection, root, entry, entryWays)),
      opened && (() => walk(collection, root, opened, handleWays)),
      file && !entry?.isDirectory && (() => collection.add(root, file)),
    ].filter(Boolean);
    let failure = new Error("the browser gave no access to it");
    for (const attempt of attempts) {
      try {
        await attempt();
        return;
      } catch (err) {
        failure = err;
      }
    }
    collection.fail(root, failure);
  };

  const takeTransfer = (origin, transfer) => {
    const all = waysInto(transfer);
    const plain = all.length > 0 ? [] : Array.from(transfer.files);
    return collect(origin, async (collection) => {
      for (const ways of all) {
        await walkWays(collection, ways);
      }
      plain.forEach((file) => collection.add(collection.root(file.name), file));
    });
  };

  const hasFiles = (transfer) => transfer?.types.includes("Files");

  let over = false;
  const setOver = (now) => {
    if (now !== over) {
      over = now;
      hear({ type: "over", over });
    }
  };

  // Without these a dropped file would replace the page.
  addEventListener("dragover", (event) => {
    if (hasFiles(event.dataTransfer)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    }
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      setOver(false);
    }
  });
  addEventListener("drop", (event) => {
    setOver(false);
    if (hasFiles(event.dataTransfer)) {
      event.preventDefault();
      takeTransfer("drop", event.dataTransfer);
    }
  });

  // Pastes ---------------------------------------------------------------------

  chainglass.isField = (target) => target instanceof Element &&
    target.closest("input, textarea, [contenteditable]") !== null;

  addEventListener("paste", (event) => {
    const transfer = event.clipboardData;
    if (hasFiles(transfer)) {
      event.preventDefault();
      takeTransfer("paste", transfer);
      return;
    }
    const text = transfer?.getData("text/plain");
    if (text && !chainglass.isField(event.target)) {
      event.preventDefault();
      chainglass.takeText("pasted", text);
    }
  });

  // takeText treats a text as if a file of that name and content was dropped.
  chainglass.takeText = (name, text) => collect("paste", async (collection) => {
    collection.add(name, new Blob([text], { type: "text/plain" }));
  });

  // takeBlob treats bytes as if a file of that name was dropped.
  chainglass.takeBlob = (origin, name, blob) => collect(origin, async (collection) => {
    collection.add(name, blob);
  });

  // takeHandles takes files that the system opens with this page.
  chainglass.takeHandles = (handles) => collect("pick", async (collection) => {
    collection.repeats = true;
    collection.handles.push(...handles);
    for (const handle of handles) {
      const root = collection.root(handle.name);
      try {
        await walk(collection, root, handle, handleWays);
      } catch (err) {
        collection.fail(root, err);
      }
    }
  });

  // Pickers --------------------------------------------------------------------

  const picker = (id, attribute) => {
    const input = document.createElement("input");
    input.id = id;
    input.type = "file";
    input[attribute] = true;
    input.hidden = true;
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = "";
      collect("pick", async (collection) => {
        files.forEach((file) => collection.add(file.webkitRelativePath || collection.root(file.name), file));
      });
    });
    document.body.append(input);
    return () => input.click();
  };

  chainglass.addPickers = () => {
    chainglass.pickFiles = picker("chainglass-pick-files", "multiple");
    chainglass.pickFolder = picker("chainglass-pick-folder", "webkitdirectory");
  };

  // What came with the page ----------------------------------------------------

  const fetchBlob = async (url) => {
    const response = await fetch(url);
    if (!response.ok) {
      throw new Error(`${url}: the server answered ${response.status} ${response.statusText}`);
    }
    return response.blob();
  };

  // How much of what is unpacked becomes one Blob.
  const gatheredBytes = 1 << 22;

  // inlineBlob unpacks what travels in an element. Of what is damaged it gives all
  // that comes before, and says so: the checksums inside tell which entries are
  // whole.
  const inlineBlob = async (collection, element) => {
    const blobs = [];
    let some = [];
    let bytes = 0;
    let waiting = 0;
    const gather = () => {
      blobs.push(new Blob(some));
      some = [];
      waiting = 0;
    };
    try {
      for (const reader = chainglass.inlineStream(element).getReader();;) {
        const { done, value } = await reader.read();
        if (done) {
          break;
        }
        some.push(value);
        bytes += value.length;
        waiting += value.length;
        if (waiting >= gatheredBytes) {
          gather();
        }
      }
    } catch (err) {
      collection.note(`${bytes.toLocaleString("en")} bytes of it could be unpacked; then: ${err.message || err}`);
    }
    gather();
    return new Blob(blobs);
  };

  // The one-file page has no sample: it would be a third of it.
  chainglass.hasSample = () => Boolean(chainglass.config.sample);

  chainglass.openSample = () => collect("sample", async (collection) => {
    const { name, url } = chainglass.config.sample;
    collection.add(name, await fetchBlob(url));
  });

  // openCarried opens what this page was made or served with, and what its address
  // asks for. It returns false if there is nothing.
  chainglass.openCarried = () => {
    const addressed = chainglass.openAddressed();
    const inline = document.getElementById("chainglass-data");
    if (inline) {
      collect("page", async (collection) => {
        collection.add(inline.dataset.name, await inlineBlob(collection, inline));
      });
      return true;
    }
    if (chainglass.config.data) {
      collect("server", takeServed, servedSizes);
      return true;
    }
    return addressed;
  };

  // Served data: index.json lists the files as they are now, and what the server left
  // out; a file lies beside it, called by its number.
  const servedIndex = async () => JSON.parse(await (await fetchBlob(chainglass.config.data)).text());

  const servedSizes = async () => new Map((await servedIndex()).files.map(({ path, size }) => [path, size]));

  const takeServed = async (collection) => {
    collection.repeats = true;
    const index = chainglass.config.data;
    const { files, notes } = await servedIndex();
    notes.forEach((note) => collection.note(note));
    const folder = index.slice(0, index.lastIndexOf("/") + 1);
    for (let first = 0; first < files.length; first += filesAtOnce) {
      const some = files.slice(first, first + filesAtOnce);
      const results = await Promise.allSettled(some.map(({ number }) => fetchBlob(`${folder}${number}`)));
      results.forEach(({ value, reason }, i) => {
        const { path, modified_ms: lastModified } = some[i];
        if (value) {
          collection.add(path, new File([value], path.split("/").pop(), { lastModified }));
        } else {
          collection.fail(path, reason);
        }
      });
    }
  };
})();
